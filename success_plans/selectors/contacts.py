"""Whom of a family one can try, who could interpret, and where the conversation stands."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery

from accounts.choices import RelationshipKind
from accounts.households import marks_of
from accounts.models import Relationship, SchoolYear, Student
from accounts.permissions import Viewer, current
from success_plans.choices import ContactPurpose
from success_plans.contacts import Attempt, Conversation, conversation_outcome, tries_left
from success_plans.models import ContactAttempt, FamilyWays


@dataclass(frozen=True, slots=True)
class Guardian:
    """Somebody of the family: name, languages, and what they said about how they want to be reached."""

    person_id: int
    name: str
    languages: list[str]
    best_way: str
    best_time: str
    interpreter_language: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the family conversation stands: the outcome, how many tries are missing, and whether another way is."""

    outcome: Conversation
    missing: int
    needs_another_way: bool


def guardians(*, viewer: Viewer, student: Student) -> tuple[list[Guardian], bool]:
    """The current guardians by name, and whether they are one household. Two queries."""
    links = list(
        Relationship.objects.filter(
            current(viewer.today), student=student, kind=RelationshipKind.GUARDIAN, person__is_active=True
        )
        .select_related("person")
        .order_by("person__sort_name", "pk")
    )
    ways = {
        row.guardian_id: row
        for row in FamilyWays.objects.filter(plan__student=student, guardian__in=[link.person_id for link in links])
    }
    found: dict[int, Guardian] = {}
    for link in links:
        said = ways.get(link.person_id)
        found[link.person_id] = Guardian(
            link.person_id,
            link.person.display_name,
            link.person.languages,
            said.get_best_way_display() if said else "",
            said.best_time if said else "",
            said.interpreter_language if said else "",
        )
    return list(found.values()), len(set(marks_of((link.person_id, link.household) for link in links).values())) < 2


def interpreters(*, viewer: Viewer, student: Student) -> list[tuple[int, str]]:
    """Adults at school around this student who could interpret, by name. Never a student."""
    rows = (
        Relationship.objects.filter(current(viewer.today), student=student, person__is_active=True)
        .exclude(kind=RelationshipKind.GUARDIAN)
        .exclude(Exists(Student.objects.filter(person=OuterRef("person"))))
        .select_related("person")
        .order_by("person__sort_name")
    )
    return list({row.person_id: row.person.display_name for row in rows}.items())


def standing(*, viewer: Viewer, student: Student) -> Standing:
    """Where the conversation of this school year stands, by every try of every adult. One query."""
    began = SchoolYear.objects.filter(starts_on__lte=viewer.today).order_by("-starts_on").values("starts_on")[:1]
    rows = ContactAttempt.objects.filter(
        student=student, purpose=ContactPurpose.CONVERSATION, tried_at__date__gte=Subquery(began)
    )
    tries = [Attempt(*row) for row in rows.values_list("tried_at", "mode", "outcome")]
    return Standing(conversation_outcome(tries), *tries_left(tries))
