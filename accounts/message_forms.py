"""Input shape of the messages somebody chooses for themself."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import Messages


class MessagesForm(forms.Form):
    """Which messages come."""

    messages = forms.ChoiceField(
        label=_("Which messages may come to you?"),
        help_text=_("They say how many things wait, with a link. No message names a student."),
        choices=Messages.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose which messages come."), "invalid_choice": _("Choose one of the list.")},
    )
