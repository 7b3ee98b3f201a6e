"""Input shapes of check-ins, contacts, notes, added statements and holds. At most three fields are required."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from success_plans.choices import (
    Audience,
    CheckInHow,
    ContactMode,
    ContactOutcome,
    ContactPurpose,
    Interpreter,
    NeedDomain,
)
from success_plans.forms.plans import DATE, TEXT, LanguageMixin

NOTE = {"max_length": _("Keep the note under 2,000 characters.")}


class CheckInForm(forms.Form):
    """How it went, and perhaps a note. `key` comes with the page, so that a second tap is the same check-in."""

    how = forms.ChoiceField(
        label=_("How did it go?"), choices=CheckInHow.choices, error_messages={"required": _("Tap how it went.")}
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=NOTE,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class WaitingForm(CheckInForm):
    """A check-in as a device sends it: perhaps made a while ago, without a connection."""

    student = forms.UUIDField()
    met_at = forms.DateTimeField(required=False)


class GroupForm(CheckInForm):
    """One check-in with several: who was there; everybody else who was chosen could not be met."""

    here = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, students: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = self.fields["here"]
        assert isinstance(here, forms.MultipleChoiceField)
        here.choices = students


class ContactForm(LanguageMixin):
    """A try to reach a family. Required: how, and what came of it."""

    guardian = forms.ChoiceField(label=_("Whom did you try?"), required=False, widget=forms.RadioSelect)
    mode = forms.ChoiceField(
        label=_("How?"),
        choices=ContactMode.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how.")},
    )
    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=ContactOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of it.")},
    )
    purpose = forms.ChoiceField(label=_("About"), choices=ContactPurpose.choices)
    interpreter = forms.ChoiceField(
        label=_("Interpreter"),
        choices=Interpreter.choices,
        help_text=_("A student is never the interpreter, not even once."),
    )
    interpreted_by = forms.ChoiceField(label=_("Who interpreted, if you know them"), required=False)
    note = forms.CharField(
        label=_("What should be remembered"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The family can read this."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    field_order = ("guardian", "mode", "outcome", "purpose", "interpreter", "interpreted_by", "note", "language", "key")

    def __init__(
        self,
        *args: Any,
        guardians: Sequence[tuple[int, str]] = (),
        is_one_home: bool = True,
        interpreters: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        whom = [(str(pk), name) for pk, name in guardians]
        if is_one_home or not whom:
            whom.append(("", str(_("somebody else of the family"))))
        fields: dict[str, Any] = self.fields
        fields["guardian"].choices = whom
        fields["guardian"].required = bool(guardians) and not is_one_home
        fields["interpreted_by"].choices = [("", "–"), *((str(pk), name) for pk, name in interpreters)]
        fields["language"].label = _("The note is written in")


class NoteForm(forms.Form):
    """A working note and the day it goes."""

    text = forms.CharField(
        label=_("Note to yourself"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, error_messages=TEXT
    )
    purge_on = forms.DateField(
        label=_("Goes away on"), required=False, widget=DATE, help_text=_("In 60 days, unless you say otherwise.")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NoteEntryForm(LanguageMixin):
    """A note on its way into the record, where the family reads it."""

    text = forms.CharField(
        label=_("As it will stand in the record"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages=TEXT,
    )
    domain = forms.ChoiceField(label=_("As"), required=False)

    field_order = ("text", "domain", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        domain: Any = self.fields["domain"]
        needs = [(value, f"{_('a need')}: {label}") for value, label in NeedDomain.choices]
        domain.choices = [("", str(_("a line of its own"))), *needs]


class AmendForm(LanguageMixin):
    """A statement added to an entry."""

    text = forms.CharField(
        label=_("Your statement"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, error_messages=TEXT
    )
    audience = forms.ChoiceField(label=_("Who reads it"), choices=Audience.choices, initial=Audience.CIRCLE)

    field_order = ("text", "language", "audience")


class HoldForm(forms.Form):
    """Why something is put on hold."""

    reason = forms.CharField(
        label=_("Why, in a sentence"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in a sentence why. It is kept, and the privacy officer reads it.")},
    )
