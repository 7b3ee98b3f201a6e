"""What leaves as a file: tables that a spreadsheet takes for text, and what people added, for one pair of eyes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.base import File
from django.http import FileResponse, HttpResponse

_RUNS_IN_A_SPREADSHEET = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001


def csv_response(name: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV file of this name (ASCII). It begins with a byte order mark, so that accents are read as they are."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow([harmless(cell) for cell in header])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    response = HttpResponse("\ufeff" + table.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def private_file(content: File[Any], *, content_type: str, name: str, as_attachment: bool = False) -> FileResponse:
    """What somebody added, as it was found to be and nothing else: in no shared cache, guessed at by no browser, and
    without the right to run or to load anything."""
    response = FileResponse(content, content_type=content_type, as_attachment=as_attachment, filename=name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def harmless(cell: object) -> str:
    """The cell as text that no spreadsheet runs as a formula. Numbers of ours stay numbers."""
    if isinstance(cell, int):
        return str(cell)
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(_RUNS_IN_A_SPREADSHEET) else text
