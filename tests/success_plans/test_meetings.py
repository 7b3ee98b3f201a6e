"""Meetings: planned with the right people, run by several at once, decided once, and nothing typed is lost."""

from __future__ import annotations

import html
import re
import threading
import uuid
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.choices import RelationshipKind
from accounts.models import AuditEvent, Relationship
from success_plans.choices import AttendeeRole, Interpreter, MeetingKind, MeetingState, Subject
from success_plans.errors import MeetingChangedError, PlanError
from success_plans.models import Decision, FamilyWays, Goal, Meeting, MeetingAttendee, SafetyHold
from success_plans.selectors import meetings as selectors
from success_plans.services import meetings as services
from success_plans.services.meetings import DecisionText, Guest, MeetingFacts, NewAction
from supports.models import Support
from tests import factories as make
from tests.cast import add_person, client_for, relate, sign_in, viewer_of

pytestmark = pytest.mark.django_db


def facts(world, **changes) -> MeetingFacts:
    given = {
        "kind": MeetingKind.PLAN,
        "starts_at": timezone.make_aware(datetime.combine(world.day(-3), datetime.min.time().replace(hour=15))),
        "guests": [
            Guest(AttendeeRole.STUDENT, person_id=world.student.person_id),
            Guest(AttendeeRole.FAMILY, person_id=world.people["guardian"].pk),
        ],
    }
    return MeetingFacts(**{**given, **changes})


@pytest.fixture
def meeting(world, navigator) -> Meeting:
    return services.plan_meeting(by=viewer_of(navigator), student=world.student, facts=facts(world), language="en")


@pytest.fixture
def running(meeting, navigator) -> Meeting:
    return services.start_meeting(by=viewer_of(navigator), meeting=meeting)


def decide(by, meeting, text="Read together on Sundays", **changes) -> Decision:
    return services.decide(
        by=viewer_of(by), meeting=meeting, decision=DecisionText(text, **changes), language="en", key=uuid.uuid4()
    )


# ------------------------------------------------------------------ planning
def test_a_student_is_never_the_interpreter(world, navigator):
    sibling = world.students[1].person
    with pytest.raises(PlanError):
        services.plan_meeting(
            by=viewer_of(navigator),
            student=world.student,
            facts=facts(world, guests=[Guest(AttendeeRole.INTERPRETER, person_id=sibling.pk)]),
            language="en",
        )
    assert not Meeting.objects.exists()


def test_the_form_refuses_the_student_as_interpreter_by_name(world, client_of, navigator):
    answer = client_of(navigator).post(
        reverse("meeting_plan", args=[world.student.public_id]),
        {
            "kind": "plan",
            "starts_at": "2030-01-01T15:00",
            "interpreter": "professional",
            "other_1": "maya okafor",
            "other_role_1": "interpreter",
        },
    )
    assert answer.status_code == 422
    assert "never the interpreter" in answer.text
    assert not Meeting.objects.exists()


def test_the_interpreter_need_comes_from_what_the_family_said(world, client_of, navigator, guardian):
    plan = make.PlanFactory(student=world.student)
    FamilyWays.objects.create(plan=plan, guardian=guardian, interpreter_language="es", author=guardian)
    page = client_of(navigator).get(reverse("meeting_plan", args=[world.student.public_id])).text
    assert '<option value="es" selected>' in page
    assert '<option value="missing" selected>' in page


def test_planning_needs_at_most_three_fields_and_keeps_the_circle_that_was_ticked(world, client_of, teacher, guardian):
    path = reverse("meeting_plan", args=[world.student.public_id])
    answer = client_of(teacher).post(
        path,
        {
            "kind": "plan",
            "starts_at": "2030-01-01T15:00",
            "interpreter": "not_needed",
            "people": [str(guardian.pk), str(world.student.person_id)],
            "other_1": "Ms Ortiz",
            "other_role_1": "partner",
        },
    )
    assert answer.status_code == 302
    roles = MeetingAttendee.objects.order_by("pk").values_list("person_id", "name", "role")
    assert set(roles) == {
        (guardian.pk, "", "family"),
        (world.student.person_id, "", "student"),
        (None, "Ms Ortiz", "partner"),
    }
    assert client_of(teacher).post(path, {"kind": "nonsense"}).status_code == 422


