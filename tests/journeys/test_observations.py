"""T5: a photo as evidence, on a phone; an observation without a connection is sent once; S4's family side."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import expect

from assessments.models import Evidence, EvidenceFile
from success_plans.choices import ConsentKind
from success_plans.models import Consent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 20_000
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def profile(chromium, live_server, client_of):
    """`profile(person)` is a browser profile signed in as them; all are closed before the database is emptied."""
    opened = []

    def open_as(person, **options):
        context = chromium.new_context(base_url=live_server.url, locale="en-US", **options)
        context.set_default_timeout(PATIENCE)
        cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        opened.append(context)
        return context

    yield open_as
    for context in opened:
        context.close()


def kept_by(page):
    """What the device keeps, as the browser would give it away."""
    return page.evaluate(
        """async () => {
            const base = await new Promise((done) => {
                const asked = indexedDB.open("throughline-observations", 1);
                asked.onsuccess = () => done(asked.result);
            });
            const waiting = await new Promise((done) => {
                const asked = base.transaction("waiting").objectStore("waiting").getAll();
                asked.onsuccess = () => done(asked.result);
            });
            base.close();
            return waiting.map((one) => new TextDecoder().decode(one.data)).join();
        }"""
    )


def test_t5_a_photo_is_evidence_and_without_a_connection_an_observation_waits_and_is_sent_once(
    world, profile, teacher, guardian, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path
    Consent.objects.create(
        student=world.student, kind=ConsentKind.MEDIA, is_yes=True, given_by=guardian, given_on=world.today
    )
    drawing = tmp_path / "drawing.jpg"
    Image.new("RGB", (200, 120), "gold").save(drawing)
    phone = profile(teacher, viewport=PHONE, has_touch=True, is_mobile=True)
    page = phone.new_page()
    address = f"/students/{world.student.public_id}/observe"
    page.goto(address)
    page.get_by_label("A photo").set_input_files(drawing)
    page.get_by_label("What the file shows").fill("A number line with twelve parts")
    page.get_by_role("button", name="Save the note").tap()
    expect(page.get_by_role("heading", name="What could come next")).to_be_visible()
    assert EvidenceFile.objects.get().file.kind == "picture"
    page.get_by_role("link", name="Why it stands here").tap()
    page.locator("summary", has_text="does not count").tap()
    expect(page.get_by_alt_text("A number line with twelve parts")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

    # without a connection: ids and a level are kept, words stay on the page
    page.goto(address)
    phone.set_offline(True)
    page.locator("#live p").tap()
    page.get_by_label("What I saw").fill("A secret sentence")
    page.get_by_role("button", name="Save the note").tap()
    expect(page.locator("#observations").get_by_text("They stay on this page")).to_be_visible()
    assert kept_by(page) == ""
    page.locator("#live p").tap()
    page.get_by_label("What I saw").fill("")
    page.locator("label.level-choice").nth(2).tap()
    page.get_by_role("button", name="Save the note").tap()
    expect(page.get_by_text("Kept on this device. It is sent")).to_be_visible()
    expect(page.get_by_text("One observation waits on this device.")).to_be_visible()
    assert str(world.student.public_id) not in kept_by(page)
    assert Evidence.objects.count() == 1

    # back online, in two tabs at once: exactly once
    other = phone.new_page()
    phone.set_offline(False)
    other.goto(address)
    page.evaluate("dispatchEvent(new Event('online')); dispatchEvent(new Event('online'))")
    for tab in (page, other):
        expect(tab.locator("[data-waits]")).to_have_count(0)
    assert kept_by(other) == ""
    sent = Evidence.objects.get(files__isnull=True)
    assert (sent.student, sent.value, sent.note) == (world.student, 3, "")


def test_what_a_family_saw_is_accepted_and_they_read_what_became_of_it(world, profile, teacher, guardian):
    home = profile(guardian, viewport=PHONE).new_page()
    home.goto(f"/family/{world.student.public_id}")
    home.get_by_role("link", name="Tell us what you see at home").click()
    home.get_by_role("link", name=re.compile("Tell us what you saw")).click()
    home.get_by_label("What did you see?").fill("Halved the recipe, and checked it.")
    home.get_by_role("button", name="Send it").click()
    expect(home.get_by_text("A teacher has not read it yet.")).to_be_visible()

    school = profile(teacher).new_page()
    school.goto("/observations/waiting")
    school.get_by_role("link", name=re.compile("Look at it and answer")).click()
    school.get_by_label("It counts from now on").check()
    school.locator("label.level-choice").nth(2).click()
    school.get_by_label("A sentence to whoever sent it").fill("Thank you, we build on this.")
    school.get_by_role("button", name="Answer").click()
    expect(school.get_by_role("heading", name="What could come next")).to_be_visible()

    home.reload()
    expect(home.get_by_text("It counts now.")).to_be_visible()
    expect(home.get_by_text("Thank you, we build on this.")).to_be_visible()
    assert Evidence.objects.get(superseded_at__isnull=True).is_accepted
