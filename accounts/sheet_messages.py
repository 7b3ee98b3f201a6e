"""Why a file is no table that can be read, in the reader's language: what was found, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.oneroster.issues import Code as FileCode
from accounts.oneroster_messages import Message
from accounts.oneroster_messages import message as file_message
from accounts.sheets import SheetCode

_SAID: dict[str, tuple[Any, Any]] = {
    SheetCode.NOT_A_TABLE: (_("This file is no table."), _("Choose a CSV or XLSX file.")),
    SheetCode.SHEET_DAMAGED: (
        _("This spreadsheet is damaged and cannot be read."),
        _("Open it, save it again as XLSX or CSV, and choose the new file."),
    ),
    SheetCode.TOO_MANY_COLUMNS: (
        _("The table has more columns than can be read (%(detail)s)."),
        _("Leave only the columns you need."),
    ),
    SheetCode.ALL_HIDDEN: (
        _("Every sheet of this workbook is hidden."),
        _("Open it, show the sheet that is meant, save it, and choose the file again."),
    ),
    SheetCode.SHEET_MISSING: (
        _("The workbook has no sheet with this name that is shown (%(detail)s)."),
        _("Choose one of its sheets; a hidden one has to be shown and saved first."),
    ),
    SheetCode.SHEET_HIDDEN: (
        _("This sheet is hidden in the workbook and was not read."),
        _("If it belongs to it, show it, save the file and choose it again."),
    ),
    SheetCode.ROW_HIDDEN: (
        _("This row is hidden in the spreadsheet; it was read like every other."),
        _("If it should not count, delete it from the file and choose the file again."),
    ),
}
_FILES = {code.value for code in FileCode}


def message(code: str, params: Mapping[str, Any], *, column: str = "") -> Message:
    """The sentences for what the readers of tables, text and archives say."""
    if code in _SAID:
        what, what_to_do = _SAID[code]
        return Message(str(what) % {"detail": "", **params}, str(what_to_do))
    if code in _FILES:
        return file_message(code, params, column=column)
    return Message(gettext("The file could not be read."), gettext("Choose the file again."))
