"""Input shapes of the people side."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.brand import PENS
from accounts.choices import AgeBasis, GuardianBlock, PartnerKind, ReadPurpose


class PurposeForm(forms.Form):
    """Why a school role opens a student's page."""

    purpose = forms.ChoiceField(
        label=_("Why do you open this plan?"),
        choices=ReadPurpose.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why you open this plan.")},
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


class DayField(forms.DateField):
    """A day of our times: what else is read as a date is a slip of the hand, and no day to count from."""

    def __init__(self, *, label: Any, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(label=label, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        """The day; refused before 1990 and after 2100."""
        day = super().clean(value)
        if day is not None and not 1990 <= day.year <= 2100:
            raise forms.ValidationError(_("Look at the year of this date."))
        return day


class OfAgeForm(forms.Form):
    """From when on a student signs alone, and how the school knows it."""

    basis = forms.ChoiceField(
        label=_("How do you know it?"),
        choices=AgeBasis.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you know it.")},
    )
    day = DayField(
        label=_("Date of birth"),
        help_text=_(
            "We keep only the day of the 18th birthday. For a decision of a court: the day from which it holds."
        ),
        error_messages={"required": _("Choose a day."), "invalid": _("Enter the day as year, month and day.")},
    )

    def clean(self) -> dict[str, Any]:
        """A date of birth has been; the day of a court's decision may be to come."""
        data: dict[str, Any] = super().clean() or {}
        day, basis = data.get("day"), data.get("basis")
        if day is not None and basis and basis != AgeBasis.COURT and day > timezone.localdate():
            self.add_error("day", _("A date of birth is not to come. Look at the year."))
        return data


class PartnerForm(forms.Form):
    """An organisation outside the schools."""

    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Write its name.")})
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=PartnerKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is.")},
    )
    about = forms.CharField(
        label=_("What it does, in a sentence"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    website = forms.URLField(label=_("Website"), max_length=300, required=False, assume_scheme="https")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=1)


class MemberForm(forms.Form):
    """Somebody new who speaks for a partner."""

    given_name = forms.CharField(
        label=_("First name"), max_length=100, error_messages={"required": _("Write the first name.")}
    )
    family_name = forms.CharField(
        label=_("Last name"), max_length=100, error_messages={"required": _("Write the last name.")}
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("They sign in with a code that is sent there. There is no password to remember."),
        error_messages={"required": _("Write the address the code is sent to."), "invalid": _("Look at it again.")},
    )


class FaceForm(forms.Form):
    """How the district shows itself to the public; its words in each language of the product."""

    shown_name = forms.CharField(
        label=_("Name on the public pages"),
        max_length=200,
        required=False,
        help_text=_("Left empty, the name of the district in the roster."),
    )
    hue = forms.ChoiceField(
        label=_("Pen"),
        choices=[(key, pen.word) for key, pen in PENS.items()],
        widget=forms.RadioSelect,
        help_text=_("Each of these can be read on light and dark paper. Pages of work keep the house’s own."),
        required=False,
    )
    website = forms.URLField(label=_("Website"), max_length=300, required=False, assume_scheme="https")
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("JPEG, PNG, WebP or GIF, at most 2 MB. It is drawn anew and shown small."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    logo_says = forms.CharField(label=_("What the logo shows, for who does not see it"), max_length=200, required=False)
    without_logo = forms.BooleanField(label=_("Take the logo away"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words_in = [code for code, _name in settings.LANGUAGES]
        for code, name in settings.LANGUAGES:
            self.fields[f"greeting_{code}"] = forms.CharField(
                label=format_lazy(_("Greeting ({language})"), language=name), max_length=120, required=False
            )
            self.fields[f"about_{code}"] = forms.CharField(
                label=format_lazy(_("About our schools ({language})"), language=name),
                max_length=1200,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
            )

    def words(self) -> dict[str, dict[str, str]]:
        """What was written, by language."""
        return {
            code: {kind: str(self.cleaned_data.get(f"{kind}_{code}", "")) for kind in ("greeting", "about")}
            for code, _name in settings.LANGUAGES
        }

    def clean(self) -> dict[str, Any]:
        """A logo comes with the words it says."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("logo") and not data.get("logo_says", "").strip():
            self.add_error("logo_says", _("Say what the logo shows."))
        return data
