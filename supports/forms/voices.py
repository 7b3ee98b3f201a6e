"""Input shapes of what a family saw at home and of a student's own view."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.selectors.observations import CanDo

LONGEST = 4000
TOO_LONG = {"max_length": _("Keep it under 4,000 characters.")}
SURE = [
    ("sure", _("I am sure, and I could show a friend")),
    ("nearly", _("I am nearly there")),
    ("trying", _("I am still finding out how it goes")),
]


class _SentencesForm(forms.Form):
    """A level as a sentence somebody may choose, or leave."""

    level = forms.ChoiceField(
        label=_("Does one of these sentences fit?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the sentences, or none.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, levels: Sequence[CanDo], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid4())
        if levels:
            choices = [("", _("I would rather not choose")), *((one.text, one.sentence) for one in levels)]
            self.fields["level"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["level"]

    def value(self) -> Decimal | None:
        """The level of the sentence; None without one."""
        text: str = self.cleaned_data.get("level", "")
        return Decimal(text) if text else None


class HomeForm(_SentencesForm):
    """What somebody of the family saw: words, a day, perhaps a sentence that fits."""

    note = forms.CharField(
        label=_("What did you see?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example at the table, in the shop, with a brother or sister. Any language."),
        error_messages={"required": _("Write a few words about what you saw."), **TOO_LONG},
    )
    on = forms.DateField(
        label=_("When?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter the day as year, month and day.")},
    )

    field_order = ("note", "level", "on", "key")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial.setdefault("on", today)
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    def clean_on(self) -> date:
        """Today where nothing was said; never a day ahead."""
        on: date = self.cleaned_data["on"] or self.today
        if on > self.today:
            raise forms.ValidationError(_("The date is in the future. Enter the day you saw it."))
        return on


class MyViewForm(_SentencesForm):
    """How sure a student is, and a sentence."""

    sure = forms.ChoiceField(
        label=_("How sure am I?"),
        choices=SURE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how sure you are. There is no wrong answer.")},
    )
    note = forms.CharField(
        label=_("In my words"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What helps? What would you like to try?"),
        error_messages=TOO_LONG,
    )

    field_order = ("sure", "level", "note", "key")

    def how_sure(self) -> str:
        """The words of the choice: they stand in the record as they were chosen."""
        return str(dict(SURE)[self.cleaned_data["sure"]])
