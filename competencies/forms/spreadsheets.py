"""What people say about the columns of a framework's spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.languages import WRITTEN
from competencies.spreadsheet_wording import PARENTS, ROLES, mapping_message
from competencies.spreadsheets.mapping import LEVELLED, SPOKEN, Column, SheetMapping

_PARTS = ("role", "language", "level")


class ColumnsForm(forms.Form):
    """What each column is, and what is true of all of them. `mapping()` is what was said."""

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
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        heading: int,
        known: SheetMapping,
        frameworks: Sequence[tuple[str, str]],
        levels: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._header, self._heading, self._sheet = list(header), heading, known.sheet
        self._examples = [[row[n] for row in rows if n < len(row) and row[n]][:3] for n in range(len(header))]
        fields: dict[str, Any] = self.fields
        fields["framework"].choices = [("", _("a new one")), *frameworks]
        for name in ("parent_by", "title", "framework", "language", "creator", "license_text"):
            fields[name].initial = getattr(known, name)
        said = {column.name: column for column in known.columns}
        for n, name in enumerate(self._header):
            column = said.get(name, Column(name, ""))
            choices: dict[str, Any] = {
                "role": ROLES,
                "language": [("", "—"), *WRITTEN],
                "level": [("", "—"), *levels],
            }
            labels = {"role": _("What is in this column"), "language": _("Language"), "level": _("Level")}
            for part in _PARTS:
                field = forms.ChoiceField(
                    label=labels[part], choices=choices[part], required=False, initial=getattr(column, part)
                )
                field.widget.attrs["class"] = "input"
                field.widget.attrs["aria-label"] = format_lazy("{name}: {what}", name=name or n + 1, what=labels[part])
                fields[f"{part}-{n}"] = field

    def columns(self) -> list[tuple[str, list[str], BoundField, BoundField, BoundField]]:
        """Heading, examples, and the three fields of each column that has a heading."""
        return [
            (name, self._examples[n], self[f"role-{n}"], self[f"language-{n}"], self[f"level-{n}"])
            for n, name in enumerate(self._header)
            if name
        ]

    def shared(self) -> list[BoundField]:
        """The fields that are about the whole file, in the order they are asked."""
        return [self[name] for name in type(self).base_fields if name != "save_as"]

    def clean(self) -> dict[str, Any]:
        """The whole has to make a mapping that fits this file."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            problem = self.mapping().problem(self._header)
            if problem is not None:
                raise forms.ValidationError(mapping_message(*problem))
        return data

    def mapping(self) -> SheetMapping:
        """What was said."""
        data = self.cleaned_data
        columns = []
        for n, name in enumerate(self._header):
            role = data.get(f"role-{n}", "")
            if name and role:
                language = data.get(f"language-{n}", "") if role in SPOKEN else ""
                level = data.get(f"level-{n}", "") if role in LEVELLED else ""
                columns.append(Column(name, role, "" if language == data["language"] else language, level))
        names = ("parent_by", "title", "framework", "language", "creator", "license_text")
        values = {name: data.get(name) or "" for name in names}
        return SheetMapping(columns=tuple(columns), heading=self._heading, sheet=self._sheet, **values)