def test_two_people_changing_the_plan_of_a_meeting_both_keep_their_words(world, meeting, navigator, teacher, client_of):
    path = reverse("meeting_edit", args=[meeting.public_id])
    form = {"kind": "plan", "starts_at": "2030-01-01T15:00", "interpreter": "not_needed", "version": "1"}
    assert client_of(teacher).post(path, {**form, "agenda_extra": "The bus"}).status_code == 302
    answer = client_of(navigator).post(path, {**form, "agenda_extra": "The choir"})
    assert answer.status_code == 409
    assert "The bus" in answer.text
    assert "The choir" in answer.text
    meeting.refresh_from_db()
    assert meeting.agenda_extra == "The bus"


# ------------------------------------------------------------------ running
def test_only_who_holds_the_plan_begins_and_finishes(world, meeting, client_of, teacher, navigator, guardian):
    path = reverse("meeting_run", args=[meeting.public_id])
    assert client_of(teacher).post(path, {"what": "start"}).status_code == 403
    assert client_of(guardian).get(path).status_code == 403
    assert client_of(navigator).post(path, {"what": "start"}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.RUNNING
    finish = {"what": "finish", "assent": "", "version": meeting.version}
    assert client_of(teacher).post(path, finish).status_code == 403
    assert client_of(navigator).post(path, finish).status_code == 302
    meeting.refresh_from_db()
    assert meeting.held_at is not None


def test_a_decision_with_a_person_and_a_date_is_an_action_at_once(world, running, teacher, guardian):
    made = decide(teacher, running, owner_id=guardian.pk, due_on=world.day(-30), action=NewAction(per_week=1))
    support = made.support
    assert (support.owner, support.setting, support.sessions_per_week) == (guardian, "home", 1)
    assert (support.starts_on, support.ends_on) == (world.today, world.day(-30))
    assert support.shared_at is not None
    assert AuditEvent.objects.filter(action="decision.add").count() == 1


def test_what_is_decided_without_the_family_reaches_them_after_somebody_read_it_for_them(
    world, navigator, teacher, guardian, client_of
):
    team = facts(world, kind=MeetingKind.REVIEW, guests=[Guest(AttendeeRole.TEACHER, person_id=teacher.pk)])
    meeting = services.plan_meeting(by=viewer_of(navigator), student=world.student, facts=team, language="en")
    services.start_meeting(by=viewer_of(navigator), meeting=meeting)
    said = client_of(teacher).get(reverse("meeting_run", args=[meeting.public_id])).text
    assert "they see it after somebody has read the words for them" in said
    made = decide(teacher, meeting, "Wordsofstaff about him", owner_id=teacher.pk, due_on=world.day(-30))
    services.change_decision(
        by=viewer_of(teacher),
        decision=made,
        to=DecisionText("Wordsofstaff twice", owner_id=teacher.pk, due_on=world.day(-30)),
        version=made.version,
    )
    support = Support.objects.get()
    assert (support.shared_at, support.family_wordings) == (None, {})
    for name in ("family_child", "student_plan"):
        assert "Wordsofstaff" not in client_of(guardian).get(reverse(name, args=[world.student.public_id])).text


@pytest.mark.parametrize(("asked", "is_there", "is_shared"), [(1, None, 0), (2, None, 1), (2, False, 0)])
def test_of_two_homes_both_hear_a_decision_before_it_is_shared_as_said(
    world, navigator, teacher, guardian, asked, is_there, is_shared
):
    second = add_person("second_home")
    relate(second, RelationshipKind.GUARDIAN, [world.student])
    for person, home in ((guardian, "a"), (second, "b")):
        Relationship.objects.filter(person=person).update(household=home)
    guests = [Guest(AttendeeRole.FAMILY, person_id=one.pk) for one in (guardian, second)[:asked]]
    meeting = services.plan_meeting(
        by=viewer_of(navigator), student=world.student, facts=facts(world, guests=guests), language="en"
    )
    services.start_meeting(by=viewer_of(navigator), meeting=meeting)
    MeetingAttendee.objects.filter(person=second).update(was_there=is_there)

    decide(teacher, meeting, owner_id=teacher.pk, due_on=world.day(-30))

    assert bool(Support.objects.get().shared_at) == bool(is_shared)


def test_a_decision_without_a_person_stays_a_decision(running, teacher):
    assert decide(teacher, running).support is None
    assert not Support.objects.exists()


def test_the_same_decision_sent_twice_is_one_decision_and_one_action(world, running, teacher):
    key, viewer = uuid.uuid4(), viewer_of(teacher)
    text = DecisionText("Once", owner_id=teacher.pk, due_on=world.day(-7))
    for _time in range(2):
        services.decide(by=viewer, meeting=running, decision=text, language="en", key=key)
    assert (Decision.objects.count(), Support.objects.count()) == (1, 1)


@pytest.mark.parametrize("change", ["no words", "a stranger", "today", "too far"])
def test_a_decision_that_cannot_be_kept_writes_nothing(world, running, teacher, change):
    owner, due, text = teacher.pk, world.day(-7), "Words"
    if change == "no words":
        text = " \n"
    if change == "a stranger":
        owner = world.people["teacher_elsewhere"].pk
    if change == "today":
        due = world.today
    if change == "too far":
        due = world.day(-85)
    with pytest.raises(PlanError):
        decide(teacher, running, text, owner_id=owner, due_on=due)
    assert not Decision.objects.exists()
    assert not Support.objects.exists()


def test_nothing_is_decided_before_it_begins_or_after_it_is_over(world, meeting, navigator, teacher):
    with pytest.raises(PlanError):
        decide(teacher, meeting)
    running = services.start_meeting(by=viewer_of(navigator), meeting=meeting)
    services.finish_meeting(
        by=viewer_of(navigator), meeting=running, assent="Good", next_on=None, version=running.version
    )
    with pytest.raises(PlanError):
        decide(teacher, meeting)


def test_an_action_follows_its_decision_and_stops_with_it(world, running, teacher, navigator):
    made = decide(teacher, running)
    to = DecisionText("Choir on Tuesdays", owner_id=teacher.pk, due_on=world.day(-20))
    changed = services.change_decision(by=viewer_of(navigator), decision=made, to=to, version=1)
    support = changed.support
    assert (support.title, support.state) == ("Choir on Tuesdays", "running")
    to = DecisionText("Choir on Mondays", owner_id=navigator.pk, due_on=world.day(-20))
    changed = services.change_decision(by=viewer_of(teacher), decision=changed, to=to, version=2)
    support.refresh_from_db()
    assert (support.title, support.owner) == ("Choir on Mondays", navigator)
    with pytest.raises(MeetingChangedError):
        services.change_decision(by=viewer_of(teacher), decision=changed, to=to, version=2)
    services.withdraw_decision(by=viewer_of(teacher), decision=changed, version=3)
    support.refresh_from_db()
    assert support.state == "stopped"
    assert Decision.objects.get().withdrawn_at is not None


def test_what_was_said_to_it_is_not_overwritten_by_the_other_screen(world, running, navigator, client_of, teacher):
    path = reverse("meeting_run", args=[running.public_id])
    form = {"what": "save", "version": running.version}
    assert client_of(teacher).post(path, {**form, "assent": "Maya: yes, and my cello"}).status_code == 302
    answer = client_of(navigator).post(path, {**form, "what": "finish", "assent": "The family agrees"})
    assert answer.status_code == 409
    assert "my cello" in answer.text
    assert "The family agrees" in answer.text
    running.refresh_from_db()
    assert running.held_at is None


@pytest.mark.django_db(transaction=True)
def test_two_people_typing_at_once_lose_nothing(world, meeting, navigator, teacher):
    services.start_meeting(by=viewer_of(navigator), meeting=meeting)
    viewers = [viewer_of(navigator), viewer_of(teacher)]
    start, errors = threading.Barrier(2), []

    def type_ten(viewer) -> None:
        try:
            start.wait()
            for n in range(10):
                services.decide(
                    by=viewer,
                    meeting=meeting,
                    decision=DecisionText(f"{viewer.person_id}: {n}", owner_id=teacher.pk, due_on=world.day(-9)),
                    language="en",
                    key=uuid.uuid4(),
                )
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=type_ten, args=[viewer]) for viewer in viewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Decision.objects.count() == Support.objects.count() == 20


