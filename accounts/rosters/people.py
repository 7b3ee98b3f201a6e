"""Persons, students, roles and accounts of the roster."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from accounts.choices import Source
from accounts.models import (
    Enrolment,
    Person,
    PersonIdentifier,
    RoleAssignment,
    School,
    Student,
    TeachingAssignment,
)
from accounts.names import sort_name
from accounts.oneroster import records as r
from accounts.oneroster.columns import Kind
from accounts.permissions import current
from accounts.rosters.ledger import Entity, Leaving, Note
from accounts.rosters.tables import Values, insert_rows, update_rows
from accounts.rosters.work import Outcome, Work


@dataclass(slots=True)
class Population:
    """Who is stored before the import: persons and their ids in this source, and their student rows."""

    ids_of: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    persons: dict[int, Values] = field(default_factory=dict)
    students: dict[int, Values] = field(default_factory=dict)  # by person


def load_population(work: Work) -> Population:
    """Everyone the source knows, in three queries; fills `work.people` and `work.students`."""
    found = Population()
    for source_id, person_id in (
        PersonIdentifier.objects.filter(source=work.source).order_by("pk").values_list("source_id", "person_id")
    ):
        work.people[source_id] = person_id
        found.ids_of[person_id].append(source_id)
    known = Q(identifiers__source=work.source)
    names = ("given_name", "family_name", "preferred_name", "sort_name", "email", "phone", "is_active")
    for person in Person.objects.filter(known).distinct().values("pk", *names):
        found.persons[person["pk"]] = person
    known = Q(person__identifiers__source=work.source)
    for row in (
        Student.objects.filter(known)
        .distinct()
        .values("pk", "person_id", "school_id", "grade", "is_active", "entered_on", "left_on")
    ):
        found.students[row["person_id"]] = dict(row)
    return found


def entity_of(work: Work, source_id: str) -> Entity:
    """Under which sort of people a user of the roster is counted."""
    if source_id in work.bundle.student_schools:
        return Entity.STUDENTS
    roles = {role.role for role in work.bundle.roles.get(source_id, ())}
    return Entity.FAMILY if roles and roles <= r.FAMILY_ROLES else Entity.STAFF


# ------------------------------------------------------------------ persons


def write_people(work: Work, before: Population) -> None:
    """Names and ways to reach people. A blank in the roster erases nothing. Two ids of one person (after a merge)
    speak through the first of them that the roster brings."""
    changes: list[Values] = []
    fresh: dict[str, Values] = {}
    for source_id, user in work.bundle.users.items():
        person_id = work.people.get(source_id)
        if person_id is None:
            fresh[source_id] = {"source": Source.ROSTER.value, **_names(user, None)}
            continue
        if _speaks_for(work, before, person_id) != source_id:
            continue
        stored = before.persons[person_id]
        values = _names(user, stored)
        outcome = Outcome.UNCHANGED
        if any(stored[name] != value for name, value in values.items()):
            if values["email"].lower() != stored["email"].lower():
                work.new_addresses[person_id] = (stored["email"].lower(), values["email"].lower())
            outcome = Outcome.CHANGED if stored["is_active"] else Outcome.RETURNED
            changes.append({"id": person_id, **values})
        work.outcomes[person_id] = (entity_of(work, source_id), outcome)
    update_rows(Person, changes)
    made = dict(zip(fresh, insert_rows(Person, list(fresh.values())), strict=True))
    insert_rows(
        PersonIdentifier,
        [{"person_id": pk, "source": work.source, "source_id": source_id} for source_id, pk in made.items()],
    )
    work.people.update(made)
    work.outcomes.update({pk: (entity_of(work, source_id), Outcome.CREATED) for source_id, pk in made.items()})


def count_people(work: Work) -> None:
    """One person is one row of the report, whichever of their rows changed."""
    for entity, outcome in work.outcomes.values():
        tally = work.ledger[entity]
        setattr(tally, outcome, getattr(tally, outcome) + 1)


def _speaks_for(work: Work, before: Population, person_id: int) -> str:
    return next((key for key in before.ids_of[person_id] if key in work.bundle.users), "")


def _names(user: r.User, stored: Values | None) -> Values:
    preferred = stored["preferred_name"] if stored else ""
    return {
        "given_name": user.given_name,
        "family_name": user.family_name,
        "preferred_name": preferred or user.preferred_given_name,
        "sort_name": sort_name(user.family_name, user.given_name),
        "email": user.email or (stored["email"] if stored else ""),
        "phone": user.phone or (stored["phone"] if stored else ""),
        "is_active": True,
    }


# ------------------------------------------------------------------ students


def write_students(work: Work, before: Population) -> None:
    """The learner side: school and grade. Entering a school, or coming back, starts the clocks of the plan again."""
    changes: list[Values] = []
    fresh: list[Values] = []
    seen: set[int] = set()
    for source_id, school in work.bundle.student_schools.items():
        person_id = work.people[source_id]
        if person_id in seen or (person_id in before.ids_of and _student_voice(work, before, person_id) != source_id):
            continue
        seen.add(person_id)
        school_id = work.schools[school]
        grade = work.bundle.student_grades.get(source_id, "")
        stored = before.students.get(person_id)
        if stored is None:
            entered = _entered(work, source_id)
            fresh.append({"person_id": person_id, "school_id": school_id, "grade": grade, "entered_on": entered})
            if work.outcomes[person_id][1] == Outcome.UNCHANGED:
                work.outcomes[person_id] = (Entity.STUDENTS, Outcome.CHANGED)
            continue
        moved = stored["school_id"] != school_id or not stored["is_active"]
        values: Values = {
            "school_id": school_id,
            "grade": grade or stored["grade"],
            "is_active": True,
            "entered_on": work.today if moved else stored["entered_on"],
            "left_on": None,
        }
        if any(stored[name] != value for name, value in values.items()):
            changes.append({"id": stored["pk"], **values})
            if stored["school_id"] not in {school_id, None}:
                work.moved_students[stored["pk"]] = stored["school_id"]
            if not stored["is_active"]:
                work.returned_students.add(stored["pk"])
            if work.outcomes[person_id][1] == Outcome.UNCHANGED:
                work.outcomes[person_id] = (
                    Entity.STUDENTS,
                    Outcome.CHANGED if stored["is_active"] else Outcome.RETURNED,
                )
    update_rows(Student, changes)
    student_of = {person_id: row["pk"] for person_id, row in before.students.items()}
    student_of.update(zip((row["person_id"] for row in fresh), insert_rows(Student, fresh), strict=True))
    work.students = {key: student_of[person_id] for key, person_id in work.people.items() if person_id in student_of}


def _student_voice(work: Work, before: Population, person_id: int) -> str:
    return next((key for key in before.ids_of[person_id] if key in work.bundle.student_schools), "")


def _entered(work: Work, source_id: str) -> date:
    begins = [role.begins_on for role in work.bundle.roles.get(source_id, ()) if role.begins_on]
    return min([*begins, work.today])


# ------------------------------------------------------------------ who leaves


def write_leavers(work: Work, before: Population) -> None:
    """People the roster no longer has become inactive; their accounts close with them and their history stays.

    Counted by school before anything is written, so that the 10 % stop comes first.
    """
    leavers, ex_students = _leavers(work, before)
    by_hand = set(
        RoleAssignment.objects.filter(
            current(work.today), person_id__in=leavers, school__isnull=True, source=Source.HAND
        ).values_list("person_id", flat=True)
    )
    work.ledger.note(Note.KEPT_BY_HAND_ROLE, len(by_hand))
    leavers -= by_hand
    _count_leaving(work, before, leavers, ex_students)
    if work.ledger.too_many_leave and not work.confirmed:
        work.stopped = True
    update_rows(Person, ({"id": pk, "is_active": False} for pk in leavers))
    leaving_students = [row for person_id, row in before.students.items() if person_id in leavers | ex_students]
    update_rows(
        Student,
        ({"id": row["pk"], "is_active": False, "left_on": work.today} for row in leaving_students if row["is_active"]),
    )
    work.leavers = leavers
    work.left_students = {row["pk"] for row in leaving_students}
    work.ledger[Entity.STUDENTS].left += sum(1 for row in leaving_students if row["is_active"])
    staff = {person_id for person_id in leavers if person_id not in before.students}
    family = set(
        Person.objects.filter(pk__in=staff, relationships__kind="guardian", roles__isnull=True, teaching__isnull=True)
        .distinct()
        .values_list("pk", flat=True)
    )
    work.ledger[Entity.FAMILY].left += len(family)
    work.ledger[Entity.STAFF].left += len(staff - family)


def _leavers(work: Work, before: Population) -> tuple[set[int], set[int]]:
    """(persons that are gone, persons that are here but no students any more)."""
    bundle = work.bundle
    here = set(bundle.users) | bundle.held[Kind.USER]
    all_told = bundle.speaks_of_all(Kind.USER)
    if not all_told and bundle.unidentified[Kind.USER]:
        work.ledger.note(Note.NOBODY_LEAVES, bundle.unidentified[Kind.USER])
    elsewhere = set(
        PersonIdentifier.objects.filter(person__identifiers__source=work.source)
        .exclude(source=work.source)
        .values_list("person_id", flat=True)
    )
    leavers: set[int] = set()
    ex_students: set[int] = set()
    for person_id, ids in before.ids_of.items():
        if not before.persons[person_id]["is_active"]:
            continue
        if person_id in elsewhere:
            continue
        if not any(key in here for key in ids):
            if all_told or all(key in bundle.gone[Kind.USER] for key in ids):
                leavers.add(person_id)
        elif person_id in before.students and before.students[person_id]["is_active"]:
            told = [key for key in ids if key in bundle.users and bundle.roles.get(key)]
            if told and not any(key in bundle.student_schools or key in bundle.held[Kind.USER] for key in ids):
                ex_students.add(person_id)
    return leavers, ex_students


def _count_leaving(work: Work, before: Population, leavers: set[int], ex_students: set[int]) -> None:
    """Students and staff by school; people all of whose classes had ended before are not counted on either side."""
    schools = {pk: Leaving(name) for pk, name in School.objects.filter(source=work.source).values_list("pk", "name")}
    running = Q(section__ends_on__gt=work.today)
    seated = set(Enrolment.objects.values_list("student_id", flat=True).distinct())
    sitting = set(Enrolment.objects.filter(running, is_active=True).values_list("student_id", flat=True).distinct())
    for person_id, row in before.students.items():
        if not row["is_active"] or row["school_id"] not in schools:
            continue
        if row["pk"] in seated and row["pk"] not in sitting:
            continue
        school = schools[row["school_id"]]
        school.of_students += 1
        school.students += person_id in leavers or person_id in ex_students
    places: dict[int, set[int]] = defaultdict(set)
    for person_id, school_id in RoleAssignment.objects.filter(
        current(work.today), source=Source.ROSTER, school__isnull=False
    ).values_list("person_id", "school_id"):
        places[person_id].add(school_id)
    taught: set[int] = set()
    teaching: set[int] = set()
    for person_id, school_id, ends_on, active in TeachingAssignment.objects.filter(source=work.source).values_list(
        "person_id", "section__school_id", "section__ends_on", "is_active"
    ):
        taught.add(person_id)
        if active and ends_on > work.today:
            teaching.add(person_id)
            places[person_id].add(school_id)
    for person_id, school_ids in places.items():
        stored = before.persons.get(person_id)
        if stored is None or not stored["is_active"] or (person_id in taught and person_id not in teaching):
            continue
        for school_id in school_ids & schools.keys():
            schools[school_id].of_staff += 1
            schools[school_id].staff += person_id in leavers
    work.ledger.leaving = list(schools.values())
