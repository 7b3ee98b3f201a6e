"""Input shapes of evidence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.choices import Context


def level_choices(levels: list[tuple[Decimal, str]]) -> list[tuple[str, str]]:
    """The levels as radio choices, and "seen, no level" first: missing is never zero."""
    return [("", str(_("Seen, no level"))), *((f"{value.normalize():f}", word) for value, word in levels)]


class CorrectForm(forms.Form):
    """A correction of one's own piece."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    value = forms.TypedChoiceField(
        label=_("Level"), required=False, coerce=Decimal, empty_value=None, widget=forms.RadioSelect
    )
    context = forms.ChoiceField(label=_("Where it was seen"), choices=Context.choices, required=False)
    observed_on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(label=_("Note"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, levels: list[tuple[Decimal, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["value"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = level_choices(levels)
        halves = self.data.get("value") or self.initial.get("value")
        if halves and halves not in dict(field.choices):
            field.choices = [*field.choices, (str(halves), str(halves))]


class WithdrawForm(forms.Form):
    """Why a piece should not count."""

    reason = forms.CharField(
        label=_("Why should it not count?"),
        max_length=200,
        error_messages={"required": _("Say in a few words why it should not count.")},
    )