def test_attendance_and_a_goal_on_the_spot(world, running, client_of, navigator, guardian):
    path = reverse("meeting_run", args=[running.public_id])
    there = MeetingAttendee.objects.get(person=guardian)
    client_of(navigator).post(path, {"what": "attendance", "there": [str(there.pk), "not a number"]})
    assert dict(MeetingAttendee.objects.values_list("role", "was_there")) == {"family": True, "student": False}
    assert client_of(navigator).post(path, {"what": "goal", "goal-text": "Sing in the choir"}).status_code == 302
    assert Goal.objects.get().text == "Sing in the choir"
    assert "Sing in the choir" in client_of(navigator).get(path).text
    assert client_of(navigator).post(path, {"what": "goal", "goal-text": ""}).status_code == 422
    assert client_of(navigator).post(path, {"what": "nonsense"}).status_code == 422


def writer_on(page: str) -> str:
    """For whom the forms of a page were made."""
    return re.search(r'name="writer" value="([^"]+)"', page).group(1)


def test_what_somebody_typed_is_never_offered_to_the_next_person_on_that_machine(world, running, navigator, teacher):
    client = client_for(navigator)
    path = reverse("meeting_run", args=[running.public_id])
    page = client.get(path).text
    client.cookies.pop(settings.SESSION_COOKIE_NAME)
    client.post(path, {"what": "decision", "text": "Words worth keeping", "writer": writer_on(page)})

    sign_in(client, teacher)
    assert "Words worth keeping" not in client.get(path).text
    assert "kept_for_meeting" not in client.session, "nor does it wait for a third"


