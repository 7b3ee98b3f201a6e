"""Input shapes for putting a colleague around a child or before a class."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import SensitiveDomain
from accounts.circles.staff import Colleague
from accounts.forms import DayField


class _Chosen(forms.Form):
    """A colleague, looked for by name first: until one was chosen the form only finds."""

    who = forms.CharField(
        label=_("Who? First or last name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the beginning of a name.")},
    )
    person = forms.ChoiceField(
        label=_("Is it one of these?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the names below.")},
    )

    def __init__(self, *args: Any, found: list[Colleague] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found or []
        if self.found:
            self.fields["person"].choices = [  # type: ignore[attr-defined]
                (str(one.public_id), f"{one.name} ({one.work})") for one in self.found
            ]
        else:
            del self.fields["person"]


class TeamForm(_Chosen):
    """Somebody joins the support team."""

    last_day = DayField(
        label=_("Last day in the team"),
        required=False,
        help_text=_("Left empty, until you say that they are no longer in it."),
    )
    domains = forms.MultipleChoiceField(
        label=_("Closed parts they need for their work"),
        choices=SensitiveDomain.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without any, they read “a support exists, ask its owner”."),
    )

    @property
    def until(self) -> date | None:
        """The first day without it."""
        day: date | None = self.cleaned_data.get("last_day")
        return day + timedelta(days=1) if day else None


class SubstituteForm(_Chosen):
    """Somebody teaches a class for a while."""

    section = forms.ChoiceField(label=_("Class"), error_messages={"required": _("Choose a class.")})
    starts_on = DayField(label=_("First day"), error_messages={"required": _("Say the first day.")})
    last_day = DayField(
        label=_("Last day"),
        help_text=_("After it they see these students no longer."),
        error_messages={"required": _("Say the last day: a substitute always has one.")},
    )

    def __init__(self, *args: Any, sections: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = [("", _("Choose a class")), *sections]  # type: ignore[attr-defined]
