"""A mapped spreadsheet as a framework draft. Pure.

Keys are made from what a row says, so that the same file finds the same competencies again: its identifier, else its
code, else its words and place. A row that cannot be used is set aside with what hangs on it; where its key is known,
it is not taken for gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid5

from accounts.sheets import Sheet
from competencies.case import key_of, natural_key
from competencies.case_extensions import is_uuid
from competencies.drafts import CompetencyDraft, EdgeDraft, FrameworkDraft, WordingDraft
from competencies.grades import codes_of, is_known, normalise
from competencies.graphs import without_cycles
from competencies.plain import name_of, shortened
from competencies.spreadsheets.findings import Code, RowIssue, RowLog
from competencies.spreadsheets.mapping import ParentBy, Role, SheetMapping
from competencies.spreadsheets.rows import SheetRow, mapped_rows
from competencies.spreadsheets.trees import MISSING, parents_of, places_by_code

SOURCE = "sheet"
_KEYS = UUID("0b8f2c53-7f0a-5d9e-8e0f-0d7a0f6a2f31")


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a spreadsheet became, and what was noticed."""

    draft: FrameworkDraft
    issues: tuple[RowIssue, ...]
    unlisted: int
    is_whole: bool
    """Whether every row could be looked at, so that what is not there is gone."""


def draft_of_sheet(sheet: Sheet, mapping: SheetMapping, *, key: str) -> Drafted:
    """The framework in a sheet that stands below its headings. `key` is the framework's. Never raises for a row."""
    log = RowLog()
    headings = {column.role: column.name for column in reversed(mapping.columns)}
    found = list(mapped_rows(sheet, mapping, log))
    if mapping.parent_by == ParentBy.STEPS:
        rows, parents = _stepped(found)
    else:
        rows = _said(found, headings, log)
        parents = parents_of(rows, mapping.parent_by, headings, log)
    keys, refused = _keys(rows, parents, key, headings, log)
    used = {id(row) for row in rows}
    refused |= {_stated(row, key) for row in found if row.is_refused or id(row) not in used} - {"", *keys}
    placed = _reading_order(rows, parents, keys)
    order = {at: place for place, (at, _sequence) in enumerate(placed)}
    sequences = dict(placed)
    parts = {parents[at] for at in order if parents[at] is not None}
    has_words = any(row.words for row in rows)
    competencies = [
        _competency(rows[at], keys[at] or "", parents[at], keys, place, at in parts, has_words, mapping, headings, log)
        for at, place in order.items()
    ]
    edges = [_edge(keys[at] or "", "isChildOf", _under(parents[at], keys, key), sequence=sequences[at]) for at in order]
    edges += _links(rows, keys, order, log)
    issues = sorted(log.listed, key=lambda issue: issue.line)
    return Drafted(
        draft=FrameworkDraft(
            source=SOURCE,
            source_id=key,
            title=shortened(mapping.title, 500),
            creator=mapping.creator,
            license_text=mapping.license_text,
            language=mapping.language,
            competencies=tuple(competencies),
            edges=tuple({edge.source_id: edge for edge in edges}.values()),
            keep_competencies=frozenset(refused),
        ),
        issues=tuple(issues),
        unlisted=log.unlisted,
        is_whole=not (log.counts[Code.TOO_MANY_ROWS] or log.counts[Code.ROW_UNREADABLE]),
    )


def _said(rows: Sequence[SheetRow], headings: dict[str, str], log: RowLog) -> list[SheetRow]:
    """Rows with a statement; a short name alone stands for one."""
    found = []
    for row in rows:
        if row.is_refused:
            continue
        if not row.get(Role.STATEMENT):
            if not row.get(Role.NAME):
                log.add(Code.STATEMENT_BLANK, row.line, headings.get(Role.STATEMENT, ""))
                continue
            row.cells[Role.STATEMENT] = row.get(Role.NAME)
        found.append(row)
    return found


