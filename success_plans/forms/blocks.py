"""Input shapes of interests that are followed, and of pointers to plans kept elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from success_plans.choices import PointerKind
from success_plans.forms.plans import DATE, LanguageMixin


class PathwayForm(LanguageMixin):
    """An interest, and what can be tried next. Only the interest is needed."""

    interest = forms.CharField(label=_("The interest"), max_length=300)
    pathway = forms.CharField(label=_("Where it can lead"), required=False, max_length=300)
    entry_point = forms.CharField(label=_("How it began"), required=False, max_length=300)
    next_experience = forms.CharField(label=_("The next experience"), required=False, max_length=300)
    has_ended = forms.BooleanField(
        label=_("I follow something else now"), required=False, help_text=_("What was learned carries over.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    field_order = ("interest", "pathway", "entry_point", "next_experience", "language", "has_ended")

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["has_ended" if is_new else "language"]


class PointerForm(LanguageMixin):
    """Where a plan is kept, and what the adults who teach the student do. Never a copy of the plan."""

    kind = forms.ChoiceField(label=_("Which plan"), choices=PointerKind.choices)
    accommodations = forms.CharField(
        label=_("What adults who teach this student do"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "One a line, as practice: more time, big print, instructions read aloud. Nothing else of the plan."
        ),
    )
    kept_where = forms.CharField(label=_("Where the document is kept"), required=False, max_length=200)
    case_manager = forms.ChoiceField(label=_("Whom to ask"), required=False)
    review_on = forms.DateField(label=_("Look at it again by"), required=False, widget=DATE)
    has_ended = forms.BooleanField(label=_("This plan no longer holds"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    field_order = ("kind", "accommodations", "kept_where", "case_manager", "review_on", "language", "has_ended")

    def __init__(self, *args: Any, adults: list[tuple[int, str]], is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        manager = self.fields["case_manager"]
        assert isinstance(manager, forms.ChoiceField)
        manager.choices = [("", _("nobody yet")), *((str(pk), name) for pk, name in adults)]
        for name in ("has_ended",) if is_new else ("kind", "language"):
            del self.fields[name]
