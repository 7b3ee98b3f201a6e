"""What every page carries, holds to and refuses, whatever it is about: walked along the access matrix."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import AuditEvent
from assessments.models import Evidence
from success_plans.models import Goal, PlanStatement
from supports.models import Focus, Support
from tests.cast import sign_in
from tests.permissions.matrix import ROWS, Answer
from tests.permissions.stage import Stage
from tests.permissions.test_matrix import answer_of

pytestmark = pytest.mark.django_db

WRITING = [row for row in ROWS if "POST" in row.methods and not row.route.startswith(("account_", "mfa_", "demo_"))]
PAGES = [row for row in ROWS if "GET" in row.methods and row.route not in {"account_logout", "healthz", "readyz"}]
READERS = ("teacher", "guardian", "district", "operator", "anonymous")


def directives(response: HttpResponse) -> dict[str, str]:
    """The content security policy by directive."""
    policy = response.headers["Content-Security-Policy"]
    return {name: rest for part in policy.split(";") for name, _s, rest in [part.strip().partition(" ")]}


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.route)
def test_an_answer_is_kept_nowhere_and_runs_nothing_of_others(stage: Stage, row) -> None:
    for who in READERS:
        answer = stage.ask(who, "GET", stage.path(row.route, row.about))
        policy = directives(answer)

        assert "no-store" in answer.headers["Cache-Control"] or "no-cache" in answer.headers["Cache-Control"], who
        assert "public" not in answer.headers["Cache-Control"]
        assert policy["default-src"] == "'self'"
        assert not any("unsafe" in rest or "http" in rest or "*" in rest for rest in policy.values()), policy
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "Server" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.route)
def test_a_page_holds_to_the_policy_it_sends(stage: Stage, row) -> None:
    """What is rendered, library pages included, needs nothing the policy forbids."""
    for who in ("teacher", "guardian", "district", "operator", "anonymous"):
        answer = stage.ask(who, "GET", stage.path(row.route, row.about))
        if not answer.headers["Content-Type"].startswith("text/html"):
            continue
        html = answer.content.decode()
        nonce = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
        for tag in re.findall(r"<script\b[^>]*>", html):
            plain = "src=" in tag or "application/json" in tag
            assert plain or (nonce and nonce.group(1) in tag), f"{who}: {tag}"
        assert not re.search(r"<[a-z][^>]*\s(?:style|on[a-z]+)\s*=", html), who
        assert not re.search(r"<style\b", html), who
        assert not re.search(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//(?!testserver)", html), who


def everything() -> tuple[int, ...]:
    """How much there is of what people write."""
    return tuple(m.objects.count() for m in (Evidence, PlanStatement, Goal, Support, Focus, AuditEvent))


@pytest.mark.parametrize("row", WRITING, ids=lambda row: row.route)
def test_a_form_of_another_site_does_nothing(stage: Stage, row) -> None:
    reached = {Answer.OPENS, Answer.SIGN_IN}  # who signs in again is sent there by the form itself
    allowed = [who for who in stage.world.people if row.methods["POST"].expects(who) in reached]
    who = "teacher" if "teacher" in allowed else allowed[0]
    client = Client(enforce_csrf_checks=True)
    sign_in(client, stage.world.people[who])
    before = everything()

    answer = client.post(stage.path(row.route, row.about), stage.body(row.about, "POST"))

    assert answer_of(answer) is Answer.DENIES
    assert everything() == before
