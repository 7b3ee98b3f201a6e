"""Input shapes of the plan. At most three fields of any form are required."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.languages import WRITTEN as WRITTEN
from success_plans.choices import (
    Audience,
    GoalState,
    Horizon,
    MeasureKind,
    NeedDomain,
    NeedSource,
    NeedState,
    OutsideNeed,
    StatementKind,
)

TEXT = {"required": _("Write a few words first."), "max_length": _("Keep it under 4,000 characters.")}
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class LanguageMixin(forms.Form):
    """Asks in which language a text is written; the page's language is preselected."""

    language = forms.ChoiceField(label=_("Written in"), choices=WRITTEN)


class StatementForm(LanguageMixin):
    """A sentence about strengths, interests, hopes."""

    kind = forms.ChoiceField(choices=StatementKind.choices, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("In your words"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, error_messages=TEXT
    )
    said_by_student = forms.BooleanField(
        label=_("The student said it and I write it down"), required=False, help_text=_("Your name is kept as scribe.")
    )

    audience = forms.ChoiceField(
        label=_("Which adults read it"),
        required=False,
        choices=Audience.choices,
        help_text=_("The student and the family always do."),
    )

    field_order = ("kind", "text", "language", "audience", "said_by_student")

    def __init__(self, *args: Any, may_scribe: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_scribe:
            del self.fields["said_by_student"]


class RewordForm(forms.Form):
    """A new wording of one's own sentence."""

    text = forms.CharField(
        label=_("In your words"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, error_messages=TEXT
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class NeedForm(LanguageMixin):
    """An entry of the record of needs. A need outside school belongs to family and basic needs, closed by default."""

    domain = forms.ChoiceField(label=_("About"), choices=NeedDomain.choices)
    text = forms.CharField(
        label=_("What may help, and why"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        error_messages=TEXT,
    )
    outside = forms.ChoiceField(
        label=_("Outside school"),
        required=False,
        choices=[("", _("not outside school")), *OutsideNeed.choices],
        help_text=_("Choosing one closes the entry: family and basic needs are read by those who were granted it."),
    )
    source = forms.ChoiceField(label=_("Where it comes from"), required=False, choices=NeedSource.choices)
    audience = forms.ChoiceField(
        label=_("Which adults read it"),
        required=False,
        choices=Audience.choices,
        help_text=_("The student and the family always do."),
    )
    review_on = forms.DateField(
        label=_("Look at it again by"), required=False, widget=DATE, help_text=_("Eight weeks from now if left empty.")
    )

    field_order = ("text", "domain", "outside", "source", "audience", "review_on", "language")


class NeedEndForm(forms.Form):
    """A need ended."""

    state = forms.ChoiceField(
        label=_("What happened?"),
        choices=[(NeedState.MET, NeedState.MET.label), (NeedState.ENDED, NeedState.ENDED.label)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happened.")},
    )
    reason = forms.CharField(label=_("In a sentence"), required=False, max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput)


class GoalForm(LanguageMixin):
    """A goal, or with fewer fields an intention. Only the first sentence is required."""

    text = forms.CharField(
        label=_("What comes next"), widget=forms.Textarea(attrs={"rows": 2}), max_length=4000, error_messages=TEXT
    )
    why = forms.CharField(
        label=_("Why it matters to me"), required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=4000
    )
    competency = forms.ChoiceField(label=_("About"), required=False)
    steps = forms.CharField(
        label=_("Next small step"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=4000,
    )
    how_where = forms.CharField(
        label=_("How and where, in and out of school"),
        required=False,
        max_length=300,
        help_text=_("In class, at home, in a workshop, outside, with a friend. What suits the student."),
    )
    helper = forms.ChoiceField(label=_("Who helps"), required=False)
    due_on = forms.DateField(label=_("By"), required=False, widget=DATE)
    measure_kind = forms.ChoiceField(label=_("What shows it"), required=False, choices=MeasureKind.choices)
    measure = forms.CharField(label=_("How we will see it"), required=False, max_length=300)
    baseline = forms.CharField(label=_("Where it is now"), required=False, max_length=300)
    target = forms.CharField(label=_("Where it will be"), required=False, max_length=300)
    horizon = forms.ChoiceField(label=_("For when"), required=False, choices=Horizon.choices)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    field_order = (
        "text", "why", "competency", "steps", "how_where", "helper", "due_on", "measure_kind", "measure", "baseline",
        "target", "horizon", "language",
    )  # fmt: skip

    def __init__(
        self, *args: Any, helpers: list[tuple[int, str]], competencies: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        helper, competency = self.fields["helper"], self.fields["competency"]
        assert isinstance(helper, forms.ChoiceField)
        assert isinstance(competency, forms.ChoiceField)
        helper.choices = [("", _("nobody yet")), *((str(pk), name) for pk, name in helpers)]
        competency.choices = [("", _("nothing in particular")), *competencies]


class GoalEndForm(forms.Form):
    """What became of a goal."""

    state = forms.ChoiceField(
        label=_("What became of it?"),
        choices=[(s, s.label) for s in GoalState],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what became of it.")},
    )
    reason = forms.CharField(
        label=_("Why, in a sentence"),
        required=False,
        max_length=500,
        help_text=_("It stays with the goal in the record."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class TranslationForm(forms.Form):
    """A person's translation of somebody's words."""

    text = forms.CharField(
        label=_("Translation"), widget=forms.Textarea(attrs={"rows": 5}), max_length=4000, error_messages=TEXT
    )
