"""A family reads this over a thin connection: the first page and all it loads, packed, stay under 100 kB."""

from __future__ import annotations

import gzip

import pytest

from tests.browsers import browser_sign_in
from tests.cast import demonstrate, see

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRST_LOAD = 100_000  # bytes
PACKED = {".woff2", ".png", ".jpg", ".webp"}


def test_a_familys_first_load_stays_under_a_hundred_kilobytes(browser_page, world, teacher, guardian):
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    see(teacher, world.student, world.idea["equivalent"], 2)
    browser_sign_in(browser_page, guardian)
    bodies: dict[str, bytes] = {}
    browser_page.on("response", lambda answer: bodies.setdefault(answer.url, answer.body()))
    answer = browser_page.goto(f"/family/{world.student.public_id}")
    assert answer.status == 200
    browser_page.wait_for_load_state("networkidle")
    weights = {
        url.split("/", 3)[3]: len(body) if any(url.endswith(end) for end in PACKED) else len(gzip.compress(body))
        for url, body in bodies.items()
    }
    assert any("nunito-latin" in name for name in weights), "the fonts belong to the first load"
    print(f"first load of a family page: {sum(weights.values()):,} bytes in {len(weights)} requests")
    assert sum(weights.values()) < FIRST_LOAD, sorted(weights.items(), key=lambda one: -one[1])
