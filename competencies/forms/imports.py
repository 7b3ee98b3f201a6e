"""Shapes of what people send."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from competencies.case.limits import MAX_BYTES


class ImportForm(forms.Form):
    """The file of a framework."""

    file = forms.FileField(
        label=_("Framework file"),
        help_text=format_lazy(
            _(
                "A CASE package (CFPackage) or ASN tree as .json, or a spreadsheet (.xlsx, .csv); "
                "at most {megabytes} MB."
            ),
            megabytes=MAX_BYTES >> 20,
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json,.csv,.tsv,.txt,.xlsx"}),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Export the framework again; the download may have been cut off."),
        },
    )
    publish = forms.BooleanField(
        label=_("Show it to everyone"),
        help_text=_("Families, students and visitors can read it without signing in."),
        required=False,
        initial=True,
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is too large to read."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                _("The file has %(megabytes)d MB; at most %(limit)d MB can be read. Nothing was kept.")
                % {"megabytes": (upload.size or 0) >> 20, "limit": MAX_BYTES >> 20}
            )
        return upload
