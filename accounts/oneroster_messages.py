"""What an issue of a roster means and what to do about it, in the reader's language.

`accounts.oneroster` finds issues and names them by code; the sentences live here, one pair a code. Placeholders are
the issue's `params` and, where a sentence needs them, `column`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.oneroster.columns import Dialect
from accounts.oneroster.issues import Code


@dataclass(frozen=True, slots=True)
class Message:
    """What was found, and what to do."""

    what: str
    what_to_do: str


_NOTHING = _("Nothing to do for this import. Tell whoever runs the export, so that it can follow the standard.")
_RESEND = _("Export the roster again and upload the new file.")
_CORRECT_ROW = _(
    "Correct this row in the student information system and import again. Until then nothing changes for it."
)

_MESSAGES: dict[Code, tuple[Any, Any]] = {
    # the archive
    Code.NOT_AN_ARCHIVE: (
        _("This is not a zip archive."),
        _("Upload the zip with the CSV files in it, as your student information system exports it."),
    ),
    Code.ARCHIVE_DAMAGED: (_("The archive is damaged and cannot be read to its end."), _RESEND),
    Code.ARCHIVE_ENCRYPTED: (
        _("The archive is protected by a password."),
        _("Export it without a password; the way here is encrypted."),
    ),
    Code.ARCHIVE_UNSAFE_PATH: (
        _("The archive holds a file whose path leads out of the archive: %(detail)s."),
        _("Find out where this archive comes from before you try again."),
    ),
    Code.ARCHIVE_LINK: (
        _("The archive holds a link instead of a file: %(detail)s."),
        _("Put the files themselves into the archive."),
    ),
    Code.ARCHIVE_NESTED: (
        _("The archive holds another archive: %(detail)s."),
        _("Put the CSV files directly into the archive."),
    ),
    Code.ARCHIVE_TOO_MANY_FILES: (
        _("The archive holds far more files than a roster has."),
        _("Put only the CSV files of the roster into the archive."),
    ),
    Code.ARCHIVE_TOO_LARGE: (
        _("The files of the archive are larger than a roster can be: %(detail)s."),
        _("Check that this is a roster. A very large district imports the files of one school after another."),
    ),
    Code.ARCHIVE_BOMB: (
        _("A file of the archive unpacks to far more than it should: %(detail)s."),
        _("Find out where this archive comes from before you try again."),
    ),
    Code.ARCHIVE_DUPLICATE_NAME: (
        _("The archive holds two files of the same name: %(detail)s."),
        _("Leave only the right one in the archive."),
    ),
    Code.SOURCE_MISSING: (
        _("The file or folder cannot be opened: %(detail)s."),
        _("Check the path and who may read it."),
    ),
    Code.NO_ROSTER_FILES: (
        _("No roster file was found: neither users.csv, orgs.csv and their companions nor a layout known here."),
        _("Export the roster as OneRoster CSV 1.1 or 1.2, School Data Sync 2.1 or Clever CSV."),
    ),
    # files
    Code.FILE_IN_SUBFOLDER: (_("The files stand in a folder of the archive; they were read from there."), _NOTHING),
    Code.FILE_NAME_CASE: (_("The file’s name is written in other capitals; it was read."), _NOTHING),
    Code.FILE_IGNORED: (_("This file is not part of a roster; it was not read."), _("Nothing to do.")),
    Code.FILE_NOT_USED: (
        _("This file belongs to the standard; a roster import reads nothing from it and keeps nothing of it."),
        _("Nothing to do. Leave it out of the export if nobody else needs it."),
    ),
    Code.FILE_MISSING: (_("This file is needed and is not there."), _("Export the roster with this file.")),
    Code.FILE_MARKED_ABSENT: (
        _("The manifest says that this file is absent, but it is there. It was not read."),
        _("Correct the manifest if the file should be read."),
    ),
    Code.FILE_PROMISED: (
        _("The manifest promises this file, but it is not there. Nothing that it speaks of was changed."),
        _RESEND,
    ),
    Code.FILE_EMPTY: (
        _("The file is empty: it does not even have a header. Nothing that it speaks of was changed."),
        _RESEND,
    ),
    Code.FILE_NO_ROWS: (_("The file has a header and no rows."), _("Nothing to do if this is right.")),
    Code.FILE_NOT_TEXT: (
        _("This is not a text file. Nothing that it speaks of was changed."),
        _("Save it as CSV in UTF-8; a spreadsheet program can do that."),
    ),
    Code.MANIFEST_MISSING: (
        _("There is no manifest, so every file was taken to be complete: whoever is not in it counts as gone."),
        _("Check the counts below with care, or export with a manifest."),
    ),
    Code.MANIFEST_VALUE: (
        _("The manifest’s entry for this file is not bulk, delta or absent; the file was taken to be complete."),
        _NOTHING,
    ),
    Code.VERSION_GUESSED: (_("The version is not stated; it was read as %(read_as)s."), _NOTHING),
    Code.VERSION_MISMATCH: (
        _("The manifest states another version than the columns show; it was read as %(read_as)s."),
        _NOTHING,
    ),
    # encoding and shape
    Code.ENCODING_UTF16: (_("The file is written in UTF-16; it was read."), _NOTHING),
    Code.ENCODING_NOT_UTF8: (
        _("This line is not UTF-8; it was read as Windows-1252."),
        _("Look at the names of this line, and export in UTF-8."),
    ),
    Code.LINE_ENDS_CR: (_("The lines end as on very old computers; they were read."), _NOTHING),
    Code.DELIMITER: (_("The values are not separated by commas; they were read."), _NOTHING),
    Code.HEADER_DUPLICATE: (
        _("These columns stand twice, so it is not clear which to read: %(columns)s. The file was not read."),
        _("Export each column once."),
    ),
    Code.HEADER_MISSING: (
        _("These columns are missing, so the file was not read: %(columns)s."),
        _("Export the file with these columns, spelled like this."),
    ),
    Code.HEADER_OPTIONAL_MISSING: (_("These columns of the standard are missing: %(columns)s."), _NOTHING),
    Code.HEADER_UNKNOWN: (
        _("These columns are not part of the standard; they were not read: %(columns)s."),
        _("Nothing to do. Leave them out of the export if nobody else needs them."),
    ),
    Code.HEADER_CASE: (_("The column’s name is written in other capitals; it was read."), _NOTHING),
    Code.HEADER_ALIAS: (_("The column’s name is misspelled; it was read as %(column)s."), _NOTHING),
    Code.COLUMN_NEVER_KEPT: (
        _("This column was dropped unread: Throughline never keeps what it holds."),
        _("Leave it out of the export, or leave it blank. A password should never be in a file."),
    ),
    Code.ROW_TOO_LONG: (
        _("The row has %(found)s values and the header %(expected)s, so it is not clear which is which."),
        _("Put values that contain a comma into quotation marks, and import again."),
    ),
    Code.ROW_TOO_SHORT: (
        _("The row has %(found)s values and the header %(expected)s, so it is not clear which is which."),
        _CORRECT_ROW,
    ),
    Code.ROW_SHORT: (
        _("The row ends early: %(found)s values of %(expected)s. The missing ones were taken to be blank."),
        _NOTHING,
    ),
    Code.ROW_EXTRA_BLANKS: (_("The row has blank values beyond the header; they were passed over."), _NOTHING),
    Code.LINE_TOO_LONG: (_("The line is longer than a row can be (%(limit)s characters)."), _CORRECT_ROW),
    Code.FIELD_TOO_LONG: (_("A value is longer than it can be (%(limit)s characters)."), _CORRECT_ROW),
    Code.NUL_CHARACTER: (
        _("The row contains a character that no text has; the file may be damaged here."),
        _CORRECT_ROW,
    ),
    Code.QUOTE_UNCLOSED: (
        _("A quotation mark opens here and never closes. Reading went on with the next line."),
        _("Close the quotation mark, or double it if it is part of the value."),
    ),
    Code.QUOTE_STRAY: (
        _("A quotation mark stands where none should be; the row was read."),
        _("Look at this row. A quotation mark inside a value is written twice."),
    ),
    # values
    Code.REQUIRED_BLANK: (_("This value is needed and is blank."), _CORRECT_ROW),
    Code.ID_UNREADABLE: (
        _("The id is too long or has characters that cannot be seen."),
        _CORRECT_ROW,
    ),
    Code.DAMAGED_CHARACTERS: (
        _("A character was lost before the file came here (�); the row was read."),
        _("Correct the value in the student information system."),
    ),
    Code.INVISIBLE_CHARACTERS: (
        _("The value had characters that cannot be seen; they were taken out."),
        _("Nothing to do. Look at the value if it looks odd."),
    ),
    Code.FORMULA_LIKE: (
        _("The value begins like a formula; it is kept as plain text."),
        _("Look at the value in the student information system."),
    ),
    Code.DATE_NOTATION: (_("The date is not written year-month-day; it was read as %(read_as)s."), _NOTHING),
    Code.DATE_AMBIGUOUS: (
        _("The date could be two different days, month first or day first."),
        _("Export dates as year-month-day, for example 2025-09-04, and import again."),
    ),
    Code.DATE_INVALID: (_("This is not a date."), _("Write dates as year-month-day, for example 2025-09-04.")),
    Code.DATES_REVERSED: (_("It ends before it begins (%(starts)s)."), _CORRECT_ROW),
    Code.SESSION_LENGTH: (_("It lasts %(days)s days, which no year or term does."), _CORRECT_ROW),
    Code.DATES_SAME: (
        _("It ends on the day it begins, so it never was; it is passed over."),
        _("Nothing to do if this is right."),
    ),
    Code.BOOLEAN_NOTATION: (_("Yes or no is written in another way; it was read as %(read_as)s."), _NOTHING),
    Code.BOOLEAN_UNKNOWN: (
        _("This is neither true nor false; the usual answer was taken."),
        _("Write true or false."),
    ),
    Code.CHOICE_NOTATION: (_("The word is written in another way; it was read as %(read_as)s."), _NOTHING),
    Code.CHOICE_UNKNOWN: (
        _("This word is not known here. Known: %(known)s."),
        _CORRECT_ROW,
    ),
    Code.CHOICE_OTHER: (_("This word is not part of the standard; the row was read without it."), _NOTHING),
    Code.STATUS_IN_BULK: (
        _("The row says that it is deleted, in a file that should hold only what exists; it counts as gone."),
        _("Nothing to do if this is right."),
    ),
    Code.STATUS_BLANK_IN_DELTA: (
        _("In a file of changes each row should say whether it exists; it was read as active."),
        _NOTHING,
    ),
    Code.GRADE_NOTATION: (_("The grade is written in another way; it was read as %(read_as)s."), _NOTHING),
    Code.GRADE_UNKNOWN: (
        _("This grade is not known; the row was read without it."),
        _("Use the standard’s codes: PK, KG, 01 to 13."),
    ),
    Code.EMAIL_INVALID: (
        _("This cannot be an e-mail address; the row was read without it."),
        _("Correct the address in the student information system."),
    ),
    Code.YEAR_INVALID: (
        _("This is not a school year; it was taken from the dates."),
        _("Write the calendar year in which the school year ends, for example 2026."),
    ),
    # between rows and files
    Code.DUPLICATE_SAME: (
        _("The same row stands twice (first in line %(first_line)s); it was read once."),
        _("Nothing to do."),
    ),
    Code.DUPLICATE_DIFFERENT: (
        _("Another row has the same id (line %(first_line)s); that one was read."),
        _("Give each record its own id, or leave only the right row."),
    ),
    Code.REFERENCE_MISSING: (_("Nothing in the roster has this id."), _CORRECT_ROW),
    Code.REFERENCE_DROPPED: (
        _("Nothing that was read has this id; the row was read without it."),
        _("Add the missing record to the export, or nothing if it is not needed."),
    ),
    Code.REFERENCE_SET_ASIDE: (
        _("The row it refers to was itself set aside, so this one waits with it."),
        _("Correct the other row; this one then comes by itself."),
    ),
    Code.REFERENCE_LEFT: (
        _("What it refers to is deleted in the same roster, so this ends with it."),
        _("Nothing to do."),
    ),
    Code.CYCLE: (
        _("The parents go round in a circle; the circle was cut here."),
        _("Correct which of them stands above the other."),
    ),
    Code.ORG_USED_AS_SCHOOL: (
        _("Classes or students belong here, but it is not marked as a school; it was taken for one."),
        _("Set the type to school, or move what belongs here to its school."),
    ),
    Code.SCHOOL_MISMATCH: (
        _("The row names another school than its class; the class’s was taken (%(used)s)."),
        _NOTHING,
    ),
    Code.SCHOOL_FROM_CLASS: (
        _("The student’s row names no school; it was taken from a class."),
        _("Add the school to the student’s row."),
    ),
    Code.STUDENT_WITHOUT_SCHOOL: (_("The student belongs to no school that is in the roster."), _CORRECT_ROW),
    Code.CLASS_WITHOUT_TERM: (
        _("No term of this class is known, so it lasts for the running school year."),
        _("Add the term to the export."),
    ),
    Code.USER_WITHOUT_ROLE: (_("No row says what this person is, so the person was not read."), _CORRECT_ROW),
    Code.ROLE_CONFLICT: (
        _("The seat contradicts who the person (%(user)s) is: %(is_now)s. It would open doors that should stay shut."),
        _("Correct the role in the seat or of the person, whichever is wrong."),
    ),
    Code.AGENT_MISSING: (
        _("The family member is not in the roster; no link was made."),
        _("Add the person to the export, or nothing if family is not exported."),
    ),
    Code.AGENT_NOT_FAMILY: (
        _("These two do not belong together as student and family; no link was made."),
        _("Correct the role of one of them, or take the link out."),
    ),
    Code.FAMILY_WITHOUT_STUDENT: (
        _("This family member is linked to no student; they will see nobody."),
        _("Add the link on the student’s row or on theirs."),
    ),
}

_DIALECTS: dict[str, Any] = {
    Dialect.ONEROSTER_11: _("OneRoster CSV 1.1"),
    Dialect.ONEROSTER_12: _("OneRoster CSV 1.2"),
    Dialect.SDS_21: _("School Data Sync 2.1"),
    Dialect.CLEVER: _("Clever CSV"),
}


def message(code: str, params: Mapping[str, Any], *, column: str = "") -> Message:
    """The sentences of an issue. A code of another version of the product says so instead of failing."""
    try:
        what, what_to_do = _MESSAGES[Code(code)]
    except (ValueError, KeyError):
        return Message(code, gettext("Ask whoever runs this installation; this report is of another version."))
    values = _Forgiving({**params, "column": column})
    return Message(str(what) % values, str(what_to_do) % values)


def dialect_name(dialect: str) -> str:
    """The layout's name for people."""
    return str(_DIALECTS.get(dialect, dialect))


class _Forgiving(dict[str, Any]):
    """A report stored by an earlier version may lack a parameter; a sentence with a gap beats no report."""

    def __missing__(self, key: str) -> str:
        return "…"
