"""Input shapes of the people side."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.choices import GuardianBlock, ReadPurpose


class PurposeForm(forms.Form):
    """Why a school role opens a student's page."""

    purpose = forms.ChoiceField(
        label=_("Why do you open this plan?"),
        choices=ReadPurpose.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why you open this plan.")},
    )


class MessagesForm(forms.Form):
    """Which messages come."""

    wants_digest = forms.BooleanField(
        label=_("Write to me on Monday mornings when something waits for me that week"),
        help_text=_("How many steps wait, and a link. The message names no student."),
        required=False,
    )


class UnlockForm(forms.Form):
    """Why a locked account is opened again."""

    reason = forms.CharField(
        label=_("How do you know it is them?"),
        max_length=300,
        help_text=_("For example: they came to the office. It is kept with the day and your name."),
        error_messages={"required": _("Say how you know it is them.")},
    )


class RosterUploadForm(forms.Form):
    """The zip of a roster."""

    file = forms.FileField(
        label=_("Roster"),
        help_text=format_lazy(
            _(
                "A zip of CSV files: OneRoster 1.1 or 1.2, School Data Sync 2.1 or Clever; at most {megabytes} MB."
                " Put a folder of files into a zip first."
            ),
            megabytes=settings.ROSTER_UPLOAD_MAX_BYTES >> 20,
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Export the roster again; the download may have been cut off."),
        },
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is too large or plainly no zip before it is stored; the worker looks closer."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > settings.ROSTER_UPLOAD_MAX_BYTES:
            raise forms.ValidationError(
                _("The file has %(megabytes)d MB; at most %(limit)d MB can be read. Nothing was kept.")
                % {"megabytes": (upload.size or 0) >> 20, "limit": settings.ROSTER_UPLOAD_MAX_BYTES >> 20}
            )
        start = upload.read(2)
        upload.seek(0)
        if start != b"PK":
            raise forms.ValidationError(
                _("This is not a zip. Put the CSV files of the roster into a zip and choose that. Nothing was kept.")
            )
        return upload


class RosterConfirmForm(forms.Form):
    """The yes to an import; where so many would leave, a yes to that too."""

    leaving_is_right = forms.BooleanField(
        label=_("It is right that so many leave"),
        help_text=_("Their plans and evidence stay; their accounts close and their teachers no longer see them."),
        required=False,
    )

    def __init__(self, *args: Any, must_confirm: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._must_confirm = must_confirm

    def clean_leaving_is_right(self) -> bool:
        """Needed only where an import stopped."""
        said = bool(self.cleaned_data["leaving_is_right"])
        if self._must_confirm and not said:
            raise forms.ValidationError(
                _("More than a tenth of a school would leave. Say that this is right, or leave everything as it is.")
            )
        return said


class JoinForm(forms.Form):
    """Which of two records stays, and why they are one person."""

    kept = forms.UUIDField(error_messages={"required": _("Choose which record stays.")})
    reason = forms.CharField(
        label=_("How do you know that they are one person?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say how you know, so that somebody else can follow it later.")},
    )


class LimitForm(forms.Form):
    """What a legal document takes from one guardian."""

    guardian = forms.ChoiceField(label=_("From whom"), widget=forms.RadioSelect)
    block = forms.ChoiceField(label=_("Which part"), choices=GuardianBlock.choices)
    document = forms.CharField(
        label=_("The document and its date"),
        help_text=_("Such as “family court order of 3 May”. Without a document both parents keep every right."),
        max_length=300,
        error_messages={"required": _("Name the document and its date.")},
    )
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(
        label=_("Until (this day is free again)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, guardians: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["guardian"].choices = guardians  # type: ignore[attr-defined]
