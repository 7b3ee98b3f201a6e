"""Every address, every method, everybody: the answer is the one the matrix says, and a refusal writes nothing."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from tests.permissions.matrix import EVERYONE, METHODS, Answer, Row, Rule
from tests.permissions.rows import ROWS
from tests.permissions.stage import Stage

pytestmark = pytest.mark.django_db

# A look that was refused further on is not logged: its row goes with the transaction.
WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+(?!"(?:django_session|accounts_readevent)")', re.I)
# Who tries the methods a route does not have.
CURIOUS = ("anonymous", "teacher", "student", "district", "token_to_write")


def routes(resolver: URLResolver | None = None) -> set[str]:
    """The name of every route; an address without one is given by its pattern."""
    found: set[str] = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            found.add(entry.name or str(entry.pattern))
        else:
            found |= routes(entry)
    return found


def answer_of(response: HttpResponse) -> Answer:
    """What an answer comes to."""
    location = response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")
    if response.status_code == 401 or "/account/login" in location:
        return Answer.SIGN_IN
    if "/purpose" in location and response.status_code == 302:
        return Answer.ASKS
    if response.status_code in {403, 404, 405}:
        return {403: Answer.DENIES, 404: Answer.HIDES, 405: Answer.NO_METHOD}[response.status_code]
    assert response.status_code < 500, response.status_code
    return Answer.OPENS


def try_it(stage: Stage, row: Row, who: str, method: str) -> tuple[Answer, list[str]]:
    """The answer somebody gets, and what a refusal wrote. Undone afterwards."""
    path, body = stage.path(row.route, row.about), stage.body(row.about, method)
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        answer = answer_of(stage.ask(who, method, path, body))
        transaction.set_rollback(True)
    written = [query["sql"][:90] for query in queries if WRITES.match(query["sql"])]
    return answer, [] if answer is Answer.OPENS else written


def test_every_address_has_a_line_and_every_line_an_address() -> None:
    lines = [row.route for row in ROWS]

    assert len(lines) == len(set(lines))
    assert routes() - set(lines) == set(), "say in tests/permissions/matrix.py who may open these"
    assert set(lines) - routes() == set(), "these are gone: take their lines out"


def test_everybody_of_the_matrix_is_there(stage: Stage) -> None:
    assert set(stage.clients) >= EVERYONE


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.route)
def test_an_address_opens_for_whom_it_should(stage: Stage, row: Row) -> None:
    wrong = []
    for method, rule in row.methods.items():
        for who in sorted(EVERYONE):
            answer, written = try_it(stage, row, who, method)
            expected = rule.expects(who, is_api=row.is_api)
            if answer is not expected:
                wrong.append(f"{method} {who}: {answer}, not {expected}")
            wrong += [f"{method} {who}: refused, and yet wrote {sql}" for sql in written]
    assert wrong == [], "\n".join(wrong)


OWN_ROWS = [row for row in ROWS if not row.route.startswith(("account_", "mfa_"))]  # not those of the library


@pytest.mark.parametrize("row", OWN_ROWS, ids=lambda row: row.route)
def test_a_method_an_address_does_not_have_opens_for_nobody(stage: Stage, row: Row) -> None:
    opened = [
        f"{method} {who}"
        for method in METHODS
        if method not in row.methods
        for who in CURIOUS
        if try_it(stage, row, who, method)[0] is Answer.OPENS
    ]
    assert opened == []


def test_the_matrix_hides_unless_it_says_otherwise() -> None:
    rule = Rule(opens=frozenset({"teacher"}))

    assert rule.expects("teacher") is Answer.OPENS
    assert rule.expects("principal") is Answer.HIDES
    assert rule.expects("anonymous") is Answer.SIGN_IN


def test_nobody_is_staff_by_name_only() -> None:
    assert settings.AUTH_USER_MODEL == "accounts.User"
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
