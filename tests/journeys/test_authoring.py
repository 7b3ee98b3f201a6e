"""A framework is brought in, edited, read by a colleague, published as version 2; evidence is kept."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from assessments.models import Evidence
from competencies.models import Competency, Framework, FrameworkVersion, WorkingCopy, WorkingItem
from competencies.services import import_framework
from supports import recompute
from tests.cast import see, viewer_of
from tests.competencies.packages import as_bytes
from tests.competencies.test_services import three

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at_screen(chromium, live_server, client_of):
    """`at_screen(person, width)` is a page signed in as them."""
    opened = []

    def open_as(person, width=1280):
        context = chromium.new_context(base_url=live_server.url, viewport={"width": width, "height": 800})
        context.set_default_timeout(20_000)
        cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        opened.append(context)
        return context.new_page()

    yield open_as
    for context in opened:
        context.close()


def test_a_second_version_is_written_read_published_and_compared(world, at_screen, district, teacher):
    import_framework(by=viewer_of(district), data=as_bytes(three()))
    framework = Framework.objects.get(source="case")
    Framework.objects.filter(pk=framework.pk).update(is_in_use=True)
    gone = Competency.objects.get(source_id="n1")
    see(teacher, world.student, gone, 3)
    recompute.refresh_due()

    desk = at_screen(district)
    desk.goto(reverse("framework_detail", args=[framework.public_id]))
    desk.get_by_role("link", name="Write the next version").click()
    desk.get_by_role("button", name="Open a working copy").click()

    desk.get_by_role("link", name="Adds within ten").click()
    desk.get_by_role("link", name="Change what it says").click()
    desk.get_by_label("Name").fill("Adds within twenty")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("heading", name="Adds within twenty")).to_be_visible()

    copy = WorkingCopy.objects.get()
    desk.goto(reverse("working_copy", args=[copy.public_id]))
    desk.get_by_role("link", name="Counts to ten").focus()
    desk.keyboard.press("Alt+ArrowDown")  # by keyboard, without loading the page anew
    expect(desk.locator("#live")).to_contain_text("was moved")
    rows = WorkingItem.objects.filter(copy=copy, parent_key="n").order_by("position", "pk")
    assert [row.key for row in rows] == ["n2", "n1"]
    expect(desk.get_by_role("link", name="Counts to ten")).to_be_focused()

    desk.get_by_role("link", name="Counts to ten").click()
    desk.get_by_role("button", name="Take it out of the next version").click()
    desk.get_by_role("link", name="Paste many").click()
    desk.get_by_label("The outline").fill("Shapes\n  G.1 Names a circle")
    desk.get_by_role("button", name="Look at it").click()
    expect(desk.get_by_role("heading", name="2 would be added")).to_be_visible()
    desk.get_by_role("button", name="Write them").click()
    desk.get_by_role("button", name="Put it before readers").click()

    reader = at_screen(teacher, 360)
    reader.goto(reverse("working_copy", args=[copy.public_id]))
    assert reader.evaluate("document.documentElement.scrollWidth") == 360
    reader.get_by_label("Say something about the whole").fill("Good to have circles.")
    reader.get_by_role("button", name="Say it").click()
    expect(reader.get_by_text("Good to have circles.")).to_be_visible()
    expect(reader.get_by_role("button", name="Move up")).to_have_count(0)

    desk.reload()
    desk.get_by_role("link", name="Answer").click()
    desk.get_by_label("Your answer").fill("Thank you.")
    desk.get_by_role("button", name="Save").click()
    desk.get_by_role("link", name="See what changes, and publish").click()
    students = desk.get_by_role("row", name="Students who have shown something")
    expect(students).to_contain_text("fewer than 10")
    desk.get_by_label("What is new").fill("Twenty, and circles.")
    desk.get_by_role("button", name="Publish this version").click()

    expect(desk.get_by_role("heading", name="What changed from version 1 to 2")).to_be_visible()
    for words in ("Twenty, and circles.", "Adds within", "Names a circle", "Counts to ten"):
        expect(desk.locator("main")).to_contain_text(words)
    assert FrameworkVersion.objects.get(framework=framework, number=2).changes["retired"] == [gone.pk]
    assert Evidence.objects.get(competency=gone).withdrawn_at is None
    desk.goto(reverse("competency_detail", args=[gone.public_id]))
    expect(desk.get_by_text("No longer part of its framework")).to_be_visible()