def test_what_was_typed_an_hour_ago_or_without_a_name_is_nobodys(world, running, navigator):
    path = reverse("meeting_run", args=[running.public_id])
    client = client_for(navigator)
    page = client.get(path).text
    for writer, age in ((writer_on(page), 3601), ("", 0), ("somebody:forged", 0)):
        client.cookies.pop(settings.SESSION_COOKIE_NAME)
        client.post(path, {"what": "decision", "text": "Words worth keeping", "writer": writer})
        sign_in(client, navigator)
        session = client.session
        if "kept_for_meeting" in session:
            session["kept_for_meeting"][-1] -= age
            session.save()
        assert "Words worth keeping" not in client.get(path).text


@pytest.mark.parametrize("is_fragment", [False, True])
def test_what_was_typed_when_the_session_ran_out_is_there_after_signing_in(world, running, navigator, is_fragment):
    client = client_for(navigator)
    path = reverse("meeting_run", args=[running.public_id])
    page = client.get(path).text
    client.cookies.pop(settings.SESSION_COOKIE_NAME)
    typed = {
        "what": "decision",
        "text": "Words worth keeping",
        "due_on": world.day(-9).isoformat(),
        "writer": writer_on(page),
    }

    away = client.post(path, typed, headers={"HX-Request": "true"} if is_fragment else {})

    where = away["HX-Redirect"] if is_fragment else away["Location"]
    assert where.startswith("/account/login")
    assert not Decision.objects.exists()
    sign_in(client, navigator)
    page = client.get(path).text
    assert "Words worth keeping" in page
    assert "Nothing was lost" in page
    assert "Words worth keeping" not in client.get(path).text, "once is enough"


def test_what_was_typed_before_signing_in_again_writes_over_nothing_saved_meanwhile(world, running, navigator, teacher):
    client = client_for(navigator)
    path = reverse("meeting_run", args=[running.public_id])
    page = client.get(path).text
    began = html.unescape(re.search(r'name="began" value="([^"]*)"', page).group(1))
    client.cookies.pop(settings.SESSION_COOKIE_NAME)
    typed = {"what": "save", "assent": "I like it", "version": running.version, "began": began}
    client.post(path, typed | {"writer": writer_on(page)})
    running.refresh_from_db()
    services.finish_meeting(
        by=viewer_of(teacher),
        meeting=running,
        assent="She agrees",
        next_on=None,
        version=running.version,
        is_over=False,
    )

    sign_in(client, navigator)
    page = client.get(path).text
    hidden = {
        name: html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page).group(1))
        for name in ("version", "began")
    }
    assert re.search(r'<textarea name="assent"[^>]*>\s*I like it', page)
    answer = client.post(path, {"what": "save", "assent": "I like it"} | hidden)

    assert answer.status_code == 409
    assert ("I like it" in answer.text, "She agrees" in answer.text) == (True, True)


