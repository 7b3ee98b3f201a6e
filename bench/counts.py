"""How many queries each page asks, at 10 students and at 1,000: the number must not grow. Not timed."""

from __future__ import annotations

from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Person
from assessments.services import request_refresh
from bench.loop import drain
from bench.town import Town, focus_on, settle, write_evidence

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
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
    "school page": (lambda town: town.principal, lambda town: reverse("school", args=[town.school.public_id])),
}


def fill(town: Town, until: int) -> None:
    """Bring the class to this many students, each with pieces, levels and flags of a real refresh."""
    new = settle(town, until - len(town.students))
    write_evidence(town, new, town.competencies[:1], [3, 3, 3])
    write_evidence(town, new, town.competencies[1:3], [2, 2])
    if not town.section.pk or until == SIZES[0]:
        focus_on(town, town.competencies[2:4])
    request_refresh([student.pk for student in new])
    drain()


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
    return [row["sql"] for row in asked.captured_queries]
