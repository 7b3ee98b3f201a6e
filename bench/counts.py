"""How many queries each page asks, at 10 students and at 1,000: the number must not grow. Not timed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, Student
from assessments.services import request_refresh
from bench.entry import FLOW
from bench.loop import drain
from bench.town import Town, focus_on, settle, write_evidence
from success_plans.choices import NeedDomain, StatementKind, Voice
from success_plans.models import Goal, Need, Plan, PlanStatement
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
    "school page": (lambda town: town.principal, lambda town: reverse("school", args=[town.school.public_id])),
}


def fill(town: Town, until: int) -> None:
    """Bring the class to this many students, each with pieces, levels and flags of a real refresh.

    The first student's plan grows too, so that a query for each sentence, goal or support would show.
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
    _speak(town, town.students[0], 1 if until == SIZES[0] else 12)


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
