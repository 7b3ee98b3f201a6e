"""Two people in one form of a plan: the second keeps what they touched and loses nothing the first one wrote."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from success_plans.choices import MeetingKind, PointerKind
from success_plans.models import Goal, Meeting, PlanPointer
from success_plans.services import actions, blocks, meetings
from success_plans.services import plans as services
from success_plans.services.actions import ActionText
from success_plans.services.blocks import Pointed
from success_plans.services.meetings import MeetingFacts
from success_plans.services.plans import GoalText
from supports.choices import Setting, SupportType
from supports.models import Support
from tests.cast import viewer_of

pytestmark = pytest.mark.django_db


def filled(answer):
    """What a browser would send of the form on this page if nobody touched it."""
    form = answer.context["form"]
    return {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}


@pytest.fixture
def goal(world, teacher):
    text = GoalText("Read maps", why="To travel", measure="maps read", target="3", due_on=world.today)
    return services.set_goal(by=viewer_of(teacher), student=world.student, goal=text, language="en")


def test_what_the_second_one_never_touched_stays_as_the_first_one_saved_it(world, goal, teacher, co_teacher, client_of):
    address = reverse("goal_edit", args=[goal.public_id])
    second = client_of(co_teacher)
    opened = filled(second.get(address))
    later = (world.today + timedelta(days=20)).isoformat()
    first = filled(client_of(teacher).get(address)) | {"steps": "Walk to the library", "due_on": later}
    assert client_of(teacher).post(address, first).status_code == 302

    answer = second.post(address, opened | {"measure": "streets found"})

    assert answer.status_code == 409
    conflict = answer.text.split('class="conflict"')[1].split("</section>")[0]
    assert "Next small step: Walk to the library" in conflict
    assert "By: " in conflict
    assert "they stand below as the other one saved them: Next small step, By" in conflict
    assert "How we will see it" not in conflict, "nobody else touched it"
    assert second.post(address, filled(answer)).status_code == 302
    stands = Goal.objects.get()
    assert (stands.steps, stands.due_on.isoformat(), stands.measure) == ("Walk to the library", later, "streets found")
    assert (stands.text, stands.why, stands.target) == ("Read maps", "To travel", "3")


def test_a_field_both_touched_shows_both_and_keeps_what_was_typed(goal, teacher, co_teacher, client_of):
    address = reverse("goal_edit", args=[goal.public_id])
    second = client_of(co_teacher)
    opened = filled(second.get(address))
    assert client_of(teacher).post(address, opened | {"why": "To find home"}).status_code == 302

    answer = second.post(address, opened | {"why": "For the bus"})

    conflict = answer.text.split('class="conflict"')[1].split("</section>")[0]
    assert "Why it matters to me: For the bus" in conflict
    assert "Why it matters to me: To find home" in conflict
    assert "You had not touched" not in conflict
    assert answer.context["form"]["why"].value() == "For the bus"
    assert Goal.objects.get().why == "To find home"


@pytest.mark.parametrize("began", ["", "[]", "{", '{"why": 5}', "null"])
def test_a_form_that_does_not_say_what_it_showed_overwrites_nothing_unseen(goal, teacher, co_teacher, client_of, began):
    address = reverse("goal_edit", args=[goal.public_id])
    second = client_of(co_teacher)
    opened = filled(second.get(address)) | {"began": began}
    client_of(teacher).post(address, opened | {"steps": "Walk to the library"})

    answer = second.post(address, opened)

    assert answer.status_code == 409
    assert "Next small step: Walk to the library" in answer.text


def test_a_goal_keeps_the_language_it_is_said_to_be_written_in(goal, teacher, client_of):
    address = reverse("goal_edit", args=[goal.public_id])
    browser = client_of(teacher)
    assert browser.post(address, filled(browser.get(address)) | {"language": "es"}).status_code == 302
    assert Goal.objects.get().language == "es"


def test_an_action_keeps_the_familys_words_the_second_one_never_touched(world, teacher, co_teacher, client_of):
    text = ActionText(
        title="Map club",
        type=SupportType.CORE,
        setting=Setting.SCHOOL,
        owner_id=teacher.pk,
        starts_on=world.today,
        ends_on=world.today + timedelta(weeks=4),
    )
    row = actions.start_action(by=viewer_of(teacher), student=world.student, action=text)
    address = reverse("action_change", args=[row.public_id])
    second = client_of(co_teacher)
    opened = filled(second.get(address))
    first = opened | {"family_es": "Dibujamos mapas.", "reason": "In Spanish too", "step": "keep"}
    assert client_of(teacher).post(address, first).status_code == 302

    answer = second.post(address, opened | {"minutes": "40", "reason": "More time", "step": "keep"})

    assert answer.status_code == 409
    assert "Dibujamos mapas." in answer.text.split('class="conflict"')[1].split("</section>")[0]
    assert second.post(address, filled(answer) | {"step": "keep"}).status_code == 302
    stands = Support.objects.get()
    assert (stands.minutes, stands.family_wordings["es"]["family"]) == (40, "Dibujamos mapas.")


def test_a_pointer_keeps_who_manages_it(world, teacher, navigator, co_teacher, client_of):
    row = blocks.point_to(
        by=viewer_of(navigator),
        student=world.student,
        kind=PointerKind.IEP,
        pointer=Pointed("drawer", accommodations="More time"),
        language="en",
    )
    address = reverse("pointer_edit", args=[row.public_id])
    first, second = client_of(navigator), client_of(teacher)
    opened = filled(second.get(address))
    sent = filled(first.get(address)) | {"case_manager": str(teacher.pk), "kept_where": "office"}
    assert first.post(address, sent).status_code == 302

    answer = second.post(address, opened | {"accommodations": "A quiet room"})

    assert answer.status_code == 409
    assert f": {teacher.display_name}" in answer.text
    assert second.post(address, filled(answer)).status_code == 302
    stands = PlanPointer.objects.get()
    assert (stands.case_manager_id, stands.kept_where, stands.accommodations) == (teacher.pk, "office", "A quiet room")


def test_a_meeting_keeps_its_place_and_guests(world, navigator, teacher, guardian, client_of):
    starts = timezone.now() + timedelta(days=5)
    facts = MeetingFacts(kind=MeetingKind.PLAN, starts_at=starts, place="Room 1")
    meeting = meetings.plan_meeting(by=viewer_of(navigator), student=world.student, facts=facts, language="en")
    address = reverse("meeting_edit", args=[meeting.public_id])
    first, second = client_of(navigator), client_of(teacher)
    opened = filled(second.get(address))
    sent = filled(first.get(address)) | {"place": "Library", "people": [str(guardian.pk)]}
    assert first.post(address, sent).status_code == 302

    answer = second.post(address, opened | {"agenda_extra": "The choir"})

    assert answer.status_code == 409
    assert "Library" in answer.text.split('class="conflict"')[1].split("</section>")[0]
    assert second.post(address, filled(answer)).status_code == 302
    stands = Meeting.objects.get()
    assert (stands.place, stands.agenda_extra) == ("Library", "The choir")
    assert guardian.pk in stands.attendees.values_list("person", flat=True)
