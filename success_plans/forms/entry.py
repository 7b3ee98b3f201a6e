"""Input shapes of the first look, voices, consents, proposals. At most three fields of any form are required."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from success_plans.choices import (
    AFTER_SCHOOL_FROM_GRADE,
    ConsentKind,
    ContactMode,
    FindingState,
    PointerKind,
    ProposalState,
    StatementKind,
)
from success_plans.forms.plans import DATE, TEXT, WRITTEN, LanguageMixin

LONG = {"max_length": _("Keep it under 4,000 characters.")}


def _area(rows: int = 2, **attributes: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attributes})


def _choose(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class VoiceForm(LanguageMixin):
    """Words, a picture or a recording; one of them is enough."""

    kind = forms.ChoiceField(choices=StatementKind.choices, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("In your words"), widget=_area(4), max_length=4000, required=False, error_messages=LONG
    )
    picture = forms.FileField(
        label=_("A picture"),
        required=False,
        allow_empty_file=True,
        help_text=_("A drawing or a photo, up to 10 MB. Where and when it was taken is removed."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )
    recording = forms.FileField(
        label=_("A recording"),
        required=False,
        allow_empty_file=True,
        help_text=_("Your voice, up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": "audio/*", "data-record": ""}),
    )
    shows = forms.CharField(
        label=_("What the picture shows, or what you say in the recording"),
        required=False,
        max_length=500,
        help_text=_("For people who cannot see or hear it."),
    )
    said_by = forms.ChoiceField(label=_("Who says it"), required=False)
    is_close = forms.BooleanField(label=_("Only my family and my navigator read this"), required=False)

    field_order = ("kind", "said_by", "text", "picture", "recording", "shows", "language", "is_close")

    def __init__(self, *args: Any, speakers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if speakers:
            _choose(self, "said_by", list(speakers))
            self.fields["is_close"].label = _("Only the family and the navigator read this")
        else:
            del self.fields["said_by"]

    def clean(self) -> dict[str, Any]:
        """One file at a time: a picture or a recording."""
        data = super().clean() or {}
        if data.get("picture") and data.get("recording"):
            self.add_error("recording", _("Send the picture and the recording one after the other."))
        return data


class WishForm(LanguageMixin):
    """A student's own goal: one sentence, and what helps it along."""

    text = forms.CharField(
        label=_("I want to …"), widget=_area(2), max_length=4000, error_messages=TEXT,
        help_text=_("Something you want to do, learn or become. Your own words are best."),
    )  # fmt: skip
    why = forms.CharField(label=_("It matters to me because …"), widget=_area(2), max_length=4000, required=False)
    first_step = forms.CharField(
        label=_("My first small step"), widget=_area(2), max_length=4000, required=False,
        help_text=_("So small that you could do it this week. Say how and where: at home, outside, with a friend."),
    )  # fmt: skip
    helper = forms.ChoiceField(label=_("Who helps me"), required=False)
    is_for_later = forms.BooleanField(label=_("This is for after school"), required=False)

    field_order = ("text", "why", "first_step", "helper", "is_for_later", "language")

    def __init__(self, *args: Any, helpers: list[tuple[int, str]], grade: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "helper", [("", _("nobody yet")), *((str(pk), name) for pk, name in helpers)])
        if not grade.isdecimal() or int(grade) < AFTER_SCHOOL_FROM_GRADE:
            del self.fields["is_for_later"]


