"""Navigators and support teams when the child, or they, change school: what was the old school's does not go along.

Whoever works at the child's school of today, or for the whole district, keeps the child. Of the others the support team
sees it no longer at once; the navigator does for fifteen school days, to hand the plan over.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from accounts.choices import STAFF_ROLES, RelationshipKind
from accounts.models import Relationship, RoleAssignment, Student, TeachingAssignment
from accounts.permissions import current
from accounts.recompute import calendars
from accounts.rosters.circles import reads_until
from accounts.rosters.ledger import Entity
from accounts.rosters.work import Work


def end_what_was_outgrown(work: Work) -> None:
    """Close the links of those who work elsewhere, for students who moved and for adults whose role at a school ended
    in this import. Links of adults who never had a role at the school are nobody's to guess about and stay."""
    if not work.moved_students and not work.left_schools:
        return
    theirs = Q(student__in=list(work.moved_students))
    for person_id, school_id in work.left_schools:
        theirs |= Q(person=person_id, student__school=school_id)
    outgrown = _without_work_here(Relationship.objects.filter(theirs, current(work.today)), work.today)
    tally = work.ledger[Entity.CIRCLES]
    tally.left += outgrown.filter(kind=RelationshipKind.TEAM).update(ends_on=Greatest(F("starts_on"), work.today))
    caseload = outgrown.filter(kind=RelationshipKind.CASELOAD)
    schools = dict(Student.objects.filter(pk__in=caseload.values("student_id")).values_list("pk", "school_id"))
    known = calendars(set(schools.values()), today=work.today)
    until = {school: reads_until(known[school], work.today) for school in set(schools.values())}
    for school, day in until.items():
        tally.left += (
            caseload.filter(student__school=school)
            .filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))
            .update(ends_on=day)
        )


def _without_work_here(links: QuerySet[Relationship], today: date) -> QuerySet[Relationship]:
    """Of these links those of adults with no work at the student's school, and none for the whole district."""
    person, school = OuterRef("person"), OuterRef("student__school")
    roles = RoleAssignment.objects.filter(
        current(today), Q(school=school) | Q(school__isnull=True), person=person, role__in=STAFF_ROLES
    )
    teaching = TeachingAssignment.objects.filter(
        current(today), person=person, is_active=True, section__school=school, section__ends_on__gt=today
    )
    return links.filter(~Exists(roles), ~Exists(teaching))
