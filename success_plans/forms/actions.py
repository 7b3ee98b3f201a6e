"""Input shapes of an action: what, who, how much, until when, and the words the family will read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from success_plans.forms.plans import DATE
from supports.choices import Setting, SupportType


class ActionForm(forms.Form):
    """An action of the plan; name, owner and last day are all it needs.

    For each language of the product it asks what the family reads: a title, what we do, what home can try.
    """

    title = forms.CharField(label=_("What we do"), max_length=200)
    owner = forms.ChoiceField(label=_("Whose it is"), help_text=_("One adult, who sees that it happens."))
    ends_on = forms.DateField(label=_("Until"), widget=DATE, help_text=_("At most 12 weeks."))
    starts_on = forms.DateField(label=_("From"), required=False, widget=DATE)
    type = forms.ChoiceField(label=_("Kind"), required=False, choices=SupportType.choices)
    setting = forms.ChoiceField(label=_("Where"), required=False, choices=Setting.choices)
    provider = forms.CharField(label=_("Who gives it"), required=False, max_length=200)
    minutes = forms.IntegerField(label=_("Minutes a session"), required=False, min_value=5, max_value=480)
    sessions_per_week = forms.IntegerField(
        label=_("Sessions a week"), required=False, min_value=0, max_value=14, help_text=_("0: it happens once.")
    )
    consent_on = forms.DateField(
        label=_("The family said yes on"),
        required=False,
        widget=DATE,
        help_text=_("For help outside the class or outside school."),
    )
    reason = forms.CharField(
        label=_("Why it changes"), required=False, max_length=500, help_text=_("It stays in the record.")
    )
    entry = forms.UUIDField(widget=forms.HiddenInput, required=False)
    competency = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, adults: list[tuple[int, str]], is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)
        owner.choices = [(str(pk), name) for pk, name in adults]
        if is_new:
            del self.fields["reason"]
        for code, name in settings.LANGUAGES:
            for part, label, rows in (
                ("title", _("Its name for the family, in %(language)s"), 1),
                ("family", _("What we will do, in %(language)s"), 3),
                ("home", _("What home can try, in %(language)s"), 2),
            ):
                self.fields[f"{part}_{code}"] = forms.CharField(
                    label=label % {"language": name},
                    required=False,
                    max_length=200 if part == "title" else 2000,
                    widget=forms.Textarea(attrs={"rows": rows, "lang": code})
                    if rows > 1
                    else forms.TextInput(attrs={"lang": code}),
                )

    @property
    def facts(self) -> list[forms.BoundField]:
        """The fields about the action itself."""
        return [bound for bound in self.visible_fields() if not bound.name.startswith(("title_", "family_", "home_"))]

    @property
    def family_words(self) -> list[forms.BoundField]:
        """The fields the family will read, language by language."""
        return [bound for bound in self.visible_fields() if bound.name.startswith(("title_", "family_", "home_"))]

    def wordings(self) -> dict[str, dict[str, str]]:
        """What the family will read, per language; the action's own name where a language has none."""
        data = self.cleaned_data
        return {
            code: {
                "title": data[f"title_{code}"] or data["title"],
                "family": data[f"family_{code}"],
                "home": data[f"home_{code}"],
            }
            for code, _name in settings.LANGUAGES
        }

    def starts(self, today: date) -> date:
        """The first day: today unless another was chosen."""
        chosen: date | None = self.cleaned_data["starts_on"]
        return chosen or today
