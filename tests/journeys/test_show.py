"""The whole loop as people live it: a class by keyboard, flags without reload, an action, the family, the principal."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import expect

from assessments.models import Evidence, RefreshRequest
from supports import recompute
from supports.models import CatalogueEntry, Flag, Support
from tests.cast import add_student, relate, see

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]
CLASS_SIZE = 30
PATIENCE = 20_000  # milliseconds a page may take on a busy machine before the test gives up


@pytest.fixture
def ready_class(world, teacher):
    """Thirty students, one piece short of *demonstrated* on `compare`; Maya has stayed at one level on `shapes`."""
    for n in range(CLASS_SIZE - len(world.students)):
        child = add_student(world.section, f"Child{n:02}", f"Many{n:02}")
        relate(teacher, "section", [child], section=world.section)
        world.students.append(child)
    for child in world.students:
        for ago, context in ((9, "classwork"), (5, "quiz")):
            see(teacher, child, world.idea["compare"], 3, on=world.day(ago), context=context, section=world.section)
    for ago in (30, 20, 10, 3):
        see(teacher, world.student, world.idea["shapes"], 2, on=world.day(ago), section=world.section)
    CatalogueEntry.objects.create(
        code="shape-walk",
        type="peer",
        minutes=20,
        wordings={
            "en": {"title": "Shape walk", "family": "We look for shapes in the yard.", "home": "Find a circle."},
            "es": {"title": "Paseo de formas", "family": "Buscamos formas en el patio.", "home": "Busque un círculo."},
        },
    )
    recompute.refresh_due(today=world.today)
    assert not RefreshRequest.objects.exists()
    return world


@pytest.fixture
def profile(chromium, live_server, client_of):
    """`profile(person)` is a browser profile signed in as them; all are closed before the database is emptied."""
    opened = []

    def open_as(person, **options):
        context = chromium.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900}, **options)
        context.set_default_timeout(PATIENCE)
        cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        opened.append(context)
        return context

    yield open_as
    for context in opened:
        context.close()


def test_a_class_by_keyboard_brings_flags_an_action_the_family_and_the_principal(
    ready_class, profile, worker, teacher, guardian, principal, capsys
):
    world = ready_class
    school = profile(principal).new_page()
    school.goto(f"/schools/{world.school.public_id}")
    assert "0 of 31" in school.inner_text("main")

    # Today stands open while the class is entered in another tab
    desk = profile(teacher)
    today = desk.new_page()
    today.goto("/today")
    assert "ready after Compare" not in today.inner_text("main")

    grid = desk.new_page()
    compare = world.idea["compare"].public_id
    grid.goto(f"/classes/{world.section.public_id}?competency={compare}&task=Paper+strips&context=project")
    first = grid.locator("td.entry .entry-cell").first
    first.wait_for()
    first.focus()
    started = time.monotonic()
    for _student in range(CLASS_SIZE):
        grid.keyboard.press("3")
        grid.keyboard.press("Enter")
    typed = time.monotonic() - started
    expect(grid.locator("td.entry[data-saved]")).to_have_count(CLASS_SIZE, timeout=PATIENCE)
    last_entry = time.monotonic()
    assert Evidence.objects.filter(task_title="Paper strips").count() == CLASS_SIZE

    today.bring_to_front()
    today.get_by_text("30 are ready after Compare").wait_for(timeout=PATIENCE)
    waited = time.monotonic() - last_entry
    with capsys.disabled():
        print(f"\n30 students by keyboard in {typed:.1f} s; their flags on Today {waited:.1f} s after the last entry")
    assert Flag.objects.filter(rule="READY_NEXT", state="open").count() == CLASS_SIZE
    assert recompute.compare([s.pk for s in world.students]) == []

    # the why of one, and an action from a flag
    card = today.locator(".prompt", has_text="Shapes").first
    card.get_by_text("Why").click()
    assert "Stayed at one level" in card.inner_text()
    assert "It ends by itself on" in card.inner_text()
    card.get_by_role("link", name="Start a support").click()
    today.get_by_label("What we will do, in Spanish").fill("Buscamos formas en el patio, con una amiga.")
    today.get_by_role("button", name="Start this support").click()
    today.wait_for_url("**/today")
    support = Support.objects.get()
    assert (support.owner, support.student) == (teacher, world.student)
    assert support.ends_on <= world.today + timedelta(weeks=12)

    # one tap for thirty
    today.locator(".prompt", has_text="30 are ready after Compare").get_by_role("button", name="Next").first.click()
    today.get_by_text("30 are ready after Compare").wait_for(state="detached", timeout=PATIENCE)

    # the family reads it in Spanish
    home = profile(guardian, locale="es-MX").new_page()
    home.goto(f"/family/{world.student.public_id}")
    text = home.inner_text("main")
    assert home.locator("html").get_attribute("lang") == "es"
    assert "Paseo de formas" in text
    assert "Buscamos formas en el patio, con una amiga." in text
    assert "Busque un círculo." in text

    # and the principal's coverage has moved
    school.reload()
    assert "1 of 31" in school.inner_text("main")


def test_the_same_path_without_javascript(ready_class, profile, teacher):
    world = ready_class
    page = profile(teacher, java_script_enabled=False).new_page()
    page.goto(
        f"/classes/{world.section.public_id}?competency={world.idea['compare'].public_id}&task=Strips&context=project"
    )
    for choice in page.locator("td.entry select").all():
        choice.select_option("3")
    page.get_by_role("button", name="Save the class").click()
    assert Evidence.objects.filter(task_title="Strips").count() == CLASS_SIZE
    recompute.refresh_due(today=world.today)
    page.goto("/today")
    assert "30 are ready after Compare" in page.inner_text("main")
    page.locator(".prompt", has_text="30 are ready").get_by_role("button", name="Next").first.click()
    assert "Chosen for 30 students" in page.inner_text("body")


def test_two_people_rewording_one_sentence_see_both_texts(world, profile, teacher):
    desk = profile(teacher)
    page = desk.new_page()
    page.goto(f"/students/{world.student.public_id}/plan")
    page.locator("#strength").get_by_role("link", name="Add").click()
    page.get_by_label("In your words").fill("Explains with drawings")
    page.get_by_label("The student said it").uncheck()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Explains with drawings").wait_for(timeout=PATIENCE)
    other = desk.new_page()
    for tab in (page, other):
        tab.goto(f"/students/{world.student.public_id}/plan")
        tab.get_by_role("link", name="Reword").first.click()
        tab.get_by_label("In your words").wait_for(timeout=PATIENCE)
    page.get_by_label("In your words").fill("Explains with drawings and patience")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Explains with drawings and patience").wait_for(timeout=PATIENCE)
    other.get_by_label("In your words").fill("Explains to younger children")
    other.get_by_role("button", name="Save").click()
    conflict = other.locator(".conflict")
    conflict.wait_for(timeout=PATIENCE)
    assert "Explains to younger children" in conflict.inner_text()
    assert "Explains with drawings and patience" in conflict.inner_text()


def test_a_hope_in_spanish_is_asked_for_and_answered(world, profile, teacher, guardian):
    home = profile(guardian, locale="es-MX").new_page()
    home.goto(f"/students/{world.student.public_id}/statements?kind=hope")
    home.locator("textarea").fill("Que nunca deje de preguntar")
    home.locator("form .save-bar button").click()
    home.wait_for_url("**/family/**")
    assert "Que nunca deje de preguntar" in home.inner_text("main")
    page = profile(teacher, locale="en-US").new_page()
    page.goto(f"/students/{world.student.public_id}/plan")
    page.get_by_role("button", name="Ask for this in English").first.click()
    page.goto("/today")
    page.get_by_role("link", name="Write it").first.click()
    page.locator("textarea").fill("That she never stops asking")
    page.get_by_role("button", name="Save the translation").click()
    page.goto(f"/students/{world.student.public_id}/plan")
    text = page.inner_text("main")
    assert "That she never stops asking" in text
    assert "Translated from Spanish by a person" in text


def test_a_school_lead_says_why_and_the_family_sees_it(world, profile, principal, guardian):
    page = profile(principal).new_page()
    page.goto(f"/students/{world.student.public_id}/plan")
    assert world.student.person.family_name not in page.content()
    page.get_by_label("the family asked").check()
    page.locator("main form button").first.click()
    page.wait_for_url("**/plan")
    assert world.student.person.family_name in page.inner_text("h1")
    home = profile(guardian, locale="en-US").new_page()
    home.goto(f"/family/{world.student.public_id}#who")
    assert "the family asked" in home.inner_text("#who")
