"""Joining two records of one person, and taking them apart again.

Evidence is never rewritten: the student record that goes becomes an alias of the one that stays and is read with it.
What the roster says (ids, seats, teaching, roles, relationships) moves, and so does what people do with a student
(supports, wishes to show, check-ins, notes, consents) and what an adult holds or may not see (supports to give, the
limits of a legal document); `following` names each table and column. The join remembers what it moved.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from accounts import audit, jobs
from accounts.http import set_actor
from accounts.joining.following import give_rows_back, give_standing_back, move_rows_of, move_standing_of
from accounts.models import (
    Enrolment,
    Person,
    PersonIdentifier,
    PersonMerge,
    Relationship,
    RoleAssignment,
    Student,
    TeachingAssignment,
    User,
)
from accounts.partner_circles import family_changed
from accounts.permissions import Viewer
from accounts.rosters.work import one_roster_change_at_a_time


class Obstacle(StrEnum):
    """Why two records cannot be joined, or a join not undone."""

    SAME = "same"
    ALREADY_JOINED = "already_joined"
    UNDO_LATER_FIRST = "undo_later_first"
    ALREADY_UNDONE = "already_undone"


class CannotJoinError(Exception):
    """It was not done, and nothing was changed."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle)
        self.obstacle = obstacle


def join_people(*, by: Viewer, kept: Person, absorbed: Person, reason: str) -> PersonMerge:
    """Make two records one. `absorbed` becomes inactive and everything of it is reached through `kept`.

    Where both have an account, the absorbed one's is closed; its sessions end at once. Where both sit in or teach
    one section, the absorbed one's row is closed. Raises CannotJoinError for one and the same record, and for a
    record that is joined to another already.
    """
    if by.person_id is None:
        raise PermissionError("A join has an author.")
    with transaction.atomic():
        set_actor(by.person_id)
        one_roster_change_at_a_time()
        kept, absorbed = _locked(kept, absorbed)
        moved: dict[str, Any] = {"was_active": absorbed.is_active}
        moved |= _move_students(kept, absorbed)
        moved["identifiers"] = _repoint(
            PersonIdentifier.objects.filter(person=absorbed), "person", kept.pk, taken=set()
        )
        moved["roles"] = _repoint(
            RoleAssignment.objects.filter(person=absorbed),
            "person",
            kept.pk,
            taken=set(RoleAssignment.objects.filter(person=kept).values_list("role", "school_id", "starts_on")),
            key=("role", "school_id", "starts_on"),
        )
        moved["relationships_as_adult"] = _repoint(
            Relationship.objects.filter(person=absorbed),
            "person",
            kept.pk,
            taken=set(Relationship.objects.filter(person=kept).values_list(*_AS_ADULT)),
            key=_AS_ADULT,
        )
        moved["teaching_closed"], moved["teaching"] = _move_rows(TeachingAssignment, "person", absorbed.pk, kept.pk)
        moved["standing"] = move_standing_of(absorbed.pk, kept.pk)
        moved |= _move_account(kept, absorbed)
        absorbed.is_active = False
        absorbed.save(update_fields=["is_active"])
        merge = PersonMerge.objects.create(
            kept=kept, absorbed=absorbed, reason=reason, moved=moved, merged_by_id=by.person_id
        )
        _record(by, merge, "person.join", reason)
        _look_again(kept, absorbed)
        family_changed(by=by.person_id, today=by.today)
    return merge


_AS_ADULT = ("student_id", "kind", "section_id", "starts_on")
_AS_STUDENT = ("person_id", "kind", "section_id", "starts_on")


