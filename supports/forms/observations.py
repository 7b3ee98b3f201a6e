"""Input shapes of observations: on a phone, of several at once, what waited on a device, and what one has to answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.choices import Context, EvidenceKind
from assessments.selectors.rubrics import Rubric
from supports.forms.classes import CONTEXTS
from supports.forms.records import CHOOSE, NOTE_LENGTH

PICTURES = "image/jpeg,image/png,image/webp,image/gif"
MOST_STUDENTS = 40
WHO = [
    (EvidenceKind.TEACHER, _("I saw it")),
    (EvidenceKind.PARTNER, _("somebody we work with in the community told me")),
]


class SeenForm(forms.Form):
    """What was seen: a sentence, what it was about, and perhaps a level and where."""

    competency = forms.ChoiceField(label=_("What it was about"), error_messages=CHOOSE)
    note = forms.CharField(
        label=_("What I saw"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    level = forms.ChoiceField(
        label=_("How much of it was there?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the levels of the list.")},
    )
    context = forms.ChoiceField(
        label=_("Where was it?"),
        choices=CONTEXTS,
        required=False,
        initial=Context.OBSERVATION,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, offered: Sequence[Any], rubric: Rubric | None, address: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid4())
        self.fields["competency"].widget.attrs = {
            "hx-get": address,
            "hx-target": "#observe-levels",
            "hx-trigger": "change",
        }
        self.fields["competency"].choices = list(offered)  # type: ignore[attr-defined]
        levels = [(level.text, level.word) for level in rubric.levels] if rubric else []
        self.fields["level"].choices = [("", _("without a level")), *levels]  # type: ignore[attr-defined]

    def value(self) -> Decimal | None:
        """The level; None is seen, without a level."""
        text: str = self.cleaned_data["level"]
        return Decimal(text) if text else None

    def where(self) -> str:
        """Where it was seen; an observation where nothing was sent."""
        return self.cleaned_data["context"] if "context" in self.data else Context.OBSERVATION


class ObservationForm(SeenForm):
    """Of one student: words, a picture, a recording or a document; one of them is enough."""

    picture = forms.FileField(
        label=_("A photo"),
        required=False,
        allow_empty_file=True,
        help_text=_("Up to 10 MB. Where and when it was taken is removed."),
        widget=forms.FileInput(attrs={"accept": PICTURES, "capture": "environment"}),
    )
    recording = forms.FileField(
        label=_("A recording"),
        required=False,
        allow_empty_file=True,
        help_text=_("Up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": "audio/*", "data-record": ""}),
    )
    document = forms.FileField(
        label=_("A document"),
        required=False,
        allow_empty_file=True,
        help_text=_("A PDF, up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )
    shows = forms.CharField(
        label=_("What the file shows or says, in words"),
        required=False,
        max_length=500,
        help_text=_("For people who cannot see or hear it."),
    )
    who = forms.ChoiceField(
        label=_("Who saw it"), choices=WHO, required=False, initial=EvidenceKind.TEACHER, widget=forms.RadioSelect
    )

    def uploads(self) -> list[Any]:
        """The files that came along."""
        data = self.cleaned_data
        return [data[name] for name in ("picture", "recording", "document") if data.get(name)]

    def clean(self) -> dict[str, Any]:
        """Words or a file: one of them says what was seen."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        has_file = any(data.get(name) for name in ("picture", "recording", "document"))
        if not has_file and not data.get("note", "").strip() and "note" not in self.errors:
            self.add_error("note", _("Write a few words about what you saw."))
        return data


class GroupObservationForm(SeenForm):
    """Of several students of a class: the same words, one piece each."""

    students = forms.MultipleChoiceField(
        label=_("Whom did you see?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one student."),
            "invalid_choice": _("One of the students is not in this class any more. Look at the names again."),
        },
    )

    field_order = ("students", "note", "competency", "level", "context", "key")

    def __init__(self, *args: Any, students: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["students"].choices = list(students)  # type: ignore[attr-defined]
        self.fields["note"].required = True
        self.fields["note"].error_messages["required"] = _("Write a few words about what you saw.")
        self.fields["note"].help_text = _("The same words stand with every one of them, so they name nobody.")


class WaitingForm(forms.Form):
    """An observation as a device sends it, made a while ago without a connection: ids, a choice and a moment."""

    student = forms.UUIDField()
    competency = forms.UUIDField()
    level = forms.CharField(required=False, max_length=12)
    context = forms.ChoiceField(choices=CONTEXTS, required=False)
    seen_at = forms.DateTimeField(required=False)
    key = forms.UUIDField()

    def clean_level(self) -> Decimal | None:
        """The level; None without one."""
        text: str = self.cleaned_data["level"]
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            raise forms.ValidationError(_("Choose one of the levels of the list."))
        return value


class AnswerForm(forms.Form):
    """What a teacher says to an observation of a family: it counts, or it stands beside; and a sentence to them."""

    ACCEPT, BESIDE = "accept", "beside"

    decision = forms.ChoiceField(
        label=_("What becomes of it?"),
        choices=[
            (ACCEPT, _("It counts from now on")),
            (BESIDE, _("It stands beside what we see at school")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of it.")},
    )
    level = forms.ChoiceField(label=_("How much of it was there?"), required=False, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("A sentence to whoever sent it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They read it with what they wrote. It is needed where it stands beside."),
    )
    instead_of = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rubric: Rubric | None, chosen: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(level.text, level.word) for level in rubric.levels] if rubric else []
        if chosen and chosen not in dict(levels):
            levels.append((chosen, chosen))
        self.fields["level"].choices = [("", _("without a level")), *levels]  # type: ignore[attr-defined]
        self.initial.setdefault("level", chosen)

    def value(self) -> Decimal | None:
        """The level; None is without one."""
        text: str = self.cleaned_data["level"]
        return Decimal(text) if text else None

    def clean_instead_of(self) -> datetime | None:
        """When the answer was given that this one takes the place of; None for a first one."""
        text: str = self.cleaned_data["instead_of"]
        try:
            return datetime.fromisoformat(text) if text else None
        except ValueError as error:
            raise forms.ValidationError(_("Open the page again.")) from error

    def clean(self) -> dict[str, Any]:
        """Standing beside is explained."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("decision") == self.BESIDE and not data.get("text", "").strip():
            self.add_error("text", _("Say in a sentence why it stands beside. The family reads it."))
        return data
