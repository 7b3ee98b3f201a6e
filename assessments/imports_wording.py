"""What an import of evidence says about a row, in the reader's language: what was found, and what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.oneroster_messages import Message
from accounts.sheet_messages import message as sheet_message
from accounts.sheets import SheetCode
from assessments.imports.mapping import MappingProblem
from assessments.imports.problems import Code

_CORRECT_ROW = _("Correct this row where it came from and import the file again. What is stored stays as it is.")
_ROSTER = _("Bring in the roster first, or choose the system whose ids stand in this column.")
_FRAMEWORK = _("Bring in the framework first, or choose another way to name the competency.")

_SAID: dict[Code | SheetCode, tuple[Any, Any]] = {
    Code.ROW_WIDTH: (_("This row does not have as many cells as the header."), _CORRECT_ROW),
    Code.STUDENT_BLANK: (_("There is no student id in this row."), _CORRECT_ROW),
    Code.STUDENT_UNKNOWN: (_("Nobody here has this id."), _ROSTER),
    Code.STUDENT_LEFT: (_("This student has left."), _("Nothing to do, unless the roster is out of date.")),
    Code.NO_STUDENT_FOR_ROW: (
        _("There is no demonstration student for this row."),
        _("Nothing to do: the file has more rows than the demonstration has students."),
    ),
    Code.COMPETENCY_BLANK: (_("This row does not say what it is about."), _CORRECT_ROW),
    Code.COMPETENCY_UNKNOWN: (_("No framework here has this competency."), _FRAMEWORK),
    Code.COMPETENCY_SEVERAL: (
        _("Several competencies carry this code."),
        _("Choose one framework, or name competencies by their id."),
    ),
    Code.COMPETENCY_CLOSED: (
        _("This competency is retired, or it only groups others."),
        _("Name a competency of the framework as it is now."),
    ),
    Code.LINE_ITEM_UNKNOWN: (_("This result belongs to a line item that is not in the files."), _CORRECT_ROW),
    Code.LINE_ITEM_WITHOUT_OBJECTIVE: (
        _("Its line item names no learning objective, so nobody knows what it is about."),
        _("Tie the line item to a learning objective in the system it comes from."),
    ),
    Code.SCORE_NOT_A_NUMBER: (_("This is not a number."), _CORRECT_ROW),
    Code.SCORE_OUT_OF_RANGE: (
        _("This score lies outside its scale."),
        _("Check which scale the numbers are on. Nothing is ever bent into a scale."),
    ),
    Code.SCORE_NOT_A_LEVEL: (
        _("This is not a level of the competency’s scale, nor half way between two."),
        _("Say that the numbers are points or per cent, if they are."),
    ),
    Code.SCORE_RANGE: (_("The lowest and highest score make no sense."), _CORRECT_ROW),
    Code.CELL_WITHOUT_VALUE: (
        _("This cell holds a formula without a result, or an error, so nobody knows the score."),
        _("Open the file in a spreadsheet, let it calculate, save it and bring it in again."),
    ),
    Code.SCORE_COMMA: (_("A decimal comma was read as a point."), _("Nothing to do if that is right.")),
    Code.DAY_BLANK: (_("This row has no date."), _CORRECT_ROW),
    Code.DAY_UNREADABLE: (
        _("This date cannot be read."),
        _("Write dates as 2026-03-14, or say whether month or day comes first."),
    ),
    Code.DAY_FUTURE: (_("This date is in the future."), _CORRECT_ROW),
    Code.DAY_TOO_OLD: (_("This date is more than three years ago."), _CORRECT_ROW),
    Code.ID_BLANK: (_("This row has no id."), _CORRECT_ROW),
    Code.ID_TOO_LONG: (_("This id is too long to be one."), _CORRECT_ROW),
    Code.TWICE_IN_FILE: (_("The same score stands in the file twice."), _("Nothing to do: it counts once.")),
    Code.OTHER_IN_FILE: (
        _("The file says two things about the same work. The first one was taken."),
        _("Choose a column with an id for each row, if these are different works."),
    ),
    Code.ID_OF_ANOTHER: (
        _("This id was used for another student or another competency before."),
        _("Ids of results must stay with the same student. Ask whoever runs that system."),
    ),
    Code.KEPT_BY_HAND: (
        _("A person corrected this piece or took it back. Theirs stays."),
        _("Nothing to do, unless the person was wrong."),
    ),
    SheetCode.NOT_A_TABLE: (
        _("This file is no table."),
        _("Choose a CSV or XLSX file, or a zip of OneRoster results."),
    ),
    Code.NO_RESULTS: (
        _("The zip holds no OneRoster results with their line items."),
        _("Export results.csv and lineItems.csv together."),
    ),
    Code.MAPPING_MISSING: (
        _("What the columns are is not said, or does not fit this file."),
        _("Choose the file again and say what its columns are."),
    ),
    Code.COLUMN_MISSING: (_("A column is missing: %(detail)s."), _("Choose the columns again.")),
    Code.COLUMN_TWICE: (_("Two columns have the same name: %(detail)s."), _("Rename one of them.")),
}
MAPPING: dict[MappingProblem, Any] = {
    MappingProblem.NO_SCORES: _("Choose at least one column of scores."),
    MappingProblem.TOO_MANY_SCORES: _("Those are more columns of scores than one import takes. Choose at most 60."),
    MappingProblem.NO_STUDENT: _("Choose the column with the student’s id."),
    MappingProblem.NO_STUDENT_SOURCE: _("Say which system the student ids come from."),
    MappingProblem.NO_COMPETENCY: _("Say what the scores are about: one competency, or a column that names it."),
    MappingProblem.NO_DAY: _("Give a date, or choose the column with the date."),
    MappingProblem.NO_MAXIMUM: _("Say how many points there were, more than 0."),
    MappingProblem.COLUMN_MISSING: _("The file has no column of this name: %(column)s."),
    MappingProblem.COLUMN_TWICE: _("This column is chosen twice, or two columns have its name: %(column)s."),
}
_OURS = {code.value: code for code in _SAID}


def message(code: str, params: dict[str, Any] | None = None, *, column: str = "") -> Message:
    """The sentences for a code of ours or of the files' readers."""
    ours = _OURS.get(code)
    if ours is None:
        return sheet_message(code, params or {}, column=column)
    what, what_to_do = _SAID[ours]
    return Message(str(what) % {"detail": "", **(params or {})}, str(what_to_do))


def mapping_message(problem: MappingProblem, column: str) -> str:
    """Why a mapping cannot be used, for its form."""
    return str(MAPPING[problem]) % {"column": column}
