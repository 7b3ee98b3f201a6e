"""The roster of `tests.accounts.oneroster.rosters`, moved to today, and helpers to import and look."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from accounts import models
from accounts.http import anonymous
from accounts.rosters.services import import_roster
from tests.accounts.oneroster.rosters import roster, zipped

TODAY = timezone.localdate()
STARTS = TODAY - timedelta(days=60)
ENDS = TODAY + timedelta(days=60)  # exclusive
YEAR_ENDS = TODAY + timedelta(days=200)

TABLES = (
    models.School,
    models.SchoolYear,
    models.Term,
    models.Section,
    models.Person,
    models.PersonIdentifier,
    models.Student,
    models.User,
    models.RoleAssignment,
    models.Enrolment,
    models.TeachingAssignment,
    models.Relationship,
)


def current_roster():
    """The clean roster, its term running today."""
    moved = {"2024-08-12": STARTS, "2025-01-11": ENDS, "2025-06-07": YEAR_ENDS}
    files = roster()
    for name, text in files.items():
        for old, new in moved.items():
            text = text.replace(old, new.isoformat())
        files[name] = text
    return files


def bring(files, **options):
    """Import these files as the system."""
    return import_roster(by=anonymous(), origin=zipped(files), **options)


def changed(files, name, old, new):
    """The files with one text replaced in one of them; it must be there."""
    assert old in files[name], (old, files[name])
    return files | {name: files[name].replace(old, new)}


def without_row(files, name, source_id):
    """The files without the row of this id."""
    lines = files[name].splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(f"{source_id},")]
    assert len(kept) == len(lines) - 1
    return files | {name: "".join(kept)}


def versions():
    """The physical versions of every roster row: equal before and after means that nothing was written."""
    found = {}
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f'SELECT ctid::text, xmin::text, id FROM "{model._meta.db_table}" ORDER BY id')
            found[model.__name__] = cursor.fetchall()
    return found


def everything():
    """Every roster row by value."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}


def person(source_id, source="roster"):
    return models.Person.objects.get(identifiers__source=source, identifiers__source_id=source_id)


def student(source_id, source="roster"):
    return models.Student.objects.get(person__identifiers__source=source, person__identifiers__source_id=source_id)


def sees(source_id):
    """Source ids of the students a person may see today, with the kind."""
    return {
        (identifier.source_id, row.kind)
        for row in models.Relationship.objects.filter(person=person(source_id), starts_on__lte=TODAY)
        .exclude(ends_on__lte=TODAY)
        .select_related("student__person")
        for identifier in row.student.person.identifiers.all()
    }
