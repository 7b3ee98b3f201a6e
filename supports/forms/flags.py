"""Input shapes of flags and supports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from supports.choices import DismissReason, FocusKind
from supports.selectors.catalogue import Offer


class DismissForm(forms.Form):
    """Why a flag is not right."""

    reason = forms.ChoiceField(
        label=_("What isn’t right?"),
        choices=DismissReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what isn’t right.")},
    )
    note = forms.CharField(label=_("In your words"), required=False, max_length=500, widget=forms.Textarea)
    version = forms.IntegerField(widget=forms.HiddenInput)


class UUIDListField(forms.CharField):
    """Public ids, separated by commas."""

    def clean(self, value: Any) -> list[UUID]:
        """The ids; anything else is refused."""
        try:
            return [UUID(part) for part in str(super().clean(value)).split(",")][:500]
        except ValueError as error:
            raise forms.ValidationError(_("These ids cannot be read.")) from error


class NextStepForm(forms.Form):
    """A next step for the students of a card."""

    flags = UUIDListField()
    competency = forms.UUIDField()
    kind = forms.ChoiceField(choices=FocusKind.choices)


class SupportForm(forms.Form):
    """A support as it will start, with the words the family will read, one pair of texts per language."""

    entry = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At most 12 weeks."),
    )
    share = forms.BooleanField(label=_("Show it to the family now"), required=False, initial=True)

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            words = offer.wordings.get(code, {})
            self.fields[f"family_{code}"] = forms.CharField(
                label=_("What we will do, in %(language)s") % {"language": name},
                initial=words.get("family", ""),
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 4, "lang": code}),
            )
            self.fields[f"home_{code}"] = forms.CharField(
                label=_("What home can try, in %(language)s") % {"language": name},
                initial=words.get("home", ""),
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
            )
            self._titles = {
                **getattr(self, "_titles", {}),
                code: words.get("title", offer.title),
            }

    def family_wordings(self) -> dict[str, dict[str, str]]:
        """What the family will read, per language: title, family, home."""
        return {
            code: {
                "title": self._titles[code],
                "family": self.cleaned_data[f"family_{code}"],
                "home": self.cleaned_data[f"home_{code}"],
            }
            for code, _name in settings.LANGUAGES
        }
