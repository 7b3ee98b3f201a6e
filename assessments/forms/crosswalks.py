"""Input shapes of the district's decision about evidence of another framework."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from competencies.choices import Counting


class CrosswalkForm(forms.Form):
    """What evidence of one framework is for another one, and why."""

    counting = forms.ChoiceField(
        label=_("Evidence that was recorded there"),
        choices=Counting.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the list.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Whoever asks later reads it beside the decision."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, in a sentence that others can read later.")},
    )
