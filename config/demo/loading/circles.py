"""Circles that are not everyday: two homes, a document, a hold, opened domains, a plan that is being handed over."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.choices import GuardianBlock, HandoverState, RelationshipKind, SensitiveDomain
from accounts.models import CaseloadHandover, GuardianLimit, Relationship
from config.demo.chance import uid
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.people import Child, District
from success_plans.choices import Subject
from success_plans.models import PlanStatement, SafetyHold

HOMES = ("North Street", "River Road")
NOTE = "Likes to show things before talking about them. Mornings are good. I can introduce you on Thursday."
WHY_HELD = "The counselor talks with the student first. Looked at again on Monday."
DOCUMENT = "Family court order of 14 August, paragraph 3"


def write_circles(plan: District, content: Content, ids: Ids) -> None:
    """Three families at the demonstration school, its counselors, and one offer to the demonstration's navigator.

    Whom a visitor signs in as keeps an everyday circle, but for the offer.
    """
    star = plan.children[plan.cast["student"]]
    at_school = [
        child
        for key, child in sorted(plan.children.items())
        if child.school == star.school and key != star.key and len(child.guardians) == 2
    ]
    shown = [c for c in at_school if all(plan.adults[g].username for g in c.guardians)]
    with_one_child = [c for c in shown if sum(c.guardians == other.guardians for other in at_school) == 1]
    with_plan = set(PlanStatement.objects.filter(withdrawn_at=None).values_list("plan__student_id", flat=True))
    if len(with_one_child) > 2:
        _two_homes(with_one_child[0], ids)
        _document(plan, with_one_child[1], ids)
        held = next((c for c in with_one_child[2:] if ids.students[c.key] in with_plan), None)
        if held is not None:
            _hold(plan, content, held, ids)
    Relationship.objects.filter(kind=RelationshipKind.TEAM, student__school=ids.schools[star.school]).update(
        domains=[SensitiveDomain.WELLBEING.value]
    )
    _offer(plan, content, ids)


def _two_homes(child: Child, ids: Ids) -> None:
    for guardian, home in zip(child.guardians, HOMES, strict=True):
        Relationship.objects.filter(
            student=ids.students[child.key], person=ids.persons[guardian], kind=RelationshipKind.GUARDIAN
        ).update(household=home)


def _document(plan: District, child: Child, ids: Ids) -> None:
    GuardianLimit.objects.create(
        public_id=uid(plan.seed, "limit", child.key),
        student_id=ids.students[child.key],
        guardian_id=ids.persons[child.guardians[1]],
        block=GuardianBlock.CONTACT,
        document=DOCUMENT,
        starts_on=plan.today - timedelta(days=60),
        ends_on=plan.today + timedelta(days=300),
        entered_by_id=ids.persons[plan.cast["plan_lead"]],
        entered_at=_at(plan.today - timedelta(days=60), ZoneInfo("UTC")),
    )


def _hold(plan: District, content: Content, child: Child, ids: Ids) -> None:
    """One sentence waits, unseen by family and student, until an adult has talked with somebody."""
    said = PlanStatement.objects.filter(plan__student=ids.students[child.key], withdrawn_at=None).order_by("pk")[0]
    SafetyHold.objects.create(
        public_id=uid(plan.seed, "hold", child.key),
        student_id=ids.students[child.key],
        about=Subject.STATEMENT,
        about_id=said.public_id,
        reason=WHY_HELD,
        placed_by_id=ids.persons[plan.cast["plan_lead"]],
        placed_at=_at(plan.today - timedelta(days=3), ZoneInfo(content.people.time_zone)),
    )


def _offer(plan: District, content: Content, ids: Ids) -> None:
    """The first student nobody holds yet, at the school of the demonstration's navigator."""
    navigator = plan.cast["navigator"]
    school = plan.children[plan.cast["student"]].school
    waits = next((c for _k, c in sorted(plan.children.items()) if c.school == school and c.navigator is None), None)
    if waits is None:
        return
    CaseloadHandover.objects.create(
        public_id=uid(plan.seed, "handover", waits.key),
        student_id=ids.students[waits.key],
        to_person_id=ids.persons[navigator],
        state=HandoverState.WAITING,
        note=NOTE,
        asked_by_id=ids.persons[plan.cast["plan_lead"]],
    )
    CaseloadHandover.objects.filter(student=ids.students[waits.key]).update(
        asked_at=_at(plan.today - timedelta(days=2), ZoneInfo(content.people.time_zone))
    )


def _at(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(15), zone)
