"""The running record: everything everybody does for a student, in one line through the years. Nothing is overwritten.

Two queries bring the entries, whatever their number: a union of every kind's (kind, moment, key) that is ordered and
cut in the database, and the columns of those that are shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject, Left
from django.utils import timezone
from django.utils.translation import get_language

from accounts.choices import SensitiveDomain
from accounts.models import Enrolment, Person, SchoolYear, Student
from accounts.permissions import Permission, Viewer
from success_plans.choices import Subject
from success_plans.models import Amendment, Plan
from success_plans.selectors.timeline.branches import BY_NUMBER, Branch, branches_for, readable
from success_plans.selectors.timeline.reader import Reader, reader_for
from success_plans.selectors.timeline.wording import facts_of, mark_of, more_of, title_of
from success_plans.timeline import CUT, GROUPS, PAGE, WHOLE, Mark

__all__ = ["Added", "Entry", "Record", "Stretch", "entry_of", "plan_entry", "reader_for", "timeline"]

LONGEST = 4000
ANCHORS = frozenset(
    {"statement", "goal", "need", "seen", "shown", "finding", "check_in", "contact", "support", "meeting", "version"}
)
"""The kinds an amendment or a hold is about: one line for each thing, where it began."""


@dataclass(frozen=True, slots=True)
class Added:
    """A statement that was added to an entry."""

    text: str
    language: str
    by: str
    on: date
    is_foreign: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record. Closed to this reader: nothing but the day and the person to ask (`by`)."""

    mark: Mark
    kind: str
    group: str
    at: datetime
    is_day: bool
    title: str = ""
    text: str = ""
    more: str = ""
    language: str = ""
    is_foreign: bool = False
    by: str = ""
    facts: Sequence[str] = ()
    shape: str = ""
    subject: str = ""
    public_id: UUID | None = None
    is_cut: bool = False
    is_closed: bool = False
    is_held: bool = False
    added: Sequence[Added] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """The entries of one school year; `place` names the year and the schools of that year."""

    name: str
    schools: Sequence[str]
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Record:
    """A page of the record, newest first. `earlier` marks where the next page begins; None: this is the beginning."""

    stretches: list[Stretch]
    earlier: Mark | None
    group: str
    may_amend: bool
    is_family: bool
    is_resting: bool
    count: int
    allowed: frozenset[Permission] = frozenset()


def timeline(
    *, viewer: Viewer, student: Student, group: str = "", before: Mark | None = None, is_whole: bool = False
) -> Record:
    """A page of the record of a student this viewer was let in to. Its length never changes the number of queries."""
    group = group if group in GROUPS else ""
    reader = reader_for(viewer=viewer, student=student)
    size = WHOLE if is_whole else PAGE
    keys = _keys(reader, group, before, size + 1)
    entries = _entries(reader, keys[:size], longest=LONGEST if is_whole else CUT, with_closed=not group)
    return Record(
        stretches=_stretches(student, entries),
        earlier=keys[size - 1] if len(keys) > size else None,
        group=group,
        may_amend=reader.may_amend,
        is_family=reader.is_family,
        is_resting=reader.is_family and reader.held.whole_plan,
        count=len(entries),
        allowed=reader.allowed,
    )


def entry_of(*, viewer: Viewer, student: Student, subject: str, public_id: UUID) -> Entry | None:
    """The first entry about one thing, whole, with all that was added; None when it is not there for this viewer."""
    reader = reader_for(viewer=viewer, student=student)
    for branch in branches_for(reader):
        if branch.subject != subject or branch.kind not in ANCHORS:
            continue
        row = readable(branch, reader, with_closed=False).filter(public_id=public_id).values_list("at", "ref").first()
        if row is not None:
            found = _entries(reader, [Mark(row[0], branch.number, row[1])], longest=LONGEST, with_closed=False)
            return found[0] if found else None
    return None


def plan_entry(*, viewer: Viewer, student: Student) -> UUID | None:
    """The plan's public id, for statements about the whole plan; None before its first sentence."""
    return Plan.objects.filter(student=student).values_list("public_id", flat=True).first()


# ------------------------------------------------------------------ from the database
def _keys(reader: Reader, group: str, before: Mark | None, count: int) -> list[Mark]:
    parts: list[QuerySet[Any]] = []
    for branch in branches_for(reader, group):
        rows = readable(branch, reader, with_closed=not group)
        if before is not None:
            below = Q(at__lt=before.at)
            if branch.number < before.branch:
                below |= Q(at=before.at)
            elif branch.number == before.branch:
                below |= Q(at=before.at, ref__lt=before.ref)
            rows = rows.filter(below)
        parts.append(rows.order_by().values_list("at", "branch", "ref"))
    if not parts:
        return []
    union = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return [Mark(*row) for row in union.order_by("-at", "-branch", "-ref")[:count]]


def _columns(branch: Branch, longest: int) -> JSONObject:
    columns: dict[str, Any] = {"owner": branch.owner, "subject_id": branch.subject_id}
    for name, column in branch.columns.items():
        columns[name] = Left(F(column), longest + 1) if name in {"text", "more"} else column
    return JSONObject(**columns)