class FindingForm(LanguageMixin):
    """One part of the first look."""

    tool = forms.CharField(
        label=_("Looked at with"), required=False, max_length=200, help_text=_("A task, a talk, a test, a game.")
    )
    found_on = forms.DateField(label=_("On"), widget=DATE)
    competency = forms.ChoiceField(label=_("About"), required=False)
    can_do = forms.CharField(label=_("Can do"), widget=_area(), max_length=4000, required=False, error_messages=LONG)
    next_step = forms.CharField(
        label=_("What is next"), widget=_area(), max_length=4000, required=False, error_messages=LONG
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    field_order = ("can_do", "next_step", "competency", "tool", "found_on", "language")

    def __init__(self, *args: Any, competencies: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if competencies is None:
            del self.fields["competency"]
        else:
            _choose(self, "competency", [("", _("nothing in particular")), *competencies])


class UnaskedForm(forms.Form):
    """A part of the first look that was not asked."""

    state = forms.ChoiceField(choices=[(s, s.label) for s in (FindingState.NOT_ASKED, FindingState.OPTED_OUT)])


class ConsentForm(forms.Form):
    """A yes or a no to one thing."""

    kind = forms.ChoiceField(label=_("What it is about"), choices=ConsentKind.choices)
    answer = forms.ChoiceField(
        label=_("The answer"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    about = forms.CharField(
        label=_("Which partner or support"), required=False, max_length=200, help_text=_("Leave empty for all.")
    )
    given_by = forms.ChoiceField(label=_("Who said it"), required=False)
    given_on = forms.DateField(label=_("On"), widget=DATE, required=False)

    def __init__(self, *args: Any, guardians: list[tuple[int, str]] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if guardians is None:
            del self.fields["given_by"], self.fields["given_on"]
        else:
            _choose(self, "given_by", [(str(pk), name) for pk, name in guardians])
            self.fields["given_by"].required = True


class WaysForm(forms.Form):
    """How to reach somebody."""

    guardian = forms.ChoiceField(label=_("Who"), required=False)
    best_way = forms.ChoiceField(
        label=_("Best way to reach"), required=False, choices=[("", _("no preference")), *ContactMode.choices]
    )
    best_time = forms.CharField(label=_("Best time"), required=False, max_length=200)
    interpreter_language = forms.ChoiceField(
        label=_("An interpreter for"),
        required=False,
        choices=[("", _("not needed")), *WRITTEN],
        help_text=_("An adult interprets, never a student."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, guardians: list[tuple[int, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if guardians is None:
            del self.fields["guardian"]
        else:
            _choose(self, "guardian", [(str(pk), name) for pk, name in guardians])
            self.fields["guardian"].required = True


class PointerForm(LanguageMixin):
    """Where a plan of its own law is kept, and what its teachers do."""

    kind = forms.ChoiceField(label=_("Which plan"), choices=PointerKind.choices)
    accommodations = forms.CharField(
        label=_("What the adults who teach this student do"), widget=_area(3), max_length=4000, required=False
    )
    kept_where = forms.CharField(label=_("Where it is kept"), required=False, max_length=200)
    case_manager = forms.ChoiceField(label=_("Who looks after it"), required=False)
    review_on = forms.DateField(label=_("Looked at again on"), widget=DATE, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    field_order = ("kind", "accommodations", "kept_where", "case_manager", "review_on", "language")

    def __init__(self, *args: Any, adults: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "case_manager", [("", _("nobody yet")), *((str(pk), name) for pk, name in adults)])


class ProposalForm(LanguageMixin):
    """A change somebody proposes."""

    text = forms.CharField(
        label=_("What should change, and why"), widget=_area(3), max_length=4000, error_messages=TEXT
    )
    to_voice = forms.ChoiceField(label=_("Who is asked"), required=False, widget=forms.RadioSelect)
    goal = forms.ChoiceField(label=_("About a goal"), required=False)

    field_order = ("to_voice", "text", "goal", "language")

    def __init__(
        self, *args: Any, asked: list[tuple[str, Any]] | None, goals: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if asked is None:
            del self.fields["to_voice"]
        else:
            _choose(self, "to_voice", asked)
            self.fields["to_voice"].required = True
        if goals:
            _choose(self, "goal", [("", _("the whole plan")), *goals])
        else:
            del self.fields["goal"]


class AnswerForm(forms.Form):
    """Yes, in part, or not this time."""

    state = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(s, s.label) for s in (ProposalState.ACCEPTED, ProposalState.PARTLY, ProposalState.DECLINED)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )
    answer = forms.CharField(label=_("In a sentence"), widget=_area(3), max_length=4000, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class ClassForm(LanguageMixin):
    """What all lines of the class screen share."""

    kind = forms.ChoiceField(
        label=_("The sentence is about"),
        choices=[(k, k.label) for k in (StatementKind.STRENGTH, StatementKind.INTEREST)],
    )
    whose = forms.ChoiceField(
        label=_("Whose words"), choices=[("adult", _("what I see")), ("student", _("the student said it"))]
    )
    tool = forms.CharField(label=_("Looked at with"), required=False, max_length=200)
    found_on = forms.DateField(label=_("On"), widget=DATE)
    competency = forms.ChoiceField(label=_("About"), required=False)

    field_order = ("kind", "whose", "competency", "tool", "found_on", "language")

    def __init__(self, *args: Any, competencies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "competency", [("", _("nothing in particular")), *competencies])
