"""What an import of a framework's spreadsheet says, in the reader's language, and the names of what columns hold."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from competencies.spreadsheets.mapping import MappingProblem, ParentBy, Role

ROLES: tuple[tuple[str, Any], ...] = (
    (Role.NONE.value, _("leave it out")),
    (Role.STATEMENT.value, _("the statement")),
    (Role.CODE.value, _("its code")),
    (Role.NAME.value, _("its short name")),
    (Role.STEP.value, _("a heading of the outline")),
    (Role.PARENT.value, _("code of what it belongs under")),
    (Role.DEPTH.value, _("its depth: 1, 2, 3")),
    (Role.NUMBER.value, _("its outline number: 1.2.3")),
    (Role.SEQUENCE.value, _("its place in the order")),
    (Role.GRADES.value, _("grades")),
    (Role.SUBJECTS.value, _("subjects")),
    (Role.KIND.value, _("what kind of entry it is")),
    (Role.CONCEPTS.value, _("key words")),
    (Role.NOTES.value, _("notes")),
    (Role.LANGUAGE.value, _("its language, as a code")),
    (Role.ENUMERATION.value, _("its number in a list")),
    (Role.ID.value, _("its identifier (CASE)")),
    (Role.STUDENT.value, _("what a student can say at a level")),
    (Role.FAMILY.value, _("what it means, for families")),
    (Role.HOME.value, _("what home can try")),
    (Role.PRECEDES.value, _("codes it comes before")),
    (Role.MATCHES.value, _("codes it is the same as")),
    (Role.RELATED.value, _("codes it is related to")),
    (Role.PART_OF.value, _("codes it is part of")),
    (Role.PEER_OF.value, _("codes of its peers")),
    (Role.REPLACED_BY.value, _("codes it is replaced by")),
    (Role.EXEMPLAR.value, _("codes it is an example of")),
    (Role.SKILL_LEVEL.value, _("codes of its skill levels")),
)
PARENTS: tuple[tuple[str, Any], ...] = (
    (ParentBy.NOTHING.value, _("nothing: it is a plain list")),
    (ParentBy.PARENT.value, _("a column with the code of what it belongs under")),
    (ParentBy.INDENT.value, _("the spaces in front of the statement or the code")),
    (ParentBy.DEPTH.value, _("a column with its depth: 1, 2, 3")),
    (ParentBy.NUMBER.value, _("a column with an outline number: 1.2.3")),
    (ParentBy.STEPS.value, _("one column for each step of the outline")),
    (ParentBy.CODE.value, _("the code itself: A.1.b belongs under A.1")),
)
_PROBLEMS: dict[str, Any] = {
    MappingProblem.NO_STATEMENT: _("Choose the column with the statement."),
    MappingProblem.NO_TITLE: _("Give the framework a title, or choose the one it updates."),
    MappingProblem.NO_CODE: _("Choose the column with the codes, so that rows can be found by them."),
    MappingProblem.NO_PARENT: _("Choose the column that says what a row belongs under, or another way."),
    MappingProblem.COLUMN_MISSING: _("The file has no column of this name: %(column)s."),
    MappingProblem.COLUMN_TWICE: _("Two columns have this heading: %(column)s. Rename one in the file."),
    MappingProblem.ROLE_TWICE: _("Two columns are chosen for the same thing; the second is %(column)s."),
}


def mapping_message(problem: str, column: str) -> str:
    """Why what was said about the columns cannot be used; empty for what is no such problem."""
    said = _PROBLEMS.get(problem)
    return "" if said is None else str(said) % {"column": column}