def test_what_somebody_typed_is_shown_to_nobody_who_may_not_run_the_meeting(world, running, navigator, guardian):
    client = client_for(navigator)
    path = reverse("meeting_run", args=[running.public_id])
    page = client.get(path).text
    client.cookies.pop(settings.SESSION_COOKIE_NAME)
    client.post(path, {"what": "decision", "text": "Words worth keeping", "writer": writer_on(page)})
    sign_in(client, guardian)
    answer = client.get(path)
    assert answer.status_code == 403
    assert "Words worth keeping" not in answer.text


# ------------------------------------------------------------------ reading
def test_the_agenda_starts_with_the_students_words_and_lists_what_is_open(
    world, meeting, teacher, navigator, client_of
):
    plan = meeting.plan
    make.PlanStatementFactory(plan=plan, author=world.student.person, text="I help others.")
    make.NeedFactory(plan=plan, author=teacher, opened_on=world.today, review_on=world.day(-20))
    make.NeedFactory(
        plan=plan,
        author=navigator,
        domain="health",
        text="A closed word",
        opened_on=world.today,
        review_on=world.day(-9),
    )
    page = client_of(teacher).get(reverse("meeting", args=[meeting.public_id])).text
    assert page.index("own words") < page.index("What goes well") < page.index("What would help")
    assert "I help others." in page
    assert "A closed word" not in page
    assert navigator.display_name in page
    assert "Considered for everyone" in page


def test_the_page_costs_the_same_whatever_the_plan_holds(world, meeting, navigator):
    viewer = viewer_of(navigator)

    def fill() -> None:
        make.PlanStatementFactory(plan=meeting.plan, author=world.student.person)
        make.GoalFactory(plan=meeting.plan, author=world.student.person)
        make.NeedFactory(plan=meeting.plan, author=world.people["teacher"])
        make.SupportFactory(student=world.student, owner=world.people["teacher"])

    fill()
    few = _queries(viewer, meeting, world)
    for _n in range(12):
        fill()
    assert _queries(viewer, meeting, world) == few


class _Counting:
    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, execute, sql, params, many, context):
        self.seen += 1
        return execute(sql, params, many, context)


def _queries(viewer, meeting, world) -> int:
    counting = _Counting()
    with connection.execute_wrapper(counting):
        selectors.meeting_page(viewer=viewer, student=world.student, meeting=meeting)
    return counting.seen


def test_the_other_household_learns_nothing_of_a_meeting_it_was_not_asked_to(world, meeting, guardian, client_of):
    Relationship.objects.filter(person=guardian).update(household="one")
    other = add_person("other_home")
    relate(other, RelationshipKind.GUARDIAN, [world.student])
    Relationship.objects.filter(person=other).update(household="two")
    path = reverse("meeting", args=[meeting.public_id])
    assert client_of(guardian).get(path).status_code == 200
    assert client_of(other).get(path).status_code == 404
    assert str(meeting.public_id) not in client_of(other).get(reverse("meetings", args=[world.student.public_id])).text
    MeetingAttendee.objects.create(meeting=meeting, person=other, role="family")
    page = client_of(other).get(path).text
    assert guardian.display_name not in page


def test_a_meeting_on_hold_is_gone_for_the_family_and_stays_for_the_school(
    world, meeting, guardian, teacher, client_of
):
    SafetyHold.objects.create(
        student=world.student, about=Subject.MEETING, about_id=meeting.public_id, reason="safety", placed_by=teacher
    )
    path = reverse("meeting", args=[meeting.public_id])
    assert client_of(guardian).get(path).status_code == 404
    assert client_of(world.people["student"]).get(path).status_code == 404
    assert client_of(teacher).get(path).status_code == 200


