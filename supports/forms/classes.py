"""Input shapes of the class grid: what a batch shares, one cell, a whole class in one form, a focus."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.choices import Context
from supports.cells import CLEAR, SEEN
from supports.choices import FocusKind

CONTEXTS = [(value, label) for value, label in Context.choices if value] + [(Context.UNKNOWN, gettext_lazy("not said"))]


class BatchForm(forms.Form):
    """Which work a class entry is about; asked once, before the first student."""

    competency = forms.UUIDField(required=False)
    task = forms.CharField(
        label=gettext_lazy("Task"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "recent-tasks", "autocomplete": "off"}),
    )
    on = forms.DateField(
        label=gettext_lazy("Seen on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    context = forms.ChoiceField(label=gettext_lazy("Where"), required=False, choices=CONTEXTS)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    def clean_task(self) -> str:
        """The name with single spaces."""
        return " ".join(self.cleaned_data["task"].split())

    def clean_on(self) -> date:
        """Today where nothing was said; never a day ahead."""
        on: date = self.cleaned_data["on"] or self.today
        if on > self.today:
            raise forms.ValidationError(_("The date is in the future. Enter the day you saw it."))
        return on


class CellForm(BatchForm):
    """One entry for one student: the batch, the value, the client's key, and what the person had seen."""

    competency = forms.UUIDField()
    value = forms.CharField(max_length=12)
    key = forms.UUIDField()
    expected = forms.UUIDField(required=False)

    def clean_value(self) -> str:
        """`seen`, `clear`, or a number with a point."""
        value: str = self.cleaned_data["value"]
        if value not in {SEEN, CLEAR}:
            number(value)
        return value


def number(text: str) -> Decimal:
    """The value of a level as a form sends it; ValidationError for anything that is no number."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise forms.ValidationError(_("Choose one of the levels of the list."))
    return value


@dataclass(frozen=True, slots=True)
class PlainEntry:
    """One student's line of the plain form. `value` is a number, `seen` or `clear`."""

    key: UUID
    value: str
    expected: UUID | None


def plain_entries(data: Mapping[str, str], students: Collection[UUID]) -> dict[UUID, PlainEntry]:
    """What a plain form says, by student; lines left empty say nothing, unless they take one's own entry back.

    Keys that are missing or no ids are made here: without a script a form is sent once.
    """
    found: dict[UUID, PlainEntry] = {}
    for student in students:
        value = data.get(f"level-{student}", "").strip()
        if not value:
            if not data.get(f"mine-{student}"):
                continue
            value = CLEAR
        found[student] = PlainEntry(
            key=_uuid(data.get(f"key-{student}", "")) or uuid4(),
            value=value,
            expected=_uuid(data.get(f"expected-{student}", "")),
        )
    return found


def students_in(data: Collection[str]) -> list[UUID]:
    """The students a plain form has lines for."""
    return [student for name in data if name.startswith("level-") and (student := _uuid(name.removeprefix("level-")))]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class FocusForm(forms.Form):
    """What a class works on: which competency, why, and its last day."""

    competency = forms.ChoiceField(
        label=gettext_lazy("What the class will work on"),
        error_messages={
            "required": gettext_lazy("Choose what the class will work on."),
            "invalid_choice": gettext_lazy("This competency is not in use. Choose one of the framework."),
        },
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=FocusKind.choices,
        initial=FocusKind.LEARN,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether it is new or goes deeper.")},
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("It ends by itself after this day. You can choose it again."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose the last day."),
            "invalid": gettext_lazy("Enter the day as year, month and day."),
        },
    )

    def clean_last_day(self) -> date:
        """A day of this century: further ones are slips of the finger."""
        last: date = self.cleaned_data["last_day"]
        if last.year >= 2100:
            raise forms.ValidationError(_("Check the year of the last day."))
        return last

    def until(self) -> date:
        """The first day after, as the service takes it."""
        last: date = self.cleaned_data["last_day"]
        return last + timedelta(days=1)
