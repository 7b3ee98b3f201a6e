"""A rubric is made together: written in place, published, a family proposes, the school answers, a new draft begins."""

from __future__ import annotations

import re
import uuid

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from assessments.models import Assignment, Instrument

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 20_000


@pytest.fixture
def at_screen(chromium, live_server, client_of):
    """`at_screen(person, width)` is a page signed in as them."""
    opened = []

    def open_as(person, width):
        context = chromium.new_context(base_url=live_server.url, viewport={"width": width, "height": 800})
        context.set_default_timeout(PATIENCE)
        cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        opened.append(context)
        return context.new_page()

    yield open_as
    for context in opened:
        context.close()


def test_a_rubric_is_written_published_talked_about_and_drafted_anew(world, at_screen, teacher):
    page = at_screen(teacher, 1280)
    page.goto(reverse("instrument_add"))
    page.get_by_label("Title").fill("Explain a comparison")
    page.get_by_label("rubric", exact=True).check()
    page.get_by_role("button", name="Begin").click()

    page.get_by_role("link", name="Choose competencies").click()
    page.get_by_label("Find a competency by word or code").fill("compare")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name=re.compile(r"Add\s*: Compare")).click()
    expect(page.get_by_role("button", name=re.compile(r"Take it off\s*: Compare"))).to_be_visible()
    page.get_by_role("link", name="Back to the instrument").click()

    page.get_by_role("link", name="Add a criterion").click()
    name = page.get_by_label("Criterion", exact=True)
    expect(name).to_be_focused()
    name.fill("The reason")
    for word in ("Starting", "Building", "Shown", "Deeper"):
        page.get_by_label(word, exact=True).fill(f"{word}: what it looks like")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("rowheader", name="The reason")).to_be_visible()

    page.get_by_role("link", name="Publish this version").click()
    page.get_by_label("What its result may be read as").fill("One look at one idea.")
    page.get_by_label("Where it comes from").fill("Made here")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published. This version stays as it is")).to_be_visible()

    row = Instrument.objects.get()
    Assignment.objects.create(
        key=uuid.uuid4(), version=row.versions.get(), section=world.section, title="Compare", language="en",
        opens_on=world.today, created_by=teacher,
    )  # fmt: skip
    family = at_screen(world.people["guardian"], 360)
    family.goto(reverse("instrument", args=[row.public_id]))
    assert family.evaluate("document.documentElement.scrollWidth") == 360
    family.get_by_text("Comment or propose a change").click()
    family.get_by_label("proposal").check()
    family.get_by_label("In your words").fill("Let them draw it too.")
    family.get_by_role("button", name="Send").click()
    expect(family.get_by_text("Waits for an answer of the authors.")).to_be_visible()

    page.goto(reverse("instrument", args=[row.public_id]))
    page.get_by_role("link", name=re.compile(r"Answer\s*: Let them draw it")).click()
    page.get_by_label("taken up", exact=True).check()
    page.get_by_label("Why").fill("Yes, from the next version on.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Yes, from the next version on.")).to_be_visible()
    page.get_by_role("button", name="Begin a new draft").click()
    page.get_by_role("link", name=re.compile(r"Change\s*: The reason")).click()
    page.get_by_label("What to look for").fill("Words or a drawing")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#versions")).to_contain_text("Criterion worded anew: The reason")

    family.reload()
    expect(family.get_by_text("Yes, from the next version on.")).to_be_visible()
