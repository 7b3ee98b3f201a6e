"""The pages of observations look and work as they should: axe finds nothing, and nothing pushes a phone sideways."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.test_look import SECTION, STUDENT, wrong_on
from tests.browsers import browser_sign_in
from tests.permissions.rows import observations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SENT = "seen_at_home"
PAGES = {
    "teacher": (
        ("student_observe", STUDENT), ("class_observe", SECTION), ("class_next", SECTION), ("observations_waiting", ""),
        ("observation_answer", SENT), ("grades_export", SECTION),
    ),
    "guardian": (("family_observe", STUDENT), ("family_observe", STUDENT)),
}  # fmt: skip


@pytest.mark.parametrize("role", PAGES)
def test_axe_finds_nothing_on_the_pages_of_observations(browser_page: Any, world: Any, role: str) -> None:
    things = {STUDENT: world.student, SECTION: world.section} | observations.things(world, {})
    browser_sign_in(browser_page, world.people[role])
    assert wrong_on(browser_page, PAGES[role], things) == {}
