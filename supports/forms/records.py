"""Input shapes for writing down what was seen of one student."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.choices import Context
from assessments.selectors.rubrics import Rubric
from supports.cells import SEEN
from supports.forms.classes import CONTEXTS

CHOOSE = {
    "required": _("Choose what it was about."),
    "invalid_choice": _("This competency is not in use. Choose one of the framework."),
}
NOTE_LENGTH = 10_000


class RecordForm(forms.Form):
    """One piece: what it was about, how much of it was there, where and when, and a sentence."""

    competency = forms.ChoiceField(label=_("What it was about"), error_messages=CHOOSE)
    level = forms.ChoiceField(
        label=_("How much of it was there?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a level, or say that you could not tell."),
            "invalid_choice": _("Choose one of the levels of the list."),
        },
    )
    half = forms.BooleanField(label=_("and half a step more"), required=False)
    context = forms.ChoiceField(
        label=_("Where was it?"), choices=CONTEXTS, required=False, initial=Context.UNKNOWN, widget=forms.RadioSelect
    )
    task = forms.CharField(label=_("Name of the work"), required=False, max_length=200)
    on = forms.DateField(
        label=_("Seen on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter the day as year, month and day.")},
    )
    note = forms.CharField(
        label=_("In a sentence"), required=False, max_length=NOTE_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        today: date,
        rubric: Rubric | None,
        offered: Sequence[Any],
        name: str,
        address: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["competency"].label = _("%(student)s was working on") % {"student": name}
        self.fields["competency"].widget.attrs = {
            "class": "input-large",
            "hx-get": address,
            "hx-target": "#record-levels",
            "hx-trigger": "change",
        }
        self.today = today
        self.rubric = rubric
        self.initial.setdefault("on", today)
        self.initial.setdefault("key", uuid4())
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        self.fields["competency"].choices = list(offered)  # type: ignore[attr-defined]
        levels = [(level.text, level.word) for level in rubric.levels] if rubric else []
        self.fields["level"].choices = [*levels, (SEEN, _("I could not tell from this"))]  # type: ignore[attr-defined]

    def clean_on(self) -> date:
        """Today where nothing was said; never a day ahead."""
        on: date = self.cleaned_data["on"] or self.today
        if on > self.today:
            raise forms.ValidationError(_("The date is in the future. Enter the day you saw it."))
        return on

    def clean(self) -> dict[str, Any]:
        """Half a step above the top is no level."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        top = self.rubric.levels[-1].text if self.rubric and self.rubric.levels else ""
        if cleaned.get("half") and cleaned.get("level") == top:
            self.add_error("half", _("This is the top of the scale; there is no half step above it."))
        return cleaned

    def value(self) -> Decimal | None:
        """The level as the service takes it; None is seen, without a level."""
        level: str = self.cleaned_data["level"]
        if level == SEEN:
            return None
        return Decimal(level) + (Decimal("0.5") if self.cleaned_data["half"] else 0)
