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
from tests.browser.test_look import faults
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


def connect_in_the_picture(page):
    """Adding comes before circles: drawn with the mouse, the loop back refused, taken off and brought back by key."""
    picture = page.locator("svg.map-wide")
    adds, circle = (picture.locator(f'[data-name="{name}"]') for name in ("Adds within twenty", "Names a circle"))
    tie = picture.get_by_role("button", name="“Adds within twenty” comes before “Names a circle”")
    live = page.locator("#live")

    def drag(start, end):
        (x, y), (to_x, to_y) = (
            (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            for box in (one.bounding_box() for one in (start, end))
        )
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(to_x + 12, to_y + 8, steps=4)

    adds.scroll_into_view_if_needed()
    drag(adds, adds)  # on itself: nothing happens
    page.mouse.up()
    drag(adds, circle)
    expect(picture.locator("path.c-line")).to_be_visible()
    expect(circle).to_have_attribute("data-target", "")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(picture.locator("path.c-line")).to_have_count(0)
    expect(tie).to_have_count(0)
    drag(adds, circle)
    page.mouse.up()
    expect(tie).to_be_visible()
    expect(circle).to_be_focused()

    page.keyboard.press("c")
    expect(live).to_contain_text("Connecting from “Names a circle”")
    page.keyboard.press("ArrowUp")
    expect(live).to_contain_text("“Names a circle” before “Adds within twenty”")
    page.keyboard.press("Enter")
    expect(page.locator("[data-problem]")).to_contain_text("That would be a loop: “Names a circle” comes before")
    expect(adds).to_be_focused()

    page.keyboard.press("Tab")
    expect(tie).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take it off")).to_be_visible()
    page.keyboard.press("Delete")
    expect(tie).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(tie).to_be_visible()
    expect(page.get_by_role("row", name="Adds within twenty")).to_contain_text("Names a circle")


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

    desk.get_by_role("link", name="Connections").click()
    connect_in_the_picture(desk)
    assert faults(desk) == []
    circle = WorkingItem.objects.get(copy=copy, code="G.1")
    assert list(copy.edges.filter(destination_key=circle.key).values_list("origin_key", flat=True)) == ["n2"]
    desk.goto(reverse("working_copy", args=[copy.public_id]))
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
