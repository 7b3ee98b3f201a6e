"""How many queries each page asks, at 10 students and at 1,000: the number must not grow. Not timed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.choices import RelationshipKind, Role
from accounts.models import Person, Relationship, Student
from assessments.services import request_refresh
from bench.entry import FLOW
from bench.loop import drain
from bench.town import Town, focus_on, settle, with_account, write_evidence
from success_plans.choices import (
    AttendeeRole,
    CheckInHow,
    ContactMode,
    ContactOutcome,
    MeetingState,
    NeedDomain,
    StatementKind,
    Voice,
)
from success_plans.models import (
    CheckIn,
    ClassReview,
    ContactAttempt,
    Decision,
    Goal,
    Meeting,
    MeetingAttendee,
    Need,
    Plan,
    PlanStatement,
    ReviewEntry,
)
from success_plans.recompute import run_school
from supports.choices import Setting, SupportType
from supports.models import DailyRun, Support
from supports.review import notice_school

BACKEND = "accounts.http.SignedInAccounts"
SIZES = (10, 1000)

# Page: who opens it, and where it is.
PAGES: dict[str, tuple[Callable[[Town], Person], Callable[[Town], str]]] = {
    "Today": (lambda town: town.teacher, lambda town: reverse("today")),
    "class grid": (
        lambda town: town.teacher,
        lambda town: reverse("class_grid", args=[town.section.public_id]),
    ),
    "student page": (
        lambda town: town.teacher,
        lambda town: reverse("student_plan", args=[town.students[0].public_id]),
    ),
    "family page": (
        lambda town: town.guardian,
        lambda town: reverse("family_child", args=[town.students[0].public_id]),
    ),
    "student map": (
        lambda town: town.teacher,
        lambda town: reverse("student_map", args=[town.students[0].public_id]),
    ),
    "timeline": (
        lambda town: town.navigator,
        lambda town: reverse("student_timeline", args=[town.students[0].public_id]),
    ),
    "students list": (lambda town: town.navigator, lambda town: reverse("students")),
    "work list": (lambda town: town.navigator, lambda town: reverse("work_list")),
    "class review": (
        lambda town: town.teacher,
        lambda town: reverse("class_review", args=[town.section.public_id]),
    ),
    "caseload": (lambda town: town.principal, lambda town: reverse("caseload", args=[town.school.public_id])),
    "school page": (lambda town: town.principal, lambda town: reverse("school", args=[town.school.public_id])),
}


def fill(town: Town, until: int) -> None:
    """Bring the class to this many students, each with pieces, levels and flags of a real refresh.

    The first student's plan and record grow too, and so do the navigators, so that a query for each sentence, goal,
    meeting or adult would show.
    """
    new = settle(town, until - len(town.students))
    write_evidence(town, new, town.competencies[:1], [3, 3, 3])
    write_evidence(town, new, town.competencies[1:3], [2, 2])
    if until == SIZES[0]:
        focus_on(town, town.competencies[2:4])
    request_refresh([student.pk for student in new])
    drain()
    day = town.today - timedelta(days=int(until == SIZES[0]))
    notice_school(DailyRun.objects.create(school=town.school, day=day))
    times = 1 if until == SIZES[0] else 12
    _speak(town, town.students[0], times)
    _meet(town, town.students[0], times)
    _review(town, new)
    _share_out(town, new, times)
    run_school(town.school, day=day)


def _speak(town: Town, student: Student, times: int) -> None:
    """So many sentences of everybody, goals, needs and supports in one plan."""
    plan, _made = Plan.objects.get_or_create(student=student, defaults={"created_by": town.teacher})
    voices = ((Voice.STUDENT, student.person), (Voice.FAMILY, town.guardian), (Voice.STAFF, town.teacher))
    for n in range(times):
        for voice, author in voices:
            for kind in (StatementKind.STRENGTH, StatementKind.INTEREST, StatementKind.HOPE, StatementKind.HOME):
                PlanStatement.objects.create(
                    plan=plan,
                    kind=kind,
                    voice=voice,
                    text=f"Sentence {n}",
                    language="es",
                    author=author,
                    said_on=town.today,
                )
        Need.objects.create(
            plan=plan,
            domain=NeedDomain.ACADEMIC,
            text=f"Need {n}",
            language="en",
            author=town.teacher,
            opened_on=town.today,
            review_on=town.today + timedelta(days=30),
        )
        Goal.objects.create(
            plan=plan,
            text=f"Goal {n}",
            language="en",
            competency=town.competencies[n % 3],
            measure="pieces",
            baseline="2",
            target="3",
            due_on=town.today + timedelta(days=40),
            helper=town.teacher,
            author=town.teacher,
        )
        Support.objects.create(
            student=student,
            competency=town.competencies[n % 3],
            type=SupportType.PEER,
            setting=Setting.SCHOOL,
            title=f"Partner work {n}",
            owner=town.teacher,
            starts_on=town.today,
            ends_on=town.today + timedelta(days=42),
            created_by=town.teacher,
            shared_at=timezone.now(),
            family_wordings={"en": {"family": "Works with a partner.", "home": "Ask about it."}},
        )


def _meet(town: Town, student: Student, times: int) -> None:
    """So many check-ins, tries to reach the family and meetings with a decision, each in its own week."""
    plan = Plan.objects.get(student=student)
    for n in range(times):
        at = timezone.now() - timedelta(days=7 * n + 1)
        CheckIn.objects.create(
            student=student, by=town.navigator, met_at=at, how=CheckInHow.WELL, note=f"Talk {n}", language="en",
            key=uuid.uuid4(),
        )  # fmt: skip
        ContactAttempt.objects.create(
            student=student, guardian=town.guardian, by=town.navigator, tried_at=at, mode=ContactMode.PHONE,
            outcome=ContactOutcome.HELD, language="en", note=f"Call {n}", key=uuid.uuid4(),
        )  # fmt: skip
        meeting = Meeting.objects.create(
            plan=plan, state=MeetingState.HELD, starts_at=at, held_at=at, language="en", called_by=town.navigator
        )
        MeetingAttendee.objects.create(meeting=meeting, person=town.guardian, role=AttendeeRole.FAMILY, was_there=True)
        Decision.objects.create(
            meeting=meeting, text=f"Decision {n}", language="en", author=town.navigator, key=uuid.uuid4()
        )


def _review(town: Town, students: list[Student]) -> None:
    """A class review that is halfway."""
    review, _made = ClassReview.objects.get_or_create(
        section=town.section, defaults={"started_by": town.teacher, "started_on": town.today}
    )
    ReviewEntry.objects.bulk_create(
        ReviewEntry(
            review=review, student=student, strength="Asks good questions.", language="en", by=town.teacher,
            discussed_on=town.today,
        )
        for student in students[::2]
    )  # fmt: skip


def _share_out(town: Town, students: list[Student], times: int) -> None:
    """Every tenth of the new students goes to a navigator of their own, so many times."""
    for n in range(times):
        navigator = with_account(
            f"Nav{len(town.students)}", f"Of {n}", Role.NAVIGATOR, town.school, town.year.starts_on
        )
        mine = [student.pk for student in students[n::10]][:20]
        Relationship.objects.filter(student__in=mine, kind=RelationshipKind.CASELOAD).exclude(
            student=town.students[0]
        ).update(person=navigator)


def queries_of(town: Town, page: str) -> list[str]:
    """The statements one visit of this page asks, signed in, the caches of the process warm and Redis's empty."""
    who, where = PAGES[page]
    client = Client(raise_request_exception=True)
    client.force_login(who(town).user, backend=BACKEND)
    address = where(town)
    first = client.get(address)
    if first.status_code != 200:
        raise RuntimeError(f"{page}: {address} answers {first.status_code}")
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return [row["sql"] for row in asked.captured_queries if not row["sql"].startswith(FLOW)]