def _stepped(rows: Sequence[SheetRow]) -> tuple[list[SheetRow], list[int | None]]:
    """One column for each depth: a branch for each new heading, each row under the deepest of its headings.

    What is left blank to the left is as in the row above. A row without a statement is its deepest heading.
    """
    found: list[SheetRow] = []
    parents: list[int | None] = []
    branches: dict[tuple[str, ...], int] = {}
    path: list[str] = []
    for row in rows:
        filled = [n for n, text in enumerate(row.steps) if text]
        if filled:
            path = [*path[: filled[0]], *[""] * max(0, filled[0] - len(path))]
            path += [row.steps[n] for n in range(filled[0], filled[-1] + 1)]
        parent: int | None = None
        if row.is_refused:
            continue
        own = bool(row.get(Role.STATEMENT))
        walked: tuple[str, ...] = ()
        for text in path:
            walked = (*walked, text)
            if not text:
                continue
            if walked not in branches:
                is_row = not own and walked == tuple(path)
                cells = {**(row.cells if is_row else {}), Role.STATEMENT: text}
                branches[walked] = len(found)
                found.append(
                    SheetRow(row.line, cells, words=row.words if is_row else {}, links=row.links if is_row else [])
                )
                parents.append(parent)
            parent = branches[walked]
        if own:
            found.append(row)
            parents.append(parent)
    return found, parents


def _keys(
    rows: Sequence[SheetRow], parents: list[int | None], key: str, headings: dict[str, str], log: RowLog
) -> tuple[list[str | None], set[str]]:
    """The key of each row, None where it is set aside; and the keys of rows that were set aside but are known."""
    keys: list[str | None] = [None] * len(rows)
    refused: set[str] = set()
    first: dict[str, int] = {}
    has_ids = any(row.get(Role.ID) for row in rows)
    for at in _parents_first(parents):
        row, parent = rows[at], parents[at]
        identifier, code = row.get(Role.ID), row.get(Role.CODE)
        stated = _stated(row, key)
        if parent == MISSING:
            refused.add(stated)
            continue
        if parent is not None and keys[parent] is None:
            log.add(Code.PARENT_SET_ASIDE, row.line, headings.get(Role.PARENT, ""), other=rows[parent].line)
            refused.add(stated)
            continue
        above = keys[parent] if parent is not None else ""
        mine = stated or _made(key, "words", above or "", row.get(Role.STATEMENT))
        if mine in first:
            other = rows[first[mine]].line
            if identifier:
                log.add(Code.IDENTIFIER_REPEATED, row.line, headings.get(Role.ID, ""), identifier, other=other)
            elif code and not has_ids:
                log.add(Code.CODE_REPEATED, row.line, headings.get(Role.CODE, ""), code, other=other)
            else:
                log.add(Code.SAME_TWICE, row.line, headings.get(Role.STATEMENT, ""), other=other)
            continue
        first[mine] = at
        keys[at] = mine
    return keys, refused - {""} - {one for one in keys if one}


def _parents_first(parents: Sequence[int | None]) -> list[int]:
    children: dict[int | None, list[int]] = {}
    for at, parent in enumerate(parents):
        children.setdefault(None if parent == MISSING else parent, []).append(at)
    found: list[int] = []
    pending = list(reversed(children.get(None, [])))
    while pending:
        at = pending.pop()
        found.append(at)
        pending.extend(reversed(children.get(at, [])))
    return found


def _stated(row: SheetRow, key: str) -> str:
    """The key a row names by its identifier or its code; "" where it has neither."""
    identifier, code = row.get(Role.ID), row.get(Role.CODE)
    return key_of(identifier) if identifier else _made(key, "code", key_of(code)) if code else ""


def _made(*parts: str) -> str:
    return str(uuid5(_KEYS, "\x1f".join(parts)))


def _under(parent: int | None, keys: Sequence[str | None], framework: str) -> str:
    return framework if parent is None else keys[parent] or framework


def _reading_order(
    rows: Sequence[SheetRow], parents: Sequence[int | None], keys: Sequence[str | None]
) -> list[tuple[int, int]]:
    """(row, its place among its siblings from 1), top to bottom: by sequence or outline number, else as in the file."""
    children: dict[int | None, list[int]] = {}
    for at, parent in enumerate(parents):
        if keys[at] is not None:
            children.setdefault(parent, []).append(at)
    for siblings in children.values():
        siblings.sort(key=lambda at: (*_place(rows[at]), at))
    found: list[tuple[int, int]] = []
    pending = [(at, n) for n, at in enumerate(children.get(None, []), 1)][::-1]
    while pending:
        at, sequence = pending.pop()
        found.append((at, sequence))
        pending.extend([(one, n) for n, one in enumerate(children.get(at, []), 1)][::-1])
    return found


