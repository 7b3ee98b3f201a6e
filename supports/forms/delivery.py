"""Input shapes of a support's log: one session of a group, a step of a referral, the end of a support."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from supports.choices import SessionState, SupportState
from supports.selectors.delivery import Group

DATE = {"type": "date"}
WAS = [
    (SessionState.HELD, _("was there")),
    (SessionState.ABSENT, _("was away")),
    ("", _("not in this one")),
]


class SessionForm(forms.Form):
    """One session of a whole group: when, how long, and who was there; a row of choices for each student."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    held_on = forms.DateField(label=_("When"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=480,
        error_messages={"invalid": _("Give the minutes it took, from 1 to 480.")},
    )
    called_off = forms.BooleanField(label=_("It was called off"), required=False)
    note = forms.CharField(label=_("A few words"), required=False, max_length=500)

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4(), "minutes": group.minutes, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.group = group
        for member in group.members:
            self.fields[f"was-{member.support}"] = forms.ChoiceField(
                label=member.name,
                choices=WAS,
                required=False,
                initial=SessionState.HELD,
                widget=forms.RadioSelect,
                help_text=member.sentence,
            )

    def member_fields(self) -> Sequence[forms.BoundField]:
        """The row of choices of each student, in the order of the group."""
        return [self[f"was-{member.support}"] for member in self.group.members]

    def attendance(self) -> dict[str, str]:
        """Support public id to state, of the students who were expected."""
        found = {}
        for member in self.group.members:
            state = self.cleaned_data[f"was-{member.support}"]
            if state:
                found[str(member.support)] = SessionState.CANCELLED if self.cleaned_data["called_off"] else state
        return found

    def clean(self) -> dict[str, Any]:
        """At least one student was expected."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(data.get(f"was-{member.support}") for member in self.group.members):
            self.add_error(None, _("Choose at least one student."))
        return data


class ReferralForm(forms.Form):
    """The next step of a referral."""

    step = forms.ChoiceField(
        label=_("What happened?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happened.")},
    )
    on = forms.DateField(label=_("When"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    note = forms.CharField(label=_("A few words"), required=False, max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, steps: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        step = self.fields["step"]
        assert isinstance(step, forms.ChoiceField)
        step.choices = list(steps)


class SupportEndForm(forms.Form):
    """A support is finished or stops on the way."""

    state = forms.ChoiceField(
        label=_("How does it end?"),
        choices=[
            (SupportState.FINISHED, _("It is finished")),
            (SupportState.STOPPED, _("It stops on the way")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it is finished or stops on the way.")},
    )
    reason = forms.CharField(
        label=_("Why, in a sentence"),
        max_length=500,
        error_messages={"required": _("Say in a sentence why it ends. It stays in the record.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
