"""Reading CFDefinitions and CFRubrics: the vocabulary of a package. Pure.

Nothing here can refuse an item: an entry that cannot be used is noted and skipped.
"""

from collections.abc import Iterable
from typing import TypeVar

from competencies.case import limits
from competencies.case.issues import IssueLog
from competencies.case.records import Criterion, CriterionLevel, Definition, Definitions, Rubric
from competencies.case.rows import Row, kind_of
from competencies.case.wordings import Code

T = TypeVar("T", Criterion, CriterionLevel)


def read_definitions(package: dict[str, object], log: IssueLog) -> tuple[Definitions, int]:
    """The definitions and how many entries the file holds. CASE 1.0 also allows an empty list."""
    fields = package.get("CFDefinitions")
    if fields is None or fields == []:
        return Definitions(), 0
    if not isinstance(fields, dict):
        log.add(
            Code.WRONG_TYPE,
            "/CFDefinitions",
            field="CFDefinitions",
            found=kind_of(fields),
            expected=kind_of({}),
        )
        return Definitions(), 0
    row = Row(fields, "/CFDefinitions", log)
    lists = ("CFItemTypes", "CFSubjects", "CFConcepts", "CFLicenses", "CFAssociationGroupings")
    item_types, subjects, concepts, licenses, groupings = (_read_list(row, field) for field in lists)
    count = sum(len(value) for field in lists if isinstance(value := fields.get(field), list))
    return Definitions(item_types, subjects, concepts, licenses, groupings), count


def _read_list(row: Row, field: str) -> tuple[Definition, ...]:
    found: dict[str, Definition] = {}
    for _place, entry in row.rows(field):
        if not entry.identifier:
            entry.note(Code.REQUIRED_MISSING, "identifier")
            continue
        definition = Definition(
            identifier=entry.identifier,
            title=entry.text("title"),
            uri=entry.text("uri", limits.MAX_URI),
            description=entry.text("description", limits.MAX_TEXT),
            hierarchy_code=entry.text("hierarchyCode"),
            code=entry.text("typeCode"),
            keywords=entry.text("keywords", limits.MAX_TEXT),
            text=entry.text("licenseText", limits.MAX_TEXT),
            changed_at=entry.moment("lastChangeDateTime"),
        )
        found.setdefault(definition.key, definition)
    return tuple(found.values())


def read_rubrics(top: Row) -> tuple[Rubric, ...]:
    """Rubrics with criteria and levels, each in the order of `position`, then of the file."""
    return tuple(
        Rubric(
            identifier=row.identifier,
            title=row.text("title"),
            description=row.text("description", limits.MAX_TEXT),
            criteria=tuple(_in_order(_read_criterion(inner) for _place, inner in row.rows("CFRubricCriteria"))),
        )
        for _place, row in top.rows("CFRubrics")
    )


def _read_criterion(row: Row) -> Criterion:
    return Criterion(
        identifier=row.identifier,
        category=row.text("category"),
        description=row.text("description", limits.MAX_TEXT),
        item=row.link("CFItemURI"),
        weight=row.decimal("weight"),
        position=row.whole("position"),
        levels=tuple(_in_order(_read_level(inner) for _place, inner in row.rows("CFRubricCriterionLevels"))),
    )


def _read_level(row: Row) -> CriterionLevel:
    return CriterionLevel(
        identifier=row.identifier,
        description=row.text("description", limits.MAX_TEXT),
        quality=row.text("quality"),
        score=row.decimal("score"),
        feedback=row.text("feedback", limits.MAX_TEXT),
        position=row.whole("position"),
    )


def _in_order(found: Iterable[T]) -> list[T]:
    return sorted(found, key=lambda one: (one.position is None, one.position or 0))
