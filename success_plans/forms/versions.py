"""Input shapes of versions, answers and templates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from success_plans.choices import AgreementAnswer, PlanState, TemplateKind
from success_plans.forms.plans import DATE, WRITTEN, LanguageMixin


class MoveForm(forms.Form):
    """Where the next version of a plan goes."""

    to = forms.ChoiceField(choices=PlanState.choices)


class VersionForm(forms.Form):
    """Agreeing a version: what it is for."""

    reason = forms.CharField(
        label=_("What is this version for?"),
        max_length=500,
        help_text=_("A few words, for example: plan for the autumn, agreed at the family conference."),
        error_messages={"required": _("Say in a few words what this version is for.")},
    )


class ConferenceDayForm(LanguageMixin):
    """What all conferences of a day share."""

    held_on = forms.DateField(
        label=_("The conferences were held on"), widget=DATE, error_messages={"required": _("Choose a day.")}
    )
    reason = forms.CharField(
        label=_("What are these versions for?"),
        max_length=500,
        error_messages={"required": _("Say in a few words what these versions are for.")},
    )

    field_order = ("held_on", "reason", "language")


class AnswerForm(forms.Form):
    """What somebody says to a version. A statement is never asked for, and always welcome."""

    person = forms.ChoiceField(label=_("Who says it"))
    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=AgreementAnswer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one answer.")},
    )
    statement = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What you write stays attached to this version and is printed with it. Nobody can change it."),
    )
    language = forms.ChoiceField(label=_("Written in"), choices=WRITTEN)

    def __init__(self, *args: Any, people: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people is None:
            del self.fields["person"]
        else:
            field = self.fields["person"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = people


class AsOfForm(forms.Form):
    """A day to look back to."""

    on = forms.DateField(label=_("Day"), widget=DATE, error_messages={"required": _("Choose a day.")})


class TemplateKindForm(forms.Form):
    """Light or full."""

    kind = forms.ChoiceField(choices=TemplateKind.choices)


class TemplateForm(forms.Form):
    """A template: how each block is asked in each language, whether it is, how often plans are looked at again."""

    reason = forms.CharField(
        label=_("Why it changes"),
        max_length=300,
        error_messages={"required": _("Say in a few words why the template changes.")},
    )
    review_weeks = forms.IntegerField(label=_("Weeks until a review"), min_value=2, max_value=52)
    reviews_a_year = forms.IntegerField(label=_("Reviews a year"), min_value=1, max_value=12)
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, blocks: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [key for key, _title in blocks]
        for key, title in blocks:
            self.fields[f"asked-{key}"] = forms.BooleanField(label=title, required=False)
            for code, name in settings.LANGUAGES:
                self.fields[f"prompt-{key}-{code}"] = forms.CharField(
                    label=_("%(block)s, in %(language)s") % {"block": title, "language": name},
                    required=False,
                    max_length=300,
                )

    def rows(self) -> list[dict[str, Any]]:
        """The fields of each block together, for the page."""
        return [
            {
                "asked": self[f"asked-{key}"],
                "prompts": [self[f"prompt-{key}-{code}"] for code, _n in settings.LANGUAGES],
            }
            for key in self.keys
        ]
