"""What is true of every form that asks what the columns of a table are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField
from django.utils.text import format_lazy

EXAMPLES = 3


class ColumnsBase(forms.Form):
    """A few fields for each column, named `<part>-<number>`, and those declared on the class for the whole file.

    The class says its `parts`; `mapping` and `problem` say what was said and what is wrong with it. A field
    `save_as` may keep it all under a name.
    """

    parts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, header: Sequence[str], rows: Sequence[Sequence[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.header = list(header)
        self.examples = [[row[n] for row in rows if n < len(row) and row[n]][:EXAMPLES] for n in range(len(header))]

    def add_column(self, number: int, fields: Mapping[str, forms.Field]) -> None:
        """The fields of one column, by their part. Each is read out with the column's heading."""
        name = self.header[number] or str(number + 1)
        for part, field in fields.items():
            field.widget.attrs["class"] = "input"
            field.widget.attrs["aria-label"] = format_lazy("{name}: {what}", name=name, what=field.label)
            self.fields[f"{part}-{number}"] = field

    def columns(self) -> list[tuple[Any, ...]]:
        """Heading, examples and the fields of each column; one that has neither heading nor words is passed over."""
        return [
            (name or str(n + 1), self.examples[n], *(self[f"{part}-{n}"] for part in self.parts))
            for n, name in enumerate(self.header)
            if (name or self.examples[n]) and f"{self.parts[0]}-{n}" in self.fields
        ]

    def said(self, part: str, number: int) -> Any:
        """What was said in one field of a column; "" where there is none."""
        return self.cleaned_data.get(f"{part}-{number}", "")

    def shared(self) -> list[BoundField]:
        """The fields that are about the whole file, in the order they are asked."""
        return [self[name] for name in type(self).base_fields if name != "save_as"]

    def clean(self) -> dict[str, Any]:
        """The whole has to make a mapping that fits this file."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and (problem := self.problem()):
            raise forms.ValidationError(problem)
        return data

    def problem(self) -> str:
        """Why what was said does not fit this file, in words; empty when it does."""
        raise NotImplementedError