def _entries(reader: Reader, keys: Sequence[Mark], *, longest: int, with_closed: bool) -> list[Entry]:
    wanted: dict[int, list[int]] = defaultdict(list)
    for key in keys:
        wanted[key.branch].append(key.ref)
    if not wanted:
        return []
    parts = [
        readable(BY_NUMBER[number], reader, with_closed=with_closed)
        .filter(ref__in=refs)
        .order_by()
        .annotate(data=_columns(BY_NUMBER[number], longest))
        .values_list("branch", "ref", "is_closed", "data")
        for number, refs in wanted.items()
    ]
    union = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    rows = {(branch, ref): (closed, data) for branch, ref, closed, data in union}
    open_rows = {key: data for key, (closed, data) in rows.items() if not closed}
    added = _amendments(reader, open_rows)
    names = _names(reader, rows, added)
    language = get_language() or "en"
    return [
        _entry(reader, key, *rows[key.branch, key.ref], names=names, added=added, language=language, longest=longest)
        for key in keys
        if (key.branch, key.ref) in rows
    ]


def _amendments(reader: Reader, rows: dict[tuple[int, int], Any]) -> dict[tuple[str, str], list[Amendment]]:
    about = Q(pk__in=[])
    for number in {number for number, _ref in rows}:
        subject = BY_NUMBER[number].subject
        ids = [data["subject_id"] for (n, _ref), data in rows.items() if n == number]
        if subject and subject != Subject.PLAN:
            about |= Q(about=subject, about_id__in=ids)
    found: dict[tuple[str, str], list[Amendment]] = defaultdict(list)
    for row in Amendment.objects.filter(about, plan__student=reader.student).order_by("created_at", "pk"):
        is_mine = row.author_id == reader.viewer.person_id
        if row.author_id in reader.others or (row.audience == "close" and not reader.is_close and not is_mine):
            continue
        found[row.about, str(row.about_id)].append(row)
    return found


def _names(reader: Reader, rows: dict[Any, Any], added: dict[Any, list[Amendment]]) -> dict[int, str]:
    """Names by person; nobody of another household has one here."""
    wanted = {row.author_id for several in added.values() for row in several}
    for _closed, data in rows.values():
        wanted |= {data.get(column) for column in ("by", "owner", "scribe", "guardian")}
    return {person.pk: person.display_name for person in Person.objects.filter(pk__in=wanted - {None} - reader.others)}


def _entry(
    reader: Reader,
    key: Mark,
    is_closed: bool,
    data: dict[str, Any],
    *,
    names: dict[int, str],
    added: dict[tuple[str, str], list[Amendment]],
    language: str,
    longest: int,
) -> Entry:
    branch = BY_NUMBER[key.branch]
    is_anchor = branch.kind in ANCHORS
    at = timezone.localtime(key.at)
    entry = Entry(key, branch.kind, branch.group, at, branch.is_day)
    if is_closed:
        return replace(entry, kind="closed", is_closed=True, by=names.get(data["owner"], ""), is_day=True)
    text = _text(reader, branch, data)
    written_in = data.get("language") or ""
    return replace(
        entry,
        title=title_of(branch.kind, data),
        text=text[:longest],
        is_cut=len(text) > longest,
        more=more_of(branch.kind, data),
        language=written_in if text else "",
        is_foreign=bool(text and written_in) and written_in.split("-")[0] != language,
        by=names.get(data.get("by") or 0, ""),
        facts=facts_of(branch.kind, data, names),
        shape=mark_of(data) if branch.group == "learning" and "value" in data else "",
        subject=branch.subject if is_anchor else "",
        public_id=UUID(data["subject_id"]),
        is_held=not reader.is_family and reader.held.covers(branch.subject, UUID(data["subject_id"])),
        added=[
            Added(
                row.text,
                row.language,
                names.get(row.author_id, ""),
                timezone.localtime(row.created_at).date(),
                row.language.split("-")[0] != language,
            )
            for row in (added.get((branch.subject, data["subject_id"]), []) if is_anchor else [])
        ],
    )


def _text(reader: Reader, branch: Branch, data: dict[str, Any]) -> str:
    """The entry's words. What was taken back is not said again; a talk's note is for those who hold the plan."""
    if data.get("withdrawn"):
        return ""
    if branch.kind == "contact" and not (
        reader.is_family or SensitiveDomain.FAMILY in reader.domains or data["by"] == reader.viewer.person_id
    ):
        return ""
    return str(data.get("text") or "")


# ------------------------------------------------------------------ by school year
def _stretches(student: Student, entries: Sequence[Entry]) -> list[Stretch]:
    seats = Enrolment.objects.filter(student=student, section__school_year=OuterRef("pk"))
    years = list(
        SchoolYear.objects.annotate(
            schools=ArraySubquery(seats.order_by().values("section__school__name").distinct()),
        ).order_by("-starts_on", "-pk")
    )
    found: list[Stretch] = []
    for entry in entries:
        day = timezone.localtime(entry.at).date()
        year = next((year for year in years if year.starts_on <= day), None)
        name = year.name if year is not None else str(day.year)
        if not found or found[-1].name != name:
            found.append(Stretch(name, year.schools if year is not None else []))
        found[-1].entries.append(entry)
    return found
