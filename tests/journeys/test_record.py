"""T2, T12, T16, T17: a check-in on a phone, tries to reach a family, a working note, one line of everything."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from success_plans.choices import NeedDomain
from success_plans.models import CheckIn, ContactAttempt, WorkingNote
from tests import factories as make
from tests.cast import see

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 20_000
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def profile(chromium, live_server, client_of):
    """`profile(person)` is a browser profile signed in as them; all are closed before the database is emptied."""
    opened = []

    def open_as(person, **options):
        options = {"viewport": {"width": 1280, "height": 900}, "locale": "en-US"} | options
        context = chromium.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE)
        cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        opened.append(context)
        return context

    yield open_as
    for context in opened:
        context.close()


def kept_by(page):
    """What the device keeps, as the browser would give it away: encrypted bytes and nothing to read."""
    return page.evaluate(
        """async () => {
            const base = await new Promise((done) => {
                const asked = indexedDB.open("throughline-check-ins", 1);
                asked.onsuccess = () => done(asked.result);
            });
            const all = (name) => new Promise((done) => {
                const asked = base.transaction(name).objectStore(name).getAll();
                asked.onsuccess = () => done(asked.result);
            });
            const [waiting, keys] = [await all("waiting"), await all("keys")];
            base.close();
            return {
                fields: waiting.map((one) => Object.keys(one).sort()),
                text: waiting.map((one) => new TextDecoder().decode(one.data)).join(),
                exportable: keys.map((one) => one.secret.extractable),
            };
        }"""
    )


def test_t2_a_check_in_on_a_phone_takes_three_taps_and_one_without_a_connection_is_sent_once(
    world, profile, teacher, capsys
):
    phone = profile(teacher, viewport=PHONE, has_touch=True, is_mobile=True)
    page = phone.new_page()
    page.goto("/today")
    taps, started = 0, time.monotonic()
    for target in (
        lambda: page.get_by_role("link", name="Check in").first,
        lambda: page.get_by_role("link", name="Maya Okafor"),
        lambda: page.get_by_role("button", name="Going well"),
    ):
        target().tap()
        taps += 1
    expect(page.get_by_text("Saved. Going well")).to_be_visible()
    took = time.monotonic() - started
    assert CheckIn.objects.get().student == world.student
    with capsys.disabled():
        print(f"\na check-in at 360 px: {taps} taps, {took:.1f} s")
    assert taps <= 3
    assert took < 20

    # taken back, and said
    page.get_by_role("button", name="Take it back").last.tap()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    assert CheckIn.objects.get().undone_at is not None

    # without a connection, in the list that is open
    page.evaluate("navigator.serviceWorker.ready")
    phone.set_offline(True)
    page.get_by_role("link", name="Ben Alder").tap()
    page.locator("li", has_text="Ben Alder").locator("textarea").fill("A secret sentence")
    page.get_by_role("button", name="Something to follow up").tap()
    expect(page.get_by_text("Kept on this device.")).to_be_visible()
    expect(page.get_by_text("One check-in waits on this device.")).to_be_visible()
    kept = kept_by(page)
    assert kept["fields"] == [["data", "iv", "key", "person"]]
    assert kept["exportable"] == [False]
    assert str(world.students[1].public_id) not in kept["text"]
    assert CheckIn.objects.count() == 1

    # a name followed without a connection leads to the page that names nobody
    other = phone.new_page()
    other.goto(f"/students/{world.students[2].public_id}/check-in")
    assert "Chloé" not in other.content()
    other.get_by_role("button", name="Going well").tap()
    expect(other.get_by_text("2 check-ins wait on this device.")).to_be_visible()

    # back online, in two tabs at once: each exactly once
    second = phone.new_page()
    phone.set_offline(False)
    second.goto("/check-in")
    page.evaluate("dispatchEvent(new Event('online')); dispatchEvent(new Event('online'))")
    expect(second.locator("[data-waits]")).to_have_count(0)
    expect(page.locator("[data-waits]")).to_have_count(0)
    rows = CheckIn.objects.filter(undone_at__isnull=True).order_by("met_at")
    assert [(row.student, row.how, row.note) for row in rows] == [
        (world.students[1], "follow_up", ""),
        (world.students[2], "well", ""),
    ]
    assert kept_by(second)["fields"] == []


def test_t2_signing_out_warns_of_what_was_not_sent_and_erases_it(world, profile, teacher):
    context = profile(teacher)
    page = context.new_page()
    page.goto(f"/students/{world.student.public_id}/check-in")
    context.set_offline(True)
    page.get_by_role("button", name="Going well").click()
    expect(page.get_by_text("One check-in waits on this device.")).to_be_visible()
    # in this order: the moment the connection is back, what waits is sent
    context.route("**/check-in/sync", lambda route: route.abort())
    context.set_offline(False)

    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("Something of yours on this device is not sent yet.")).to_be_visible()
    page.get_by_role("button", name="Stay, and send them first").click()
    assert page.evaluate("localStorage.getItem('check-ins')") == "1"
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Sign out and erase them").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()

    assert page.evaluate("localStorage.getItem('check-ins')") is None
    assert "throughline-check-ins" not in page.evaluate(
        "indexedDB.databases().then((all) => all.map((one) => one.name))"
    )
    assert not CheckIn.objects.exists()


def test_t2_what_a_colleague_left_on_a_shared_tablet_survives_another_person_and_is_sent_when_they_are_back(
    world, profile, client_of, live_server, teacher, co_teacher
):
    def signs_in(person):
        cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
        tablet.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])

    tablet = profile(teacher)
    page = tablet.new_page()
    sent = []
    tablet.route("**/check-in/sync", lambda route: route.abort())
    page.goto(f"/students/{world.student.public_id}/check-in")
    page.get_by_role("button", name="Going well").click()
    expect(page.get_by_text("One check-in waits on this device.")).to_be_visible()

    # somebody else takes the tablet: they are told, sign out without a question, and erase nothing
    signs_in(co_teacher)
    page.goto("/check-in")
    expect(page.get_by_text("Entries of somebody else wait on this device.")).to_be_visible()
    expect(page.locator("[data-waits]")).to_have_count(0)
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert page.evaluate("localStorage.getItem('check-ins')") == "1"

    # back again, with more than one request may bring, one of them of a kind nobody knows any more
    signs_in(teacher)
    page.goto("/check-in")
    expect(page.get_by_text("One check-in waits on this device.")).to_be_visible()
    refused = page.evaluate(
        """async (student) => {
            const checkins = document.querySelector("script[src*=checkins]").src;
            const { Queue } = await import(checkins.replace("checkins", "waiting"));
            const place = document.getElementById("check-ins");
            const queue = new Queue({ kind: "check-ins", parts: ["student", "how", "met_at"], place });
            const met_at = "2026-01-02T10:00:00Z";
            const made = (more) => queue.keep({ key: crypto.randomUUID(), student, how: "well", met_at, ...more });
            await made({ how: "renamed", met_at: new Date().toISOString() });
            await Promise.all(Array.from({ length: 210 }, () => made({})));

            // one whose key is gone, the last by its own key; and one that is kept while another tab signs out
            const changed = (name, change) => queue.inStore([name], "readwrite", (store) => new Promise((done) => {
                change(store(name)).onsuccess = done;
            }));
            const [iv, data] = [new Uint8Array(12), new Uint8Array(32)];
            await changed("waiting", (store) => store.put({ key: "~", person: place.dataset.person, iv, data }));
            const away = new Queue({ kind: "check-ins", parts: [], place });
            away.whose = async () => "somebody who signs out";
            away.keyOf = async (person) => {
                const secret = await queue.keyOf(person);
                await changed("keys", (store) => store.delete(person));
                return secret;
            };
            return away.keep({ key: crypto.randomUUID() }).then(() => "", (error) => error.message);
        }""",
        str(world.student.public_id),
    )
    assert refused == "signed out"
    tablet.unroute("**/check-in/sync")
    page.on(
        "request", lambda one: sent.append(one.post_data_json["items"]) if one.url.endswith("/check-in/sync") else 0
    )
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("It could not be read any more. Write it down again.")).to_have_count(2)
    expect(page.locator("[data-waits]")).to_have_count(0)
    assert [len(items) for items in sent] == [100, 100, 12]
    assert CheckIn.objects.get().by == teacher
    assert kept_by(page)["fields"] == []


def test_t12_tries_are_written_down_with_what_came_of_them(world, profile, navigator):
    page = profile(navigator, viewport=PHONE).new_page()
    page.goto(f"/students/{world.student.public_id}/contacts")
    assert "3 more tries" in page.inner_text("main")
    for mode, outcome in (("by phone", "no answer"), ("by phone", "left a message"), ("by letter", "left a message")):
        page.get_by_label(mode, exact=True).check()
        page.get_by_label(outcome, exact=True).check()
        page.get_by_role("button", name="Save this try").click()
        page.get_by_text("The try is in the record.").first.wait_for()
    assert "closed as not reached" in page.inner_text("main")
    assert ContactAttempt.objects.count() == 3
    page.get_by_role("link", name="Tries so far").click()
    expect(page.locator(".record-entry")).to_have_count(3)


def test_t16_a_working_note_is_labelled_hidden_and_becomes_an_entry(world, profile, teacher, navigator, guardian):
    page = profile(teacher).new_page()
    page.goto(f"/students/{world.student.public_id}/notes")
    assert "Part of the record if a family asks" in page.inner_text("main")
    page.get_by_label("Note to yourself").fill("Reads the clock by herself")
    page.get_by_role("button", name="Keep this note").click()
    page.locator("li.sheet").wait_for()
    assert WorkingNote.objects.get().purge_on == world.today + timedelta(days=60)
    page.get_by_role("link", name="Make it an entry of the record").click()
    page.get_by_role("button", name="Put it into the record").click()
    page.wait_for_url("**/timeline")
    home = profile(guardian).new_page()
    home.goto(f"/students/{world.student.public_id}/timeline")
    assert "Reads the clock by herself" in home.inner_text("main")


def test_t17_one_line_of_everything_and_what_is_closed_names_its_owner(
    world, profile, teacher, navigator, guardian, partner
):
    plan = make.PlanFactory(student=world.student, created_by=navigator)
    make.PlanStatementFactory(plan=plan, author=world.student.person, text="I explain with drawings")
    make.NeedFactory(plan=plan, author=navigator, domain=NeedDomain.HEALTH, text="A matter of health")
    see(teacher, world.student, world.idea["compare"], 3)
    CheckIn.objects.create(
        student=world.student, by=navigator, met_at=timezone.now(), how="celebrate", language="en", key=uuid.uuid4()
    )
    page = profile(teacher, java_script_enabled=False).new_page()
    page.goto(f"/students/{world.student.public_id}/timeline")
    text = page.inner_text("main")
    assert "Something to celebrate" in text
    assert "Shown for the first time: Compare" in text
    assert f"A support exists. Ask {navigator.display_name}." in text
    assert "health" not in text
    page.get_by_role("link", name="Check-ins", exact=True).click()
    expect(page.locator(".record-entry")).to_have_count(1)

    # a statement is added, without a script, and the family reads it
    page.goto(f"/students/{world.student.public_id}/timeline")
    page.get_by_role("link", name="Strengths").click()
    page.get_by_label("Your statement").fill("She did so for the whole class")
    page.get_by_role("button", name="Add it").click()
    home = profile(guardian).new_page()
    home.goto(f"/students/{world.student.public_id}/timeline")
    assert "She did so for the whole class" in home.inner_text("main")
    assert "A matter of health" in home.inner_text("main")
    outside = profile(partner).new_page()
    assert outside.goto(f"/students/{world.student.public_id}/timeline").status == 404
