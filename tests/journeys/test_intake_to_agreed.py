"""From nothing to an agreed plan by what the screens say, for one student and for a class of 25 in bulk.

Both print what they took. The seconds are those of the screens; a person reads and types as well, so each thing done
is counted, and the promise (one plan in under fifteen minutes) is held with ten seconds for each tap and half a second
for each letter.
"""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from playwright.sync_api import expect

from accounts.choices import RelationshipKind, Role
from accounts.models import Relationship, SchoolYear
from success_plans.choices import AgreementAnswer, MeetingState, PlanState, StepName, Voice
from success_plans.models import Agreement, ContactAttempt, CycleStep, EntryFinding, Meeting, Plan, PlanVersion
from success_plans.recompute import run_school
from tests import factories as make
from tests.cast import add_student, relate, students_in

PATIENCE = 60_000  # milliseconds a page may take on a busy machine before the test gives up
A_TAP = 10.0
A_LETTER = 0.5
MOST = 15 * 60
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Hands:
    """Somebody at a screen, who finds everything by its words; counts what they do."""

    def __init__(self, page):
        self.page = page
        self.taps = self.letters = 0
        self.began = time.monotonic()

    def press(self, words, *, role="button", within=None, exact=False):
        self.taps += 1
        (within or self.page).get_by_role(role, name=words, exact=exact).first.click()

    def follow(self, words, **more):
        self.press(words, role="link", **more)

    def fill(self, words, text):
        self.taps += 1
        self.letters += len(text)
        self.page.get_by_label(words).first.fill(text)

    def choose(self, words, *, exact=True):
        self.taps += 1
        self.page.get_by_label(words, exact=exact).check()

    def minutes(self):
        """What a person needs for what was done, at a calm pace, and the screens on top."""
        return (self.taps * A_TAP + self.letters * A_LETTER + self.seconds()) / 60

    def seconds(self):
        return time.monotonic() - self.began


@pytest.fixture
def at_screen(chromium, live_server, client_of):
    """`at_screen(person)` sits a person down at a screen of their own."""
    opened = []

    def sit(person, **options):
        context = chromium.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900}, **options)
        context.set_default_timeout(PATIENCE)
        cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        opened.append(context)
        return Hands(context.new_page())

    yield sit
    for context in opened:
        context.close()


@pytest.fixture
def new_year(world):
    """Riverside's year began ten days ago, and everybody's circle with it."""
    SchoolYear.objects.update(starts_on=world.day(10))
    Relationship.objects.update(starts_on=world.day(10))
    return world


def answer(hands, words):
    """A family reads the version from its own page on, and answers."""
    hands.follow("Versions")
    hands.follow("Version 1")
    hands.follow("Say what you think")
    hands.choose(words)
    hands.press("Save", exact=True)
    hands.page.get_by_text("The answer stands with this version.").first.wait_for()


def test_a_new_navigator_brings_one_student_from_intake_to_an_agreed_plan(new_year, navigator, guardian, at_screen):
    world = new_year
    run_school(world.school, day=world.today)
    hands = at_screen(navigator)
    page = hands.page
    page.goto("/today")

    hands.follow("What waits for me")
    hands.follow("Take the first look")
    hands.fill("In your words", "I draw maps of stars.")
    hands.press("Keep this and go on")
    hands.fill("Can do", "Reads a map key")
    hands.fill("What is next", "Compares distances")
    hands.press("Keep this", exact=True)
    expect(page.locator("main")).to_contain_text("Reads a map key")

    run_school(world.school, day=world.today)  # what the worker does when the bell rings
    hands.follow("Work list")
    expect(page.get_by_role("link", name="Write down a talk or a try")).to_be_visible()
    expect(page.get_by_role("link", name="Take the first look")).to_have_count(0)  # closed by itself
    hands.follow("Write down a talk or a try")
    hands.choose("by phone")
    hands.choose("we talked")
    hands.fill("What should be remembered", "Evenings are best.")
    hands.press("Save this try")
    page.get_by_text("The try is in the record.").first.wait_for()

    run_school(world.school, day=world.today)
    hands.follow("Work list")
    expect(page.get_by_role("link", name="Prepare the meeting")).to_be_visible()
    expect(page.get_by_role("link", name="Write down a talk or a try")).to_have_count(0)
    hands.follow("Prepare the meeting")
    hands.press("Keep this meeting")
    hands.follow("Run this meeting")
    hands.press("Begin now")
    hands.taps += 1
    page.locator("summary", has_text="Add a goal").click()
    hands.fill("A goal we found together", "Draw a map of our street")
    hands.press("Keep this goal")
    page.locator("main").get_by_text("Draw a map of our street").first.wait_for()
    hands.fill("What the student and the family say", "Maya: yes!")
    hands.press("The meeting is over")
    page.locator("#messages").get_by_text("Here is what was decided").wait_for()

    hands.follow("Versions")
    hands.press("Share it with the family")
    hands.fill("What is this version for?", "For the autumn.")
    hands.press("Write it down as agreed")
    page.get_by_role("heading", name="Version 1").wait_for()

    home = at_screen(guardian)
    home.page.goto(f"/family/{world.student.public_id}")
    answer(home, "I agree")

    assert Plan.objects.get().state == PlanState.AGREED
    texts = {entry.get("text") for entry in PlanVersion.objects.get().content["entries"]}
    assert {"I draw maps of stars.", "Draw a map of our street"} <= texts
    assert (EntryFinding.objects.count(), ContactAttempt.objects.get().outcome) == (1, "held")
    assert Agreement.objects.get().answer == AgreementAnswer.AGREE
    print(
        f"\none student, intake to agreed: {hands.taps} actions and {hands.letters} letters in {hands.seconds():.0f} s"
        f" of screens, {hands.minutes():.1f} minutes for a person; the family's answer: {home.taps} actions"
    )
    assert hands.minutes() * 60 < MOST


