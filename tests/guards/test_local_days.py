"""The day of a moment is the district's, not UTC's: an entry of the evening bears the day it was written."""

from __future__ import annotations

import re

from tests.guards.source import ROOT

APPS = ("accounts", "assessments", "competencies", "supports", "success_plans", "dashboards")
BARE = re.compile(r"\w_at(?:\"\])?\.date\(\)")
"""`row.created_at.date()` is a day in UTC; `timezone.localtime(row.created_at).date()` is the district's."""


def test_no_day_is_taken_from_a_stored_moment_without_the_districts_zone() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if BARE.search(line)
    ]

    assert found == []


def test_the_guard_sees_what_it_is_for() -> None:
    assert BARE.search("on=row.created_at.date(),")
    assert BARE.search('facts["met_at"].date()')
    assert not BARE.search("timezone.localtime(row.created_at).date()")
