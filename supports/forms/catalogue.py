"""Input shapes of the catalogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from supports.choices import Setting, SupportType
from supports.services.catalogue import NUMBERS, WORDS, EntryText, codes_of

LARGEST = 5 * 1024 * 1024


class EntryForm(forms.Form):
    """One entry, its words in each language of the product."""

    type = forms.ChoiceField(label=_("What it is"), choices=SupportType.choices)
    setting = forms.ChoiceField(label=_("Where it happens"), choices=Setting.choices)
    school = forms.ChoiceField(label=_("Who offers it"), required=False)
    provider = forms.CharField(label=_("Who does it"), max_length=200, required=False)
    minutes = forms.IntegerField(label=_("Minutes each time"), min_value=1, max_value=480)
    sessions_per_week = forms.IntegerField(
        label=_("Times a week"), min_value=0, max_value=10, help_text=_("0: it happens once.")
    )
    weeks = forms.IntegerField(
        label=_("Weeks"), min_value=1, max_value=12, help_text=_("At most 12. It can be renewed on purpose.")
    )
    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=10_000, required=False)
    codes = forms.CharField(
        label=_("Codes of competencies it fits"),
        help_text=_(
            "With commas between. It is shown first where one of these is asked about; everybody can choose it."
        ),
        max_length=1000,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, schools: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].choices = [("", _("Every school of the district")), *schools]  # type: ignore[attr-defined]
        for name, (usual, _least, _most) in NUMBERS.items():
            self.fields[name].initial = usual
        for code, tongue in settings.LANGUAGES:
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title, in %(language)s") % {"language": tongue},
                max_length=WORDS["title"],
                required=False,
                widget=forms.TextInput(attrs={"lang": code}),
            )
            self.fields[f"family_{code}"] = forms.CharField(
                label=_("What we will do, in %(language)s") % {"language": tongue},
                max_length=WORDS["family"],
                required=False,
                widget=forms.Textarea(attrs={"rows": 4, "lang": code}),
            )
            self.fields[f"home_{code}"] = forms.CharField(
                label=_("What home can try, in %(language)s") % {"language": tongue},
                max_length=WORDS["home"],
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
            )

    def clean_codes(self) -> tuple[str, ...]:
        """Codes that a framework in use knows, or that the entry names already."""
        return codes_of(self.cleaned_data["codes"], had=self.initial.get("codes", ""))

    def clean(self) -> dict[str, Any]:
        """A title in one language at least."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(data.get(f"title_{code}") for code, _name in settings.LANGUAGES):
            self.add_error(f"title_{settings.LANGUAGES[0][0]}", _("Give it a title in one language at least."))
        return data

    def text(self, school: int | None) -> EntryText:
        """The entry as it was written."""
        data = self.cleaned_data
        return EntryText(
            type=SupportType(data["type"]),
            setting=Setting(data["setting"]),
            school=school,
            provider=data["provider"],
            minutes=data["minutes"],
            sessions_per_week=data["sessions_per_week"],
            weeks=data["weeks"],
            capacity=data["capacity"],
            codes=data["codes"],
            wordings={code: {word: data[f"{word}_{code}"] for word in WORDS} for code, _name in settings.LANGUAGES},
        )


class TableForm(forms.Form):
    """A table of entries."""

    file = forms.FileField(
        label=_("Table"),
        help_text=_("CSV or XLSX, at most 5 MB. A code that is here already changes that entry."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is too large before it is read."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > LARGEST:
            raise forms.ValidationError(_("This file is larger than 5 MB. Nothing was kept."))
        return upload
