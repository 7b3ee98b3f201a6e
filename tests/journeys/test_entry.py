"""Entry as people live it: a child says who it is, a navigator takes a first look, a family asks and is answered."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from PIL import Image
from playwright.sync_api import expect

from success_plans.choices import ConsentKind, Voice
from success_plans.models import Consent, EntryFinding, FamilyWays, Goal, Plan, PlanStatement, Proposal
from success_plans.selectors.entry import STEPS
from success_plans.services.consents import answer_consent
from success_plans.services.proposals import propose
from tests.browsers import browser_sign_in
from tests.cast import viewer_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def enter(page, person, path):
    browser_sign_in(page, person)
    page.goto(path, timeout=60_000)  # the first page of a run compiles its templates
    return page


def fits(page):
    """Nothing sticks out at 360 pixels."""
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_student_says_who_they_are_and_sets_a_goal(world, student, guardian, teacher, browser_page, tmp_path):
    """S1 and S3: in words, with a drawing, and a goal with its first small step."""
    answer_consent(by=viewer_of(guardian), student=world.student, kind=ConsentKind.MEDIA, is_yes=True)
    drawing = tmp_path / "kite.png"
    Image.new("RGB", (200, 120), "gold").save(drawing)
    page = enter(browser_page, student, f"/students/{world.student.public_id}/voice")

    page.get_by_label("In your words").fill("I build kites with my uncle.")
    page.get_by_text("Add a picture or your voice").click()
    page.get_by_label("A picture").set_input_files(drawing)
    page.get_by_label("What the picture shows").fill("A yellow kite")
    page.get_by_role("button", name="Keep this").click()

    picture = page.get_by_role("img", name="A yellow kite")
    expect(picture).to_be_visible()
    assert picture.evaluate("i => i.complete ? i.naturalWidth : i.decode().then(() => i.naturalWidth)") == 200
    assert PlanStatement.objects.get().scribe is None
    fits(page)

    page.get_by_role("link", name="Set a goal").click()
    page.get_by_label("I want to …").fill("Fly a kite I made")
    page.get_by_label("My first small step").fill("Draw it")
    page.get_by_label("Who helps me").select_option(label=teacher.display_name)
    page.get_by_role("button", name="This is my goal").click()
    page.wait_for_url("**/plan**")
    expect(page.locator("main")).to_contain_text("Fly a kite I made")
    assert Goal.objects.get().voice == Voice.STUDENT


def test_a_voice_is_recorded_in_the_browser(world, student, guardian, chromium, live_server, client_of):
    """S1: recording is a button where there is a microphone, and the form carries it like any file."""
    answer_consent(by=viewer_of(guardian), student=world.student, kind=ConsentKind.MEDIA, is_yes=True)
    context = chromium.new_context(base_url=live_server.url)
    try:
        cookie = client_of(student).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        # a microphone that hums, since this machine has none
        page.add_init_script(
            "navigator.mediaDevices.getUserMedia = async () => { const a = new AudioContext();"
            " const o = a.createOscillator(); const d = a.createMediaStreamDestination(); o.connect(d); o.start();"
            " return d.stream; };"
        )
        page.goto(f"/students/{world.student.public_id}/voice")
        page.get_by_text("Add a picture or your voice").click()
        page.get_by_role("button", name="Record my voice").click()
        page.get_by_role("button", name="Stop").wait_for()
        page.wait_for_timeout(700)
        page.get_by_role("button", name="Stop").click()
        page.locator("[data-recorder] [role=status]").get_by_text("Recorded").wait_for()
        page.get_by_label("What the picture shows").fill("I sing")
        page.get_by_role("button", name="Keep this").click()
        page.locator("audio").wait_for()
        row = PlanStatement.objects.get()
        assert (row.means, row.file.content_type) == ("audio", "audio/webm")
    finally:
        context.close()


def test_a_new_navigator_takes_the_first_look_of_one_student(world, navigator, guardian, browser_page):
    """Step by step, by what the screens say; left in the middle and taken up again."""
    page = enter(browser_page, navigator, f"/students/{world.student.public_id}/intake")

    page.get_by_label("In your words").fill("I am good at drawing maps.")
    page.get_by_role("button", name="Keep this and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What I can do")
    page.get_by_label("Can do").fill("Reads a map key")
    page.get_by_label("What is next").fill("Compare distances")
    page.get_by_role("button", name="Keep this").click()
    expect(page.locator("main")).to_contain_text("Reads a map key")

    page.goto("/students")  # somebody knocks at the door
    page.goto(f"/students/{world.student.public_id}/intake?step=feel")
    page.get_by_label("Yes").check()
    page.get_by_label("Who said it").select_option(label=guardian.display_name)
    page.get_by_role("button", name="Write down their answer").click()
    page.get_by_label("Can do").fill("Feels calm when drawing")
    page.get_by_role("button", name="Keep this").click()
    page.get_by_role("link", name="Go on").click()
    page.get_by_role("link", name="Go on").click()
    page.get_by_label("What the adults who teach this student do").fill("Large print")
    page.get_by_role("button", name="Keep this").click()
    page.get_by_role("link", name="Go on").click()
    page.get_by_label("Best time").fill("after six")
    page.get_by_role("button", name="Keep this").click()
    page.get_by_role("link", name="Go on").click()
    expect(page.locator("main")).to_contain_text("5 of 6 steps have something in them")
    fits(page)
    page.get_by_role("link", name="To the plan").click()
    expect(page.locator("main")).to_contain_text("I am good at drawing maps.")

    assert EntryFinding.objects.count() == 2
    assert Consent.objects.get().scribe == navigator
    assert FamilyWays.objects.get().best_time == "after six"


def test_a_class_begins_its_plans_by_keyboard_in_one_submit(world, teacher, browser_page):
    page = enter(browser_page, teacher, f"/classes/{world.section.public_id}/intake")

    page.locator('input[name^="words-"]').first.focus()
    for _child in world.students:
        page.keyboard.type("Asks good questions")
        for _stop in ("can do", "next", "keep", "name of the next one", "their words"):
            page.keyboard.press("Tab")
    page.get_by_role("button", name="Keep all lines").click()

    expect(page.locator("body")).to_contain_text("6 plans begun")
    assert Plan.objects.count() == 6
    assert PlanStatement.objects.filter(text="Asks good questions").count() == 6
    fits(page)


def test_a_family_says_its_part_asks_for_a_change_and_reads_the_answer(
    world, guardian, teacher, browser_page, client_of
):
    """F4 and F5, on a phone."""
    page = browser_page
    page.set_viewport_size({"width": 360, "height": 800})
    enter(page, guardian, f"/family/{world.student.public_id}")

    page.get_by_role("link", name="Tell us how we reach you best").click()
    page.get_by_label("Best way to reach").select_option("phone")
    page.get_by_label("An interpreter for").select_option("es")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Consents").click()
    page.locator("#consent-media").get_by_role("button", name="Yes").click()
    expect(page.locator("#consent-media")).to_contain_text("The family says yes.")
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#consent-media")).to_contain_text("This is not done now.")

    page.goto(f"/family/{world.student.public_id}")
    page.get_by_role("link", name="Propose a change").click()
    page.get_by_label("What should change, and why").fill("More time outside, please.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("main")).to_contain_text("An answer comes by")

    row = Proposal.objects.get()
    assert "More time outside, please." in client_of(teacher).get("/today").content.decode()
    client_of(teacher).post(
        f"/proposals/{row.public_id}", {"state": "accepted", "answer": "From Monday.", "version": 1}
    )
    page.reload()
    expect(page.locator("main")).to_contain_text("From Monday.")
    fits(page)


def test_a_student_says_no_to_a_suggestion(world, student, teacher, browser_page):
    """S8, with nothing asked in return."""
    propose(
        by=viewer_of(teacher),
        student=world.student,
        voice=Voice.STAFF,
        to_voice=Voice.STUDENT,
        text="Would you like to join the choir?",
        language="en",
    )
    page = enter(browser_page, student, f"/students/{world.student.public_id}/proposals")

    page.get_by_role("link", name="Answer").click()
    page.get_by_label("not this time").check()
    page.get_by_role("button", name="Send the answer").click()

    expect(page.locator("main")).to_contain_text("Not this time")
    assert Proposal.objects.get().state == "declined"


def test_the_pages_of_entry_are_open_to_everybody(world, navigator, guardian, student, teacher, browser_page):
    """No finding of the accessibility rules on any of them."""
    maya = world.student.public_id
    for person, paths in (
        (navigator, [*(f"/students/{maya}/intake?step={s}" for s in STEPS), f"/students/{maya}/consents"]),
        (teacher, [f"/classes/{world.section.public_id}/intake", f"/students/{maya}/proposals"]),
        (guardian, [f"/students/{maya}/consents", f"/students/{maya}/ways", f"/family/{maya}"]),
        (student, [f"/students/{maya}/voice", f"/students/{maya}/my-goal", f"/students/{maya}/proposals"]),
    ):
        for path in paths:
            enter(browser_page, person, path)
            found = Axe().run(browser_page).response["violations"]
            assert [(path, v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found] == []
