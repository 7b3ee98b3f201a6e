"""Input shapes of students on pathways, of draws, and of what a family proposes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from success_plans.forms.plans import DATE, LanguageMixin

LONGEST = 1000


class JoinForm(LanguageMixin):
    """By which way a student comes in, and why, in their own words."""

    way = forms.ChoiceField(
        label=_("How do you come in?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the ways in."),
            "invalid_choice": _("Choose one of the ways in."),
        },
    )
    words = forms.CharField(
        label=_("Why this one? In your own words"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("That is longer than 1,000 characters. Shorten it a little.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    field_order = ("way", "words", "language", "key")

    def __init__(self, *args: Any, ways: Sequence[tuple[str, str]], is_scribe: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid4())
        if ways:
            self.fields["way"].choices = list(ways)  # type: ignore[attr-defined]
        else:
            del self.fields["way"]
        if is_scribe:
            self.fields["words"].label = _("Why this one? In the student’s own words")
            if ways:
                self.fields["way"].label = _("How does the student come in?")

    def chosen_way(self) -> UUID | None:
        """The way in; None where the pathway has none."""
        text: str = self.cleaned_data.get("way", "")
        return UUID(text) if text else None


class NextForm(forms.Form):
    """The next experience of a pathway."""

    experience = forms.ChoiceField(label=_("The next experience"), required=False, widget=forms.RadioSelect)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, experiences: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [*experiences, ("", _("I decide later"))]
        self.fields["experience"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> UUID | None:
        """The experience; None for later."""
        text: str = self.cleaned_data["experience"]
        return UUID(text) if text else None


class PlaceForm(forms.Form):
    """Yes or no to a place that is kept."""

    answer = forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))])


class SuggestForm(LanguageMixin):
    """Why a family thinks of a pathway."""

    text = forms.CharField(
        label=_("Why do you think of it?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a few words first.")},
    )

    field_order = ("text", "language")


class CallForm(forms.Form):
    """The day of a draw."""

    draw_on = forms.DateField(
        label=_("The day of the draw"),
        widget=DATE,
        error_messages={"required": _("Choose a day."), "invalid": _("Enter the day as year, month and day.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["draw_on"].widget.attrs = {**self.fields["draw_on"].widget.attrs, "min": today.isoformat()}


class PartnerAnswerForm(forms.Form):
    """Yes or no to one partner; an adult who writes it down also says whose it is and when it was signed."""

    partner = forms.UUIDField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))])
    given_by = forms.ChoiceField(
        label=_("Who of the family signed"), error_messages={"required": _("Choose who of the family this is about.")}
    )
    given_on = forms.DateField(
        label=_("The day it was signed"),
        widget=DATE,
        error_messages={"required": _("Choose a day."), "invalid": _("Enter the day as year, month and day.")},
    )

    def __init__(self, *args: Any, guardians: Sequence[tuple[int, str]] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if guardians is None:
            del self.fields["given_by"], self.fields["given_on"]
        else:
            choices = [(str(pk), name) for pk, name in guardians]
            self.fields["given_by"].choices = choices  # type: ignore[attr-defined]


class SawForm(forms.Form):
    """What somebody of a partner saw: words about one competency of the pathway, on a day. No level."""

    competency = forms.ChoiceField(
        label=_("What it was about"),
        error_messages={"required": _("Choose what it was about."), "invalid_choice": _("Choose what it was about.")},
    )
    note = forms.CharField(
        label=_("What did you see?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Write a few words about what you saw."),
            "max_length": _("Keep it under 4,000 characters."),
        },
    )
    on = forms.DateField(
        label=_("When?"),
        widget=DATE,
        error_messages={"required": _("Choose a day."), "invalid": _("Enter the day as year, month and day.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, offered: Sequence[tuple[str, str]], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial.setdefault("key", uuid4())
        self.initial.setdefault("on", today)
        self.fields["competency"].choices = list(offered)  # type: ignore[attr-defined]

    def clean_on(self) -> date:
        """Never a day ahead."""
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("The date is in the future. Enter the day you saw it."))
        return on
