"""Input shapes of the cycle: ending a step, one student in the review of a class, the year end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from success_plans.choices import AgreementAnswer, StepOutcome
from success_plans.forms.plans import LanguageMixin


class StepEndForm(forms.Form):
    """How a step ended, and why."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it ended.")},
    )
    reason = forms.CharField(
        label=_("Why, in a sentence"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in a few words why.")},
    )

    def __init__(self, *args: Any, outcomes: Iterable[StepOutcome], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)
        offered = [(str(o), o.label) for o in outcomes]
        field.choices = offered
        if len(offered) == 1:  # nothing to choose between: the reason is all that is asked
            field.initial = offered[0][0]


class TalkForm(LanguageMixin):
    """What was said about one student: a strength first, then perhaps what comes next."""

    strength = forms.CharField(
        label=_("A strength we see"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Begin with a strength, in a few words.")},
    )
    next_step = forms.CharField(
        label=_("A next step"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    enrichment_considered = forms.BooleanField(
        label=_("We thought about what could reach further: enrichment, a harder task, moving ahead"),
        required=False,
        help_text=_("Asked for every student, whatever the answer is."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, initial=0)

    field_order = ("strength", "next_step", "enrichment_considered", "language", "version")


class SignOffForm(LanguageMixin):
    """What the student or a family member says to the plan at the end of the year, written down by the navigator."""

    person = forms.ChoiceField(
        label=_("Who says it"), widget=forms.RadioSelect, error_messages={"required": _("Choose who says it.")}
    )
    answer = forms.ChoiceField(
        label=_("What they say"),
        choices=AgreementAnswer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what they say. No answer is no agreement.")},
    )
    statement = forms.CharField(
        label=_("In their words"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )

    field_order = ("person", "answer", "statement", "language")

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = people


class NextYearForm(forms.Form):
    """Who holds the plan next year: the same navigator, or another adult who is asked."""

    to = forms.ChoiceField(label=_("Who holds the plan next year?"))
    note = forms.CharField(
        label=_("What they should know"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("I do")), *people]
        field.required = False
