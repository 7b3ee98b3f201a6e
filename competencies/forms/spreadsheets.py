"""What people say about the columns of a framework's spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.column_forms import ColumnsBase
from accounts.languages import WRITTEN
from competencies.spreadsheet_wording import PARENTS, ROLES, mapping_message
from competencies.spreadsheets.mapping import LEVELLED, SPOKEN, Column, SheetMapping

_SHARED = ("parent_by", "title", "framework", "language", "creator", "license_text")


class ColumnsForm(ColumnsBase):
    """What each column with a heading is, and what is true of all of them. `mapping()` is what was said."""

    parts = ("role", "language", "level")

    parent_by = forms.ChoiceField(label=_("What says where a row belongs?"), choices=PARENTS)
    title = forms.CharField(label=_("Title of the framework"), max_length=500, required=False)
    framework = forms.ChoiceField(
        label=_("Is it a new framework?"),
        help_text=_("Choose an earlier one to bring it up to date: what is gone from the file is retired."),
        required=False,
    )
    language = forms.ChoiceField(label=_("Its language"), choices=WRITTEN)
    creator = forms.CharField(label=_("Who wrote it"), max_length=500, required=False)
    license_text = forms.CharField(
        label=_("Its licence or notice"),
        help_text=_("Shown on its pages, as the publisher asks for it."),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    save_as = forms.CharField(label=_("Keep these choices under a name"), max_length=120, required=False)

    def __init__(
        self,
        *args: Any,
        heading: int,
        known: SheetMapping,
        frameworks: Sequence[tuple[str, str]],
        levels: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._heading, self._sheet = heading, known.sheet
        fields: dict[str, Any] = self.fields
        fields["framework"].choices = [("", _("a new one")), *frameworks]
        for name in _SHARED:
            fields[name].initial = getattr(known, name)
        said = {column.name: column for column in known.columns}
        choices: dict[str, Any] = {"role": ROLES, "language": [("", "—"), *WRITTEN], "level": [("", "—"), *levels]}
        labels = {"role": _("What is in this column"), "language": _("Language"), "level": _("Level")}
        for n, name in enumerate(self.header):
            if not name:
                continue
            column = said.get(name, Column(name, ""))
            self.add_column(
                n,
                {
                    part: forms.ChoiceField(
                        label=labels[part], choices=choices[part], required=False, initial=getattr(column, part)
                    )
                    for part in self.parts
                },
            )

    def problem(self) -> str:
        """Why what was said does not fit this file."""
        problem = self.mapping().problem(self.header)
        return mapping_message(*problem) if problem is not None else ""

    def mapping(self) -> SheetMapping:
        """What was said."""
        data = self.cleaned_data
        columns = []
        for n, name in enumerate(self.header):
            role = self.said("role", n)
            if name and role:
                language = self.said("language", n) if role in SPOKEN else ""
                level = self.said("level", n) if role in LEVELLED else ""
                columns.append(Column(name, role, "" if language == data["language"] else language, level))
        values = {name: data.get(name) or "" for name in _SHARED}
        return SheetMapping(columns=tuple(columns), heading=self._heading, sheet=self._sheet, **values)