def test_what_is_not_translated_says_so_and_can_be_asked_for(world, meeting, teacher, client_of):
    make.PlanStatementFactory(
        plan=meeting.plan, author=world.people["guardian"], text="Le gusta cantar.", language="es"
    )
    page = client_of(teacher).get(reverse("meeting", args=[meeting.public_id])).text
    assert "Not all in your language yet" in page
    assert "Ask for this in English" in page


def test_a_lead_says_why_first_and_a_stranger_finds_nothing(world, meeting, client_of, principal, teacher_elsewhere):
    path = reverse("meeting", args=[meeting.public_id])
    assert client_of(principal).get(path).status_code == 302
    assert client_of(teacher_elsewhere).get(path).status_code == 404
    assert client_of(teacher_elsewhere).get(reverse("meeting_print", args=[meeting.public_id])).status_code == 404


# ------------------------------------------------------------------ the student's conference
def test_a_student_prepares_and_everybody_of_the_circle_sees_it_but_does_not_write_it(
    world, meeting, student, guardian, teacher, client_of
):
    strength = make.PlanStatementFactory(plan=meeting.plan, author=student, text="I explain things well.")
    path = reverse("conference", args=[world.student.public_id])
    form = {
        "strengths": [str(strength.public_id)],
        "proud": "My bridge",
        "questions": "May I join the choir?",
        "language": "en",
        "version": meeting.version,
    }
    assert client_of(teacher).post(path, form).status_code == 403
    assert client_of(guardian).post(path, form).status_code == 403
    assert client_of(student).post(path, {**form, "strengths": [str(uuid.uuid4())]}).status_code == 422
    assert client_of(student).post(path, form).status_code == 302
    show = client_of(guardian).get(reverse("conference_show", args=[world.student.public_id])).text
    assert "I explain things well." in show
    assert "My bridge" in show
    agenda = client_of(teacher).get(reverse("meeting", args=[meeting.public_id])).text
    assert agenda.index("May I join the choir?") < agenda.index("What goes well")
    assert client_of(student).post(path, form).status_code == 409, "an old page does not overwrite"


def test_without_a_planned_meeting_the_conference_says_what_to_do(world, student, client_of):
    page = client_of(student).get(reverse("conference", args=[world.student.public_id]))
    assert page.status_code == 200
    assert "No meeting is planned yet" in page.text


def test_calling_a_meeting_off_keeps_it_in_the_list(world, meeting, navigator, client_of):
    client_of(navigator).post(reverse("meeting_cancel", args=[meeting.public_id]))
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CANCELLED
    assert "called off" in client_of(navigator).get(reverse("meetings", args=[world.student.public_id])).text
    with pytest.raises(PlanError):
        services.start_meeting(by=viewer_of(navigator), meeting=meeting)


def test_an_interpreter_is_said_in_words(world, navigator):
    row = services.plan_meeting(
        by=viewer_of(navigator),
        student=world.student,
        facts=facts(world, interpreter=Interpreter.PHONE, interpreter_language="es"),
        language="en",
    )
    page = selectors.meeting_page(viewer=viewer_of(navigator), student=world.student, meeting=row)
    assert page.interpreter == "with an interpreter by phone or video (Spanish)"


def test_decisions_of_last_time_come_back_until_their_action_ends(world, running, navigator, teacher):
    open_one = decide(teacher, running, "Bring the cello", owner_id=teacher.pk, due_on=world.day(-9))
    services.finish_meeting(by=viewer_of(navigator), meeting=running, assent="", next_on=None, version=running.version)
    later = facts(world, starts_at=timezone.now() + timedelta(days=40))
    row = services.plan_meeting(by=viewer_of(navigator), student=world.student, facts=later, language="en")

    def last_time() -> list[str]:
        page = selectors.meeting_page(viewer=viewer_of(navigator), student=world.student, meeting=row)
        return [i.what.text for point in page.agenda if point.kind == "decisions" for i in point.items]

    assert last_time() == ["Bring the cello"]
    Support.objects.filter(pk=open_one.support_id).update(state="finished")
    assert last_time() == []