def _place(row: SheetRow) -> tuple[bool, object]:
    text = row.get(Role.SEQUENCE) or row.get(Role.NUMBER)
    return (not text, natural_key(text))


def _competency(
    row: SheetRow,
    key: str,
    parent: int | None,
    keys: Sequence[str | None],
    position: int,
    has_parts: bool,
    has_words: bool,
    mapping: SheetMapping,
    headings: dict[str, str],
    log: RowLog,
) -> CompetencyDraft:
    statement = row.get(Role.STATEMENT)
    written = [one.strip() for one in row.get(Role.GRADES).replace("\n", ",").replace(";", ",").split(",")]
    grades = normalise(one for one in written if one)
    for one in written:
        if one and not all(is_known(code) for code in codes_of(one)):
            log.add(Code.GRADE_UNKNOWN, row.line, headings.get(Role.GRADES, ""), one)
    enumeration = row.get(Role.ENUMERATION)
    return CompetencyDraft(
        source_id=key,
        code=row.get(Role.CODE),
        name=shortened(row.get(Role.NAME), 500) or name_of(statement),
        statement=statement,
        notes=row.get(Role.NOTES),
        kind=row.get(Role.KIND),
        grades=grades,
        subjects=_several(row.get(Role.SUBJECTS)),
        concepts=_several(row.get(Role.CONCEPTS)),
        language=row.get(Role.LANGUAGE)[:35] or mapping.language,
        position=position,
        parent=None if parent is None else keys[parent],
        is_assessable=not has_parts,
        details={"list_enumeration": enumeration} if enumeration else {},
        wordings=tuple(
            WordingDraft(kind, language, text, Decimal(level).quantize(Decimal("0.01")) if level else None)
            for (kind, language, level), text in row.words.items()
        )
        if has_words
        else None,
    )


def _several(text: str) -> tuple[str, ...]:
    parts = (one.strip()[:200] for one in text.replace("\n", ",").replace(";", ",").split(","))
    return tuple(dict.fromkeys(one for one in parts if one))[:100]


def _edge(origin: str, kind: str, destination: str, *, sequence: int | None = None, broken: bool = False) -> EdgeDraft:
    return EdgeDraft(
        source_id=_made(origin, kind, destination),
        kind=kind,
        origin=origin,
        destination=destination,
        sequence=sequence,
        is_broken_cycle=broken,
    )


def _links(rows: Sequence[SheetRow], keys: Sequence[str | None], order: dict[int, int], log: RowLog) -> list[EdgeDraft]:
    """Links by code or identifier. An identifier of elsewhere stays open until its framework is here."""
    places = places_by_code(rows)
    found: list[tuple[str, str, str]] = []
    for at in order:
        for kind, text, column in rows[at].links:
            place = places.get(key_of(text))
            target = keys[place] if place is not None else key_of(text) if is_uuid(text) else None
            if target is None:
                log.add(Code.LINK_UNKNOWN, rows[at].line, column, text)
            elif target == keys[at]:
                log.add(Code.LINK_TO_ITSELF, rows[at].line, column, text)
            else:
                found.append((keys[at] or "", kind, target))
    names = {keys[at]: rows[at].get(Role.CODE) or name_of(rows[at].get(Role.STATEMENT), length=40) for at in order}
    lines = {keys[at]: rows[at].line for at in order}
    graph = without_cycles([one for one in names if one], [(a, b) for a, kind, b in found if kind == "precedes"])
    for cycle in graph.cycles:
        path = " → ".join(names[one] for one in cycle.path[:5])
        log.add(Code.LINK_LOOP, lines[cycle.removed[0]], path=path)
    return [_edge(a, kind, b, broken=kind == "precedes" and (a, b) in graph.removed) for a, kind, b in found]
