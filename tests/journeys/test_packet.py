"""A plan leaves one instance and arrives in another, empty one: whoever keeps the records does both in the browser."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from accounts.choices import ReadPurpose, Role
from accounts.models import Student
from success_plans.choices import ConsentKind, PlanState
from success_plans.models import Consent, Plan, Proposal
from success_plans.selectors.consents import may
from success_plans.selectors.moments import snapshot
from success_plans.selectors.packets import MODELS
from success_plans.services import versions
from success_plans.transfer.packet import unpack
from success_plans.versions.snapshot import to_json
from tests import factories as make
from tests.browsers import browser_sign_in
from tests.cast import add_person, viewer_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lived_plan(world, student, navigator, guardian, teacher):
    """Maya's plan after an autumn: said, agreed, answered, with a flag and words that were never shown."""
    maya = world.student
    plan = make.PlanFactory(student=maya, created_by=navigator, state=PlanState.CONSULTATION)
    make.PlanStatementFactory(plan=plan, author=student, text="I draw maps.")
    make.NeedFactory(plan=plan, author=teacher, text="More time to read.")
    goal = make.GoalFactory(plan=plan, author=student, text="I can compare two maps.")
    make.SupportFactory(student=maya, owner=teacher, family_wordings={"en": {"family": "LAPSED WORDS"}})
    make.FlagFactory(student=maya, competency=world.idea["compare"], owner=teacher, dismiss_note="FLAG WORDS")
    Consent.objects.create(student=maya, kind="media", given_by=guardian, is_yes=True, given_on=world.today)
    Proposal.objects.create(
        plan=plan, goal=goal, voice="family", to_voice="staff", text="Could we use the bus map?", state="accepted",
        answer="Gladly.", answered_by=navigator, language="en", author=guardian, answer_by=world.today,
    )  # fmt: skip
    versions.agree_version(by=viewer_of(navigator), student=maya, reason="Autumn.")
    return plan


def told(viewer, student):
    """The whole plan as it is told, with the student named alike in both places."""
    whole = to_json(snapshot(viewer=viewer, student=student)) | {"student": ""}
    return json.loads(json.dumps(whole).replace(str(student.person.public_id), "the student"))


def test_a_plan_is_sent_from_one_instance_and_arrives_whole_in_an_empty_one(
    world, lived_plan, browser_page, navigator, plan_lead, tmp_path
):
    page, moved = browser_page, tmp_path / "plan.zip"
    before = told(viewer_of(navigator), world.student)
    there = {name: model._default_manager.count() for name, model in MODELS.items()}

    browser_sign_in(page, plan_lead)
    page.goto(f"/students/{world.student.public_id}/packet")
    page.get_by_label(str(ReadPurpose.RECORDS.label)).check()
    page.get_by_role("button", name="Open the plan").click()
    page.get_by_label("Who receives it").fill("Far Away School")
    page.get_by_label("Why").fill("Enrolled there.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the packet").click()
    download.value.save_as(moved)
    assert "maya" not in download.value.suggested_filename.lower()

    # nothing of the first instance is left
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    make.DistrictFactory()
    far = make.SchoolFactory(name="Far Away")
    child = make.StudentFactory(school=far, person__given_name="Maya", person__family_name="Okafor")
    lead = add_person("far_lead", Role.PLAN_LEAD, far)

    browser_sign_in(page, lead)
    page.goto(f"/schools/{far.public_id}/packets")
    page.get_by_label("Transfer packet").set_input_files(moved)
    page.get_by_role("button", name="Look at the packet").click()
    assert not Plan.objects.exists()
    page.get_by_label("Maya Okafor").check()
    page.get_by_role("button", name="Take the plan in").click()
    page.get_by_text("The plan is here now").wait_for()

    assert Student.objects.get() == child  # nobody was made a second time
    assert told(viewer_of(lead), child) == before
    assert {name: model._default_manager.count() for name, model in MODELS.items()} == there
    packet, _sum = unpack(moved.read_bytes())
    for gone in ("FLAG WORDS", "LAPSED WORDS"):
        assert gone.encode() not in moved.read_bytes()
        assert gone not in str(packet)

    page.goto(f"/students/{child.public_id}/plan")
    page.get_by_label(str(ReadPurpose.RECORDS.label)).check()
    page.get_by_role("button", name="Open the plan").click()
    words = page.inner_text("main")
    for kept in ("I draw maps.", "I can compare two maps."):
        assert kept in words
    for gone in ("FLAG WORDS", "LAPSED WORDS"):
        assert gone not in words
    assert Consent.objects.get().elsewhere == "Riverside"
    assert not may(child, ConsentKind.MEDIA)  # told, and in force only where it was given
