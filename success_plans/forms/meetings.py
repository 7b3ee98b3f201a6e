"""Input shapes of meetings: planned, run, and what a student prepares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from success_plans.choices import AttendeeRole, Interpreter, MeetingKind
from success_plans.forms.plans import DATE, TEXT, WRITTEN
from supports.choices import SupportType

HOW_OFTEN = [(0, _("once")), (1, _("once a week")), (2, _("twice a week")), (3, _("three times a week"))]
OTHERS = 3
AREA = {"rows": 3}


class MeetingForm(forms.Form):
    """A meeting: what for, when, where, who. People of the circle by tick, others by name and role."""

    kind = forms.ChoiceField(label=_("What for"), choices=MeetingKind.choices)
    starts_at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Choose a day and a time.")},
    )
    place = forms.CharField(label=_("Where"), required=False, max_length=200)
    is_student_led = forms.BooleanField(
        label=_("The student leads it"), required=False, help_text=_("Suggested from grade 3.")
    )
    people = forms.MultipleChoiceField(label=_("Who is asked"), required=False, widget=forms.CheckboxSelectMultiple)
    interpreter = forms.ChoiceField(
        label=_("Interpreter"),
        choices=[
            (Interpreter.NOT_NEEDED, _("not needed")),
            (Interpreter.PROFESSIONAL, _("an interpreter comes")),
            (Interpreter.PHONE, _("an interpreter by phone or video")),
            (Interpreter.STAFF, _("an adult of the school who speaks the language")),
            (Interpreter.MISSING, _("needed, not found yet")),
        ],
        help_text=_("A student is never the interpreter, not even for their own family."),
    )
    interpreter_language = forms.ChoiceField(
        label=_("Into which language"), required=False, choices=[("", _("none")), *WRITTEN]
    )
    agenda_extra = forms.CharField(
        label=_("Something to add to the agenda"),
        required=False,
        widget=forms.Textarea(attrs=AREA),
        max_length=4000,
        help_text=_("One line for each point. The rest of the agenda builds itself from what changed."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[int, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.circle = {str(pk): role for pk, _name, role in people}
        field = self.fields["people"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(pk), f"{name} · {AttendeeRole(role).label}") for pk, name, role in people]
        for number in range(1, OTHERS + 1):
            self.fields[f"other_{number}"] = forms.CharField(label=_("Name"), required=False, max_length=200)
            self.fields[f"other_role_{number}"] = forms.ChoiceField(
                label=_("As"), required=False, choices=AttendeeRole.choices, initial=AttendeeRole.OTHER
            )

    def clean_starts_at(self) -> datetime:
        """A day of our time: the ends of the calendar exist in no other time zone."""
        at: datetime = self.cleaned_data["starts_at"]
        if not 2000 <= at.year < 2100:
            raise forms.ValidationError(_("This year cannot be right. Choose the day again."))
        return at

    def others(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Name and role of further people."""
        return [(self[f"other_{n}"], self[f"other_role_{n}"]) for n in range(1, OTHERS + 1)]

    def plain(self) -> list[forms.BoundField]:
        """The fields asked one after the other."""
        return [self[name] for name in ("kind", "starts_at", "place", "is_student_led", "people")]

    def clean(self) -> dict[str, Any]:
        """An interpreter is never a student; a language is named where an interpreter is needed."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        student = next((pk for pk, role in self.circle.items() if role == AttendeeRole.STUDENT), "")
        names = {label.split(" · ")[0].casefold() for pk, label in self._people() if pk == student}
        for number in range(1, OTHERS + 1):
            is_interpreter = data.get(f"other_role_{number}") == AttendeeRole.INTERPRETER
            if is_interpreter and str(data.get(f"other_{number}", "")).strip().casefold() in names:
                self.add_error(
                    f"other_{number}",
                    _("A student is never the interpreter. Choose an adult, or an interpreter by phone."),
                )
        return data

    def _people(self) -> list[tuple[str, str]]:
        field = self.fields["people"]
        assert isinstance(field, forms.MultipleChoiceField)
        return [(str(value), str(label)) for value, label in list(field.choices)]  # type: ignore[arg-type]


class DecisionForm(forms.Form):
    """A decision, typed once. With an owner and a date it becomes an action at once."""

    text = forms.CharField(
        label=_("We decided"), widget=forms.Textarea(attrs={"rows": 2}), max_length=4000, error_messages=TEXT
    )
    owner = forms.ChoiceField(label=_("Who does it"), required=False)
    due_on = forms.DateField(label=_("Until"), required=False, widget=DATE)
    type = forms.ChoiceField(label=_("What kind"), required=False, choices=SupportType.choices)
    per_week = forms.TypedChoiceField(
        label=_("How often"), required=False, choices=HOW_OFTEN, coerce=int, empty_value=""
    )
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=1, max_value=480)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[int, str, str]], **kwargs: Any) -> None:
        kwargs["initial"] = {
            "key": uuid4(),
            "type": SupportType.CORE,
            "per_week": 0,
            "minutes": 20,
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)
        owner.choices = [("", _("nobody yet")), *((str(pk), name) for pk, name, _role in people)]


class QuickGoalForm(forms.Form):
    """A goal on the spot."""

    text = forms.CharField(
        label=_("A goal we found together"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=4000,
        error_messages=TEXT,
    )
    due_on = forms.DateField(label=_("By"), required=False, widget=DATE)


class OutcomeForm(forms.Form):
    """What student and family say to it, and when people meet again."""

    assent = forms.CharField(
        label=_("What the student and the family say to this, in their words"),
        required=False,
        widget=forms.Textarea(attrs=AREA),
        max_length=1000,
        help_text=_("No answer is not agreement, and agreeing is not consent."),
    )
    next_on = forms.DateField(label=_("We meet again on"), required=False, widget=DATE)
    version = forms.IntegerField(widget=forms.HiddenInput)


class ConferenceForm(forms.Form):
    """What a student prepares to lead their own conference."""

    strengths = forms.MultipleChoiceField(
        label=_("What I am good at"), required=False, widget=forms.CheckboxSelectMultiple
    )
    evidence = forms.MultipleChoiceField(
        label=_("What I want to show"), required=False, widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(
        label=_("What I want to say first"), required=False, widget=forms.Textarea(attrs=AREA), max_length=4000
    )
    proud = forms.CharField(
        label=_("I am proud of"), required=False, widget=forms.Textarea(attrs=AREA), max_length=2000
    )
    edge = forms.CharField(label=_("At my edge"), required=False, widget=forms.Textarea(attrs=AREA), max_length=2000)
    next = forms.CharField(
        label=_("What I want next"), required=False, widget=forms.Textarea(attrs=AREA), max_length=2000
    )
    questions = forms.CharField(
        label=_("My questions for the adults"), required=False, widget=forms.Textarea(attrs=AREA), max_length=2000
    )
    language = forms.ChoiceField(label=_("Written in"), choices=WRITTEN)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, strengths: Sequence[tuple[str, str]], pieces: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("strengths", strengths), ("evidence", pieces)):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = list(choices)
            if not choices:
                del self.fields[name]


def suggested_start(today: date) -> datetime:
    """Half past three, a week from today."""
    found = timezone.make_aware(datetime.combine(today, datetime.min.time().replace(hour=15, minute=30)))
    return found + timedelta(days=7)
