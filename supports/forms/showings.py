"""Input shapes of a wish to show something and of its day."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _


class ShowingForm(forms.Form):
    """How a student wants to show it, and when it suits."""

    how = forms.CharField(
        label=_("How do you want to show it?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Build it, draw it, explain it to someone, film it, solve one: the form is yours."),
        error_messages={"required": _("Say in a few words how you want to show it.")},
    )
    when_suits = forms.CharField(label=_("Which days suit you?"), max_length=300, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid4())


class DayForm(forms.Form):
    """The day, the place and a sentence for the student."""

    on = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose a day."),
            "invalid": _("Enter the day as year, month and day."),
        },
    )
    place = forms.CharField(label=_("Where"), max_length=200, required=False)
    text = forms.CharField(
        label=_("A sentence for the student"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].widget.attrs |= {"min": today.isoformat(), "max": last.isoformat()}


class DoneForm(forms.Form):
    """That it was shown: the version of what the adult had before their eyes."""

    version = forms.IntegerField(min_value=1)
