"""Shapes of what administrators send."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from accounts.forms import DayField
from accounts.schooldays.lines import LONGEST, LONGEST_REASON, DayLine, Kind


class PublishForm(forms.Form):
    """Publishing the next version of a framework."""

    note = forms.CharField(
        label=_("What is new, in a sentence or two"),
        help_text=_("Everybody reads it beside the version. No names of students."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    show = forms.BooleanField(
        label=_("Show it to everyone"),
        help_text=_("Families, students and visitors can read it without signing in."),
        required=False,
    )
    in_use = forms.BooleanField(
        label=_("Use it in our schools"),
        help_text=_("Teachers can record evidence on it. What is in use stays in use."),
        required=False,
    )


class DistrictForm(forms.Form):
    """What the district is called."""

    name = forms.CharField(
        label=_("Name of the district"), max_length=200, error_messages={"required": _("Write the name.")}
    )


class DaysForm(forms.Form):
    """One day, or the days from one to another."""

    first = DayField(label=_("Day"), error_messages={"required": _("Choose a day.")})
    last = DayField(label=_("Until, this day too"), required=False)
    weekdays = forms.MultipleChoiceField(
        label=_("Only on these weekdays"),
        choices=[(str(number), name) for number, name in WEEKDAYS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[
            (Kind.CLOSED.value, _("No school")),
            (Kind.OPEN.value, _("School, although it is a weekend or holiday")),
            (Kind.USUAL.value, _("As usual: take out what was entered")),
        ],
        widget=forms.RadioSelect,
        initial=Kind.CLOSED.value,
    )
    reason = forms.CharField(
        label=_("What people call it"),
        help_text=_("Such as “Thanksgiving” or “teachers learn together”. Everybody can read it."),
        max_length=LONGEST_REASON,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first, and a year is the most."""
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("This is before the first day."))
        elif first and last and (last - first).days >= LONGEST:
            self.add_error("last", _("At most 400 days at once."))
        return data

    def line(self) -> DayLine:
        """What was said, as one line."""
        data = self.cleaned_data
        return DayLine(
            data["first"],
            data["last"] or data["first"],
            Kind(data["kind"]),
            " ".join(data["reason"].split()),
            frozenset(int(number) for number in data["weekdays"]),
        )


class DayListForm(forms.Form):
    """Many days: pasted lines, a table, or a calendar file."""

    lines = forms.CharField(
        label=_("A line for each holiday"),
        help_text=_("2026-11-26, 2026-11-27, Thanksgiving. The last day is left out for a single one."),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or a file"),
        help_text=_("CSV, XLSX, or a calendar (ICS), at most 2 MB."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.ics,text/calendar,text/csv"}),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data: dict[str, Any] = super().clean() or {}
        upload = data.get("file")
        if upload is not None and (upload.size or 0) > 2 * 1024 * 1024:
            self.add_error("file", _("This file is larger than 2 MB. Nothing was kept."))
        elif not self.errors and upload is None and not data.get("lines", "").strip():
            self.add_error("lines", _("Write a line, or choose a file."))
        return data


class YearForm(forms.Form):
    """A school year."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("Such as 2026-27."),
        error_messages={"required": _("Write the name.")},
    )
    starts_on = DayField(label=_("First day of school"))
    ends_on = DayField(label=_("Last day of school, this day too"))
    mark = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
