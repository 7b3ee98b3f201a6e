"""Days from a file: a calendar (ICS), or a table with the columns of a pasted line."""

from __future__ import annotations

from typing import BinaryIO

from accounts.schooldays.lines import Read, read_rows, read_text
from accounts.sheets import Findings, ImportUnreadableError, SheetCode, open_sheet

MOST_BYTES = 2 * 1024 * 1024


def read_file(stream: BinaryIO, name: str) -> Read:
    """What a file says; of a calendar or a CSV file as much as `MOST_BYTES`.

    Raises ImportUnreadableError for no table at all.
    """
    stream.seek(0)
    start = stream.read(4)
    stream.seek(0)
    if not start.startswith(b"PK"):
        content = stream.read(MOST_BYTES)
        if b"\x00" in content:
            raise ImportUnreadableError(SheetCode.NOT_A_TABLE)
        try:
            return read_text(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return read_text(content.decode("cp1252", errors="replace"))
    with open_sheet(stream, file=name, findings=Findings()) as sheet:
        # the first row is a heading to the reader of tables; here it may be a day already
        rows = [(sheet.header_line, sheet.header)]
        rows.extend((line, cells) for line, cells, _trusted in sheet.rows)
    return read_rows(rows)
