"""A plan as it stood at any moment, rebuilt from today's rows and the rows that history kept.

History leaves the old row at each change, with the moment of the change. So the row at a moment is the first one
left after it, and the row of today when nothing was left since; a change at the very moment has happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import Person, StoredFile, Student
from accounts.permissions import Viewer
from competencies.models import Competency, CompetencyVersion
from success_plans.models import (
    Amendment,
    Decision,
    EntryFinding,
    FamilyWays,
    Goal,
    Meeting,
    Need,
    PathwayChoice,
    Plan,
    PlanPointer,
    PlanStatement,
)
from success_plans.versions.snapshot import FIELDS, PEOPLE, Entry, Kind, Snapshot
from supports.models import Support

Row = dict[str, Any]
_PLAIN: Mapping[Kind, type[models.Model]] = {
    Kind.STATEMENT: PlanStatement,
    Kind.FINDING: EntryFinding,
    Kind.POINTER: PlanPointer,
    Kind.NEED: Need,
    Kind.GOAL: Goal,
    Kind.PATHWAY: PathwayChoice,
    Kind.WAYS: FamilyWays,
}


def rows_at(*, viewer: Viewer, model: type[models.Model], at: datetime | None, **scope: Any) -> list[Row]:
    """The rows of a model as they stood at a moment (None: now), whoever reads; by key. At most two queries."""
    columns = [field.attname for field in model._meta.concrete_fields]
    born = {"created_at__lte": at} if at is not None and "created_at" in columns and model is not Person else {}
    rows: dict[int, Row] = {row["id"]: row for row in model._default_manager.filter(**born, **scope).values(*columns)}
    event = getattr(model, "pgh_event_model", None)
    if at is not None and event is not None:
        kept = event._default_manager.filter(pgh_created_at__gt=at, **born, **scope)
        for row in kept.order_by("-pgh_created_at", "-pgh_id").values(*columns):
            rows[row["id"]] = row
    return [rows[key] for key in sorted(rows)]


def snapshot(*, viewer: Viewer, student: Student, at: datetime | None = None) -> Snapshot:
    """The whole plan of a student the loader let this viewer in to, as it stood at a moment (None: now).

    Whole means whole: what this viewer may see of it is `selectors.reading.readable`'s matter. A constant number of
    queries.
    """
    return snapshots(viewer=viewer, students=[student], at=at)[student.pk]


def snapshots(*, viewer: Viewer, students: Sequence[Student], at: datetime | None = None) -> dict[int, Snapshot]:
    """The whole plans of several students at one moment, by student key, in the queries of one."""
    plans = {
        plan.pk: plan.student_id
        for plan in Plan.objects.filter(student__in=students)
        if at is None or plan.created_at <= at
    }
    raw: dict[int, list[tuple[Kind, Row]]] = {student.pk: [] for student in students}
    for kind, model in _PLAIN.items():
        for row in rows_at(viewer=viewer, model=model, at=at, plan_id__in=list(plans)):
            if row.get("withdrawn_at") is None:
                raw[plans[row["plan_id"]]].append((kind, row))
    for row in rows_at(viewer=viewer, model=Support, at=at, student_id__in=list(plans.values())):
        raw[row["student_id"]].append((Kind.SUPPORT, row))
    meetings = {row["id"]: row for row in rows_at(viewer=viewer, model=Meeting, at=at, plan_id__in=list(plans))}
    for row in rows_at(viewer=viewer, model=Decision, at=at, meeting__plan_id__in=list(plans)):
        if row["withdrawn_at"] is None and row["meeting_id"] in meetings:
            met = meetings[row["meeting_id"]]
            raw[plans[met["plan_id"]]].append((Kind.DECISION, row | {"of": met}))
    for row in rows_at(viewer=viewer, model=Amendment, at=at, plan_id__in=list(plans)):
        raw[plans[row["plan_id"]]].append((Kind.AMENDMENT, row))
    return _named(viewer, students, raw, at)


def _named(
    viewer: Viewer, students: Sequence[Student], raw: Mapping[int, list[tuple[Kind, Row]]], at: datetime | None
) -> dict[int, Snapshot]:
    """Keys become public ids, and the names of that moment stand beside them."""
    every = [pair for rows in raw.values() for pair in rows]
    person_ids = {row[f"{name}_id"] for _kind, row in every for name in PEOPLE if row.get(f"{name}_id")}
    people = {
        row["id"]: (str(row["public_id"]), _name(row))
        for row in rows_at(viewer=viewer, model=Person, at=at, id__in=person_ids)
    }
    competencies = _competencies({row["competency_id"] for _kind, row in every if row.get("competency_id")}, at)
    files = _public_ids(StoredFile, (row.get("file_id") for _kind, row in every))
    supports = _public_ids(Support, (row.get("support_id") for _kind, row in every))
    found = {}
    for student in students:
        entries = []
        for kind, row in raw[student.pk]:
            fields = {name: _value(name, row, people, competencies, files, supports) for name in FIELDS[kind]}
            entries.append(Entry(kind, str(row["public_id"]), fields | _told(kind, row)))
        named = {str(e.fields[name]) for e in entries for name in PEOPLE if e.fields.get(name)}
        about = {str(e.fields["competency"]) for e in entries if e.fields.get("competency")}
        found[student.pk] = Snapshot(
            student=str(student.public_id),
            entries=tuple(entries),
            people={key: name for key, name in people.values() if key in named},
            competencies={key: name for key, name in competencies.values() if key in about},
        )
    return found


def _told(kind: Kind, row: Row) -> dict[str, Any]:
    """Fields that are not columns of their own."""
    if kind is Kind.SUPPORT:
        is_shared = row["shared_at"] is not None
        return {"is_shared": is_shared, "wordings": row["family_wordings"] if is_shared else {}}
    if kind is Kind.DECISION:
        met = row["of"]
        return {
            "meeting": str(met["public_id"]),
            "meeting_kind": met["kind"],
            "met_on": timezone.localtime(met["starts_at"]).date().isoformat(),
        }
    if kind is Kind.AMENDMENT:
        return {"said_on": timezone.localtime(row["created_at"]).date().isoformat()}
    return {}


def _value(
    name: str,
    row: Row,
    people: Mapping[int, tuple[str, str]],
    competencies: Mapping[int, tuple[str, str]],
    files: Mapping[int, str],
    supports: Mapping[int, str],
) -> Any:
    if name in PEOPLE:
        return people[row[f"{name}_id"]][0] if row.get(f"{name}_id") else ""
    if name == "competency":
        return competencies[row["competency_id"]][0] if row.get("competency_id") else ""
    if name in {"file", "support"}:
        return {"file": files, "support": supports}[name].get(row.get(f"{name}_id") or 0, "")
    value = row.get(name)
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | bool | None) else str(value)


def _name(row: Row) -> str:
    return f"{row['preferred_name'] or row['given_name']} {row['family_name']}".strip()


def _competencies(ids: set[int], at: datetime | None) -> dict[int, tuple[str, str]]:
    """Public id and name of each, as published at that moment."""
    found = {
        pk: (str(public_id), name)
        for pk, public_id, name in Competency.objects.filter(pk__in=ids).values_list("pk", "public_id", "name")
    }
    if at is not None and ids:
        rows = CompetencyVersion.objects.filter(competency_id__in=ids, published_at__lte=at).order_by("number")
        for pk, content in rows.values_list("competency_id", "content"):
            if content.get("name"):
                found[pk] = (found[pk][0], content["name"])
    return found


def _public_ids(model: Any, keys: Iterable[int | None]) -> dict[int, str]:
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    return {
        pk: str(public_id)
        for pk, public_id in model._default_manager.filter(pk__in=wanted).values_list("pk", "public_id")
    }
