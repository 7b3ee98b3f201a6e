"""Input shapes of transfer packets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SendForm(forms.Form):
    """To whom a plan goes, and why."""

    other_party = forms.CharField(
        label=_("Who receives it"),
        max_length=300,
        help_text=_("The school or district by name."),
        error_messages={"required": _("Say who receives the plan.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        help_text=_("For example: the student enrolled there."),
        error_messages={"required": _("Say why the plan is sent.")},
    )


class PacketUploadForm(forms.Form):
    """A packet that came."""

    file = forms.FileField(
        label=_("Transfer packet"),
        help_text=_("The zip file you received, up to 60 MB."),
        error_messages={"required": _("Choose the file you received.")},
    )


class PacketConfirmForm(forms.Form):
    """Whose plan it is: somebody on the roster, or a new student."""

    student = forms.ChoiceField(
        label=_("Whose plan is this?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whose plan this is.")},
    )

    def __init__(self, *args: Any, students: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["student"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*students, ("new", _("Someone who is not on our roster yet"))]
