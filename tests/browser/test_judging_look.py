"""Axe looks at every page of students' work, each as the person who opens it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from assessments.models import Moderation, Scoring
from tests import factories as make
from tests.assessments.works import ask, handed, judge, levels, rubric, work_of
from tests.browser.test_look import faults
from tests.browsers import browser_sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pages(world) -> dict[str, list[str]]:
    """The addresses of everything about one blind work, one that is judged, and one check, by who opens them."""
    teacher, co_teacher, asked = (world.people[name] for name in ("teacher", "co_teacher", "teacher_next_door"))
    version, _criteria = rubric(world)
    paper = make.InstrumentFormFactory(version=version, title="On paper", instructions="Build it.")
    make.AccommodationFactory(form=paper, helps="language", text="A word list")
    work = work_of(world, is_blind=True, version=version)
    handed(world, work, views=levels(work, 3, 2), view_note="Proud of it")
    ask(world, work, asked)
    talked = work_of(world, is_blind=True, version=version, title="Towers")
    judge(world, teacher, talked, 1, 1, note="It falls.")
    judge(world, co_teacher, talked, 4, 4)
    check = make.InstrumentVersionFactory(instrument__school=world.school)
    make.ItemFactory(version=check, competency=world.idea["compare"])
    answers = work_of(world, version=check, title="Check")
    scoring = Scoring.objects.get(rater=asked)
    section, maya = world.section.public_id, world.student.public_id
    pair = [work.public_id, maya]
    return {
        "teacher": [
            reverse("section_assignments", args=[section]),
            reverse("assignment_add", args=[section]),
            reverse("assignment", args=[work.public_id]),
            reverse("score", args=pair),
            reverse("score", args=[talked.public_id, maya]),
            reverse("assignment_answers", args=[answers.public_id]),
            reverse("moderations"),
            reverse("moderation", args=[Moderation.objects.get().public_id]),
            reverse("instrument_agreement", args=[version.instrument.public_id]),
            reverse("assignment", args=[talked.public_id]),
        ],
        "teacher_next_door": [reverse("my_scorings"), reverse("scoring", args=[scoring.public_id])],
        "student": [reverse("student_work", args=[maya]), reverse("submission_edit", args=pair)],
        "guardian": [reverse("submission_edit", args=[talked.public_id, maya]), reverse("student_work", args=[maya])],
    }


def test_axe_finds_nothing_on_the_pages_of_students_work(browser_page: Any, world, pages) -> None:
    wrong: dict[str, list[str]] = {}
    for who, addresses in pages.items():
        browser_sign_in(browser_page, world.people[who])
        for n, path in enumerate(addresses):
            width, scheme = ((1280, "light"), (360, "dark"))[n % 2]
            browser_page.set_viewport_size({"width": width, "height": 800})
            browser_page.emulate_media(color_scheme=scheme)
            answer = browser_page.goto(path)
            found = [] if answer.status == 200 else [f"answers {answer.status}"]
            browser_page.set_viewport_size({"width": 360, "height": 800})
            if browser_page.evaluate("document.documentElement.scrollWidth") > 360:
                found.append("pushes sideways")
            found += faults(browser_page)
            if found:
                wrong[f"{who} {path} at {width}"] = found
    assert wrong == {}