@pytest.fixture
def class_of_25(new_year, teacher):
    """25 students with a family each; the class teacher is new as the navigator of all of them."""
    world = new_year
    make.RoleAssignmentFactory(person=teacher, role=Role.NAVIGATOR, school=world.school)
    before = set(world.students)
    for n in range(25 - len(before)):
        add_student(world.section, f"Child{n:02}", "New")
    everyone = students_in(world.section)
    relate(
        teacher,
        RelationshipKind.SECTION,
        [s for s in everyone if s not in before],
        section=world.section,
        starts_on=world.day(10),
    )
    Relationship.objects.filter(kind=RelationshipKind.CASELOAD).update(ends_on=world.day(1))
    relate(teacher, RelationshipKind.CASELOAD, everyone, starts_on=world.day(10))
    run_school(world.school, day=world.today)
    return everyone


def test_a_class_of_25_goes_from_intake_to_agreed_plans_in_bulk(class_of_25, new_year, teacher, guardian, at_screen):
    world = new_year
    hands = at_screen(teacher)
    page = hands.page
    page.goto(f"/classes/{world.section.public_id}")

    hands.follow("Begin the plans")
    page.get_by_label("Whose words").select_option(label="the student said it")
    hands.taps += 1
    for child in class_of_25:
        name = child.person.display_name
        hands.fill(f"A strength or an interest of {name}", "I ask good questions.")
        hands.fill(f"What {name} can do", "Explains a drawing")
    hands.press("Keep all lines and begin 25 plans")
    page.get_by_text("25 plans begun").first.wait_for()

    page.goto(f"/classes/{world.section.public_id}")
    hands.follow("Talk the class through")
    for number in range(25):
        expect(page.get_by_text(f"{number} of 25 talked about").first).to_be_attached()
        hands.fill("A strength we see", "Asks good questions")
        hands.choose("We thought about what could reach further", exact=False)
        hands.press("Keep and go on")
    hands.press("Finish the review")
    page.get_by_text("The review of this class is finished.").first.wait_for()

    hands.follow("Work list")
    hands.follow("Write down a day of conferences in one go")
    for child in class_of_25:
        hands.choose(child.person.display_name)
        hands.fill(f"What {child.person.display_name} works towards", "Build a kite")
    hands.press("Write these down as held and agreed")
    page.get_by_text("25 plans are written down as agreed.").first.wait_for()

    home = at_screen(guardian)
    home.page.goto(f"/family/{world.student.public_id}")
    answer(home, "I agree in part")

    assert Plan.objects.filter(state=PlanState.AGREED).count() == PlanVersion.objects.count() == 25
    assert Meeting.objects.filter(state=MeetingState.HELD).count() == 25
    assert Agreement.objects.get().voice == Voice.FAMILY  # nobody answered for the other 24
    run_school(world.school, day=world.today)
    waiting = CycleStep.objects.filter(student__in=class_of_25, done_on__isnull=True)
    for step in (StepName.INTAKE, StepName.CONVERSATION, StepName.CLASS_REVIEW, StepName.MEETING):
        assert not waiting.filter(step=step).exists(), step
    print(
        f"\na class of 25, intake to agreed: {hands.taps} actions and {hands.letters} letters in"
        f" {hands.seconds():.0f} s of screens, {hands.minutes() / 25:.1f} minutes a student for a person"
    )
    assert hands.minutes() * 60 / 25 < MOST / 3
