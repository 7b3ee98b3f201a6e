"""Input shape of taking grades along."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class GradesForm(forms.Form):
    """What the table is for; it is kept with who took it and when."""

    reason = forms.CharField(
        label=_("What is it for?"),
        max_length=500,
        help_text=_("For example: report cards of the first term."),
        error_messages={"required": _("Say in a few words what it is for. It is written down with your name.")},
    )
