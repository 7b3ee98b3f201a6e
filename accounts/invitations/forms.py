"""Input shapes of the door for who brings a code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class InvitationForm(forms.Form):
    """The code of an invitation."""

    code = forms.CharField(
        label=_("The code from your letter or message"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
        error_messages={"required": _("Write the code.")},
    )


class SecondLookForm(forms.Form):
    """What somebody says who brings a code: the first name of a child and, where none is known, an address."""

    child = forms.CharField(
        label=_("The first name of your child at school"),
        help_text=_("One of them is enough. The letter does not say it, so that only you can."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the first name of your child.")},
    )
    address = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("Each time you come in, a code is sent there. Nothing to remember."),
        max_length=254,
        error_messages={"required": _("Write your e-mail address."), "invalid": _("Look at it again.")},
    )

    def __init__(self, *args: Any, asks_address: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_address:
            del self.fields["address"]


class DigitsForm(forms.Form):
    """The six digits that were sent to an address."""

    digits = forms.CharField(
        label=_("Six digits"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": _("Write the six digits.")},
    )
