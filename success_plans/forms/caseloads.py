"""Input shapes of caseloads and handovers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

NOW, ASK = "now", "ask"


class AssignForm(forms.Form):
    """Who shall hold the plans that were chosen, at once or after a yes."""

    to = forms.ChoiceField(label=_("Who holds these plans?"), error_messages={"required": _("Choose an adult.")})
    way = forms.ChoiceField(
        label=_("When"),
        choices=[
            (NOW, _("At once: the navigator until now loses access today")),
            (ASK, _("When they say yes: until then everything stays as it is")),
        ],
        initial=NOW,
        required=False,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("A word about it"),
        help_text=_("Write no student’s name: who is asked reads it before they say yes."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, adults: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", _("Choose an adult")), *adults]  # type: ignore[attr-defined]


class OfferForm(forms.Form):
    """To whom the navigator offers a student."""

    to = forms.ChoiceField(label=_("To whom"), error_messages={"required": _("Choose an adult.")})
    note = forms.CharField(
        label=_("What should they know before they answer?"),
        help_text=_("Write no student’s name: they read this before they say yes. The plan itself they see after it."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, adults: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", _("Choose an adult")), *adults]  # type: ignore[attr-defined]


class CapForm(forms.Form):
    """How many students one navigator holds at most."""

    cap = forms.IntegerField(
        label=_("Students one navigator holds at most"),
        min_value=1,
        max_value=500,
        error_messages={"required": _("Choose a number from 1 to 500.")},
    )
