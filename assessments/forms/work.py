"""Input shapes of students' work: giving it, handing it in, judging it, deciding about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.files import LARGEST
from accounts.languages import WRITTEN
from assessments.selectors.criteria import CriterionLine

HALF = Decimal("0.5")


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


class AssignmentForm(forms.Form):
    """Work for a class: with which instrument, until when, judged by one or by two."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.ChoiceField(label=_("Instrument"), error_messages={"required": _("Choose an instrument.")})
    title = forms.CharField(
        label=_("What students read"),
        max_length=200,
        error_messages={"required": _("Give the work a name.")},
    )
    note = forms.CharField(
        label=_("A note for the class"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    opens_on = _day(_("From"))
    due_on = _day(_("Wanted by"), required=False)
    language = forms.ChoiceField(label=_("Written in"), choices=WRITTEN, required=False)
    is_blind = forms.BooleanField(
        label=_("Two people judge each work, and see each other’s levels only when both are done"), required=False
    )

    def __init__(self, *args: Any, instruments: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["version"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(instruments)

    def clean(self) -> dict[str, Any]:
        """It cannot be due before it begins."""
        data = super().clean() or self.cleaned_data
        if data.get("opens_on") and data.get("due_on") and data["due_on"] < data["opens_on"]:
            self.add_error("due_on", _("It cannot be due before it begins."))
        return data


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several uploaded files, none of them larger than one may be."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Each file by itself; an empty list for none."""
        given = data if isinstance(data, list) else [data] if data else []
        if any((one.size or 0) > LARGEST for one in given):
            raise forms.ValidationError(_("A file is larger than 10 MB. A shorter recording or a smaller one will do."))
        return [super(ManyFiles, self).clean(one, initial) for one in given]


class _LevelsForm(forms.Form):
    """A level for each criterion of a rubric; an empty one was not seen. `has_halves`: and half a step more."""

    has_halves = False

    def __init__(self, *args: Any, criteria: Sequence[CriterionLine], empty: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for line in criteria:
            choices = [("", empty), *((level.text, level.word) for level in line.levels)]
            given = self.initial.get(line.field)
            if self.has_halves:
                if given and Decimal(given) % 1:
                    self.initial.update({line.field: str(int(Decimal(given))), line.half: True})
                    given = self.initial[line.field]
                self.fields[line.half] = forms.BooleanField(label=_("and half a step more"), required=False)
            if given and given not in dict(choices):
                choices.append((given, line.scale.word(Decimal(given))))
            self.fields[line.field] = forms.ChoiceField(
                label=line.name, choices=choices, required=False, widget=forms.RadioSelect
            )

    def clean(self) -> dict[str, Any]:
        """Half a step stands on a level, and below the top of the scale."""
        data = super().clean() or self.cleaned_data
        for line in self.criteria:
            if not data.get(line.half):
                continue
            if not data.get(line.field):
                self.add_error(line.field, _("Choose the level that the half step goes on from."))
            elif line.levels and data[line.field] == line.levels[-1].text:
                self.add_error(line.field, _("This is the top of the scale; there is no half step above it."))
        return data

    @property
    def levels(self) -> dict[int, Decimal]:
        """The chosen levels by criterion; those not seen are left out."""
        return {
            line.pk: Decimal(self.cleaned_data[line.field]) + (HALF if self.cleaned_data.get(line.half) else 0)
            for line in self.criteria
            if self.cleaned_data.get(line.field)
        }

    @property
    def lines(self) -> list[tuple[CriterionLine, Any, Any]]:
        """Each criterion with its field and the field of its half step (None where there is none), for the page."""
        return [(line, self[line.field], self[line.half] if self.has_halves else None) for line in self.criteria]


class SubmissionForm(_LevelsForm):
    """What a student hands in, and their own view of it."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("My work in words"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    uploads = ManyFiles(
        label=_("Pictures, recordings or a PDF"),
        help_text=_("Up to six files of 10 MB. What a camera noted about the place is removed."),
        required=False,
    )
    shows = forms.CharField(
        label=_("What the new files show, in words"),
        help_text=_("For everyone who does not see or hear them."),
        max_length=500,
        required=False,
    )
    language = forms.ChoiceField(label=_("Written in"), choices=WRITTEN, required=False)
    view_note = forms.CharField(
        label=_("What I want to say about my work"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ScoringForm(_LevelsForm):
    """One person's judgement of one work."""

    has_halves = True
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What I saw, in words"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    for_group = forms.BooleanField(
        label=_("Begin the others of this group with the same levels; each is finished by itself"), required=False
    )


class InviteForm(forms.Form):
    """Which colleague judges which works too."""

    colleague = forms.ChoiceField(
        label=_("Colleague"), error_messages={"required": _("Choose a colleague who teaches at this school.")}
    )
    students = forms.TypedMultipleChoiceField(
        label=_("Works"),
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one work at least.")},
    )

    def __init__(
        self, *args: Any, colleagues: Sequence[tuple[str, str]], works: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("colleague", [("", _("Choose")), *colleagues]), ("students", list(works))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class DecisionForm(forms.Form):
    """A decided level and why."""

    level = forms.TypedChoiceField(
        label=_("What we decide"),
        coerce=Decimal,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a level between the two judgements, or one of them."),
            "invalid_choice": _("Choose a level between the two judgements, or one of them."),
        },
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a few words why.")},
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["level"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = list(choices)


class TalkForm(forms.Form):
    """About which competency somebody wants to talk."""

    competency = forms.UUIDField()


def places_of(data: Mapping[str, Any], students: Mapping[UUID, int]) -> dict[int, tuple[int | None, str]]:
    """Form and group of each student of a table: `form-<id>` and `group-<id>`; ValueError for what is no number."""
    return {
        pk: (int(data.get(f"form-{public_id}") or 0) or None, str(data.get(f"group-{public_id}", "")))
        for public_id, pk in students.items()
        if f"form-{public_id}" in data or f"group-{public_id}" in data
    }
