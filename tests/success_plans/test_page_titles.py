"""The pages about one student are told apart by their titles: in a history, in tabs, by a screen reader."""

from __future__ import annotations

import re
from collections import Counter

from django.urls import reverse

PAGES = (
    "student_plan",
    "student_timeline",
    "student_map",
    "student_work",
    "student_growth",
    "student_portfolio",
    "meetings",
    "plan_versions",
    "student_pathways",
    "student_partners",
    "consents",
    "who_sees",
    "voice",
)


def test_every_page_about_a_student_has_a_title_of_its_own(world, navigator, client_of):
    client = client_of(navigator)
    titles = []
    for route in PAGES:
        page = client.get(reverse(route, args=[world.student.public_id])).content.decode()
        found = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
        assert found, route
        titles.append(" ".join(found[1].split()))
    assert [title for title, times in Counter(titles).items() if times > 1] == []
    name = world.student.person.display_name
    assert titles[:2] == [f"Plan: {name} · Throughline", f"Running record: {name} · Throughline"]
