"""Who sits in which section and who teaches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import Enrolment, Section, TeachingAssignment
from accounts.oneroster import records as r
from accounts.oneroster.columns import Kind
from accounts.rosters.ledger import Entity
from accounts.rosters.tables import Values, insert_rows, update_rows
from accounts.rosters.work import Work

DAY = timedelta(days=1)
FOREVER = date.max


@dataclass(frozen=True, slots=True)
class _Sort:
    """The two kinds of rows that enrollments.csv fills: seats of students and assignments of teachers."""

    model: type[Enrolment] | type[TeachingAssignment]
    who: str
    entity: Entity
    role: r.EnrollmentRole
    extra: tuple[str, ...] = ()


_SEATS = _Sort(Enrolment, "student_id", Entity.SEATS, r.EnrollmentRole.STUDENT)
_TEACHING = _Sort(TeachingAssignment, "person_id", Entity.TEACHING, r.EnrollmentRole.TEACHER, extra=("is_primary",))


def write_seats(work: Work) -> None:
    """Seats and teaching assignments, one active row for each pair of section and person.

    Of several rows for one pair the one that lasts longest is active; the others keep their dates as history.
    """
    spans = {
        row["pk"]: (row["starts_on"], row["ends_on"])
        for row in Section.objects.filter(source=work.source).values("pk", "starts_on", "ends_on")
    }
    _write(work, _SEATS, work.students, spans)
    _write(work, _TEACHING, work.people, spans)


def _write(work: Work, sort: _Sort, people: Mapping[str, int], spans: Mapping[int, tuple[date, date]]) -> None:
    wanted = _wanted(work, sort, people, spans)
    tally = work.ledger[sort.entity]
    fields = ("section_id", sort.who, "starts_on", "ends_on", "is_active", *sort.extra)
    stored: dict[str, Values] = {
        row["source_id"]: row
        for row in sort.model.objects.filter(source=work.source, source_id__isnull=False).values(
            "pk", "source_id", *fields
        )
    }
    adopted = _adopt(work, sort, wanted, stored, fields)
    ending = _ending(work, sort, wanted, stored, spans)
    changes: list[Values] = []
    fresh: list[str] = []
    freed: set[int] = set()
    for source_id, values in wanted.items():
        before = stored.get(source_id)
        if before is None:
            fresh.append(source_id)
        elif all(before[name] == value for name, value in values.items()):
            tally.unchanged += 1
        else:
            if values["is_active"] and not before["is_active"]:
                tally.returned += 1
            else:
                tally.changed += source_id not in adopted
            changes.append({"id": before["pk"], **values})
            if before["is_active"]:
                freed.add(before["pk"])
    # A section takes one active row of a person: rows that end or change make room before others move in.
    tally.left += len(ending)
    update_rows(sort.model, ending)
    update_rows(sort.model, ({"id": pk, "is_active": False} for pk in freed if len(changes) > 1 or fresh))
    update_rows(sort.model, changes)
    insert_rows(sort.model, [{"source": work.source, "source_id": key, **wanted[key]} for key in fresh])
    tally.created += len(fresh)


def _wanted(
    work: Work, sort: _Sort, people: Mapping[str, int], spans: Mapping[int, tuple[date, date]]
) -> dict[str, Values]:
    wanted: dict[str, Values] = {}
    lasting: dict[tuple[int, int], tuple[tuple[date, date, bool], str]] = {}
    for seat in work.bundle.enrollments.values():
        if seat.role is not sort.role or seat.class_id not in work.sections or seat.user_id not in people:
            continue
        section_id, who = work.sections[seat.class_id], people[seat.user_id]
        starts_on = seat.begins_on or spans[section_id][0]
        if seat.ends_on is not None and seat.ends_on <= starts_on:
            starts_on = seat.ends_on - DAY
        values: Values = {
            "section_id": section_id,
            sort.who: who,
            "starts_on": starts_on,
            "ends_on": seat.ends_on,
            "is_active": True,
        }
        if "is_primary" in sort.extra:
            values["is_primary"] = seat.is_primary
        wanted[seat.source_id] = values
        weight = (seat.ends_on or FOREVER, starts_on, seat.is_primary)
        best = lasting.get((section_id, who))
        if best is None or weight > best[0]:
            if best is not None:
                wanted[best[1]]["is_active"] = False
            lasting[section_id, who] = (weight, seat.source_id)
        else:
            values["is_active"] = False
    return wanted


def _adopt(
    work: Work, sort: _Sort, wanted: Mapping[str, Values], stored: dict[str, Values], fields: tuple[str, ...]
) -> set[str]:
    """An active row that somebody entered by hand for the same pair becomes the roster's row; where the roster has
    its own row already, the one by hand makes room."""
    pairs = {
        (values["section_id"], values[sort.who]): source_id
        for source_id, values in wanted.items()
        if values["is_active"] and not (source_id in stored and stored[source_id]["is_active"])
    }
    if not pairs:
        return set()
    by_hand = sort.model.objects.filter(section__source=work.source, is_active=True).exclude(source=work.source)
    found: set[str] = set()
    claims: list[Values] = []
    closing: list[Values] = []
    for row in by_hand.values("pk", *fields):
        source_id = pairs.get((row["section_id"], row[sort.who]))
        if source_id is None:
            continue
        if source_id in stored:
            closing.append({"id": row["pk"], "is_active": False})
        else:
            stored[source_id] = dict(row)
            found.add(source_id)
            claims.append({"id": row["pk"], "source": work.source, "source_id": source_id})
    update_rows(sort.model, claims)
    update_rows(sort.model, closing)
    return found


def _ending(
    work: Work,
    sort: _Sort,
    wanted: Mapping[str, Values],
    stored: Mapping[str, Values],
    spans: Mapping[int, tuple[date, date]],
) -> list[Values]:
    """Rows that are gone from the roster, or whose person left. What ended with its section stays as it was."""
    bundle = work.bundle
    all_told = bundle.speaks_of_all(Kind.ENROLLMENT)
    held, gone = bundle.held[Kind.ENROLLMENT], bundle.gone[Kind.ENROLLMENT]
    left = work.left_students if sort is _SEATS else work.leavers
    ending: list[Values] = []
    for source_id, row in stored.items():
        if not row["is_active"] or source_id in wanted:
            continue
        running = row["section_id"] not in spans or spans[row["section_id"]][1] > work.today
        missing = all_told and running and source_id not in held
        if not (missing or source_id in gone or (row[sort.who] in left and running)):
            continue
        ends_on = row["ends_on"]
        if row["starts_on"] < work.today and (ends_on is None or ends_on > work.today):
            ends_on = work.today
        ending.append({"id": row["pk"], "is_active": False, "ends_on": ends_on})
    return ending