def _locked(kept: Person, absorbed: Person) -> tuple[Person, Person]:
    if kept.pk == absorbed.pk:
        raise CannotJoinError(Obstacle.SAME)
    rows = Person.objects.select_for_update().filter(pk__in=[kept.pk, absorbed.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    if PersonMerge.objects.filter(absorbed__in=found.values(), undone_at__isnull=True).exists():
        raise CannotJoinError(Obstacle.ALREADY_JOINED)
    return found[kept.pk], found[absorbed.pk]


def _move_students(kept: Person, absorbed: Person) -> dict[str, Any]:
    """The learner sides: one alone changes hands, of two the absorbed one becomes an alias."""
    theirs = Student.objects.select_for_update().filter(person=absorbed).first()
    if theirs is None:
        return {}
    stays = Student.objects.select_for_update().filter(person=kept).first()
    if stays is None:
        theirs.person = kept
        theirs.save(update_fields=["person"])
        return {"student": theirs.pk}
    aliases = list(Student.objects.filter(alias_of=theirs).values_list("pk", flat=True))
    Student.objects.filter(pk__in=[*aliases, theirs.pk]).update(alias_of=stays)
    closed, moved = _move_rows(Enrolment, "student", theirs.pk, stays.pk)
    return {
        "alias": theirs.pk,
        "rows": move_rows_of(theirs.pk, stays.pk),
        "aliases": aliases,
        "enrolments_closed": closed,
        "enrolments": moved,
        "relationships_as_student": _repoint(
            Relationship.objects.filter(student=theirs),
            "student",
            stays.pk,
            taken=set(Relationship.objects.filter(student=stays).values_list(*_AS_STUDENT)),
            key=_AS_STUDENT,
        ),
    }


def _move_rows(
    model: type[Enrolment] | type[TeachingAssignment], who: str, old: int, new: int
) -> tuple[list[int], list[int]]:
    """(rows closed because the other record has an active one in the same section, rows moved)."""
    sections = set(model.objects.filter(**{who: new}, is_active=True).values_list("section_id", flat=True))
    rows = model.objects.filter(**{who: old})
    closed = list(rows.filter(is_active=True, section_id__in=sections).values_list("pk", flat=True))
    model.objects.filter(pk__in=closed).update(is_active=False)
    moved = list(rows.values_list("pk", flat=True))
    model.objects.filter(pk__in=moved).update(**{f"{who}_id": new})
    return closed, moved


def _repoint(
    rows: models.QuerySet[Any], column: str, new: int, *, taken: set[tuple[Any, ...]], key: Iterable[str] = ()
) -> list[int]:
    """Moves the rows whose key the other record does not have yet; returns which."""
    names = tuple(key)
    moving = [
        row["pk"]
        for row in rows.order_by("pk").values("pk", *names)
        if not names or tuple(row[n] for n in names) not in taken
    ]
    rows.model._default_manager.filter(pk__in=moving).update(**{f"{column}_id": new})
    return moving


def _move_account(kept: Person, absorbed: Person) -> dict[str, Any]:
    theirs = User.objects.select_for_update().filter(person=absorbed).first()
    if theirs is None:
        return {}
    if User.objects.filter(person=kept).exists():
        was_active = theirs.is_active
        User.objects.filter(pk=theirs.pk).update(is_active=False)
        return {"account_closed": theirs.pk if was_active else None}
    User.objects.filter(pk=theirs.pk).update(person=kept)
    return {"account": theirs.pk}


def undo_join(*, by: Viewer, merge: PersonMerge) -> PersonMerge:
    """Take two records apart again: everything the join moved, and nothing else, goes back.

    What came after the join stays with the record that was kept. Raises CannotJoinError where it was undone before,
    and where the kept record was itself joined to a third since: that join has to be undone first.
    """
    if by.person_id is None:
        raise PermissionError("A join has an author.")
    with transaction.atomic():
        set_actor(by.person_id)
        one_roster_change_at_a_time()
        merge = PersonMerge.objects.select_for_update().get(pk=merge.pk)
        if merge.undone_at is not None:
            raise CannotJoinError(Obstacle.ALREADY_UNDONE)
        list(Person.objects.select_for_update().filter(pk__in=[merge.kept_id, merge.absorbed_id]).order_by("pk"))
        if PersonMerge.objects.filter(absorbed_id=merge.kept_id, undone_at__isnull=True).exists():
            raise CannotJoinError(Obstacle.UNDO_LATER_FIRST)
        kept, absorbed = merge.kept, merge.absorbed
        _look_again(kept, absorbed)
        _give_back(merge.moved, kept, absorbed)
        merge.undone_by_id = by.person_id
        merge.undone_at = timezone.now()
        merge.save(update_fields=["undone_by", "undone_at"])
        _record(by, merge, "person.unjoin", "")
        family_changed(by=by.person_id, today=by.today)
    return merge


def _give_back(moved: dict[str, Any], kept: Person, absorbed: Person) -> None:
    for model, name in ((PersonIdentifier, "identifiers"), (RoleAssignment, "roles"), (TeachingAssignment, "teaching")):
        _back(model, moved.get(name, []), "person_id", kept.pk, absorbed.pk)
    _back(Relationship, moved.get("relationships_as_adult", []), "person_id", kept.pk, absorbed.pk)
    give_standing_back(moved.get("standing", {}), kept=kept.pk, absorbed=absorbed.pk)
    if alias := moved.get("alias"):
        theirs = Student.objects.get(pk=alias)
        stays = theirs.alias_of
        Student.objects.filter(pk__in=moved.get("aliases", []), alias_of=stays).update(alias_of=theirs)
        Student.objects.filter(pk=theirs.pk).update(alias_of=None)
        if stays is not None:
            _back(Enrolment, moved.get("enrolments", []), "student_id", stays.pk, theirs.pk)
            _back(Relationship, moved.get("relationships_as_student", []), "student_id", stays.pk, theirs.pk)
            give_rows_back(moved.get("rows", {}), kept=stays.pk, absorbed=theirs.pk)
        Enrolment.objects.filter(pk__in=moved.get("enrolments_closed", []), student=theirs).update(is_active=True)
    if student := moved.get("student"):
        Student.objects.filter(pk=student, person=kept).update(person=absorbed)
    TeachingAssignment.objects.filter(pk__in=moved.get("teaching_closed", []), person=absorbed).update(is_active=True)
    if account := moved.get("account"):
        User.objects.filter(pk=account, person=kept).update(person=absorbed)
    if closed := moved.get("account_closed"):
        User.objects.filter(pk=closed, person=absorbed, closure__isnull=True).update(is_active=True)
    Person.objects.filter(pk=absorbed.pk).update(is_active=bool(moved.get("was_active", True)))


def _back(model: type[models.Model], keys: list[int], column: str, kept: int, absorbed: int) -> None:
    model._default_manager.filter(pk__in=keys, **{column: kept}).update(**{column: absorbed})


def _students_of(kept: Person, absorbed: Person) -> list[int]:
    return list(
        Student.objects.filter(
            models.Q(person__in=[kept, absorbed]) | models.Q(alias_of__person__in=[kept, absorbed])
        ).values_list("pk", flat=True)
    )


def _record(by: Viewer, merge: PersonMerge, action: str, reason: str) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="person_merge",
        subject_id=merge.public_id,
        students=_students_of(merge.kept, merge.absorbed),
        reason=reason,
        details={"kept": str(merge.kept.public_id), "absorbed": str(merge.absorbed.public_id)},
    )


def _look_again(kept: Person, absorbed: Person) -> None:
    """What the evidence adds up to changes for both; a higher app looks again when it hears this ring."""
    if students := _students_of(kept, absorbed):
        jobs.enqueue(settings.TASK_LOOK_AGAIN, queue="bulk", kwargs={"student_ids": students})
