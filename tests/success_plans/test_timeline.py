"""The running record: one line of everything, for each reader what is theirs to read, at a constant price."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from accounts.choices import GuardianBlock, RelationshipKind
from accounts.models import GuardianLimit, Relationship
from assessments.models import Evidence
from success_plans import models
from success_plans.choices import Audience, FindingArea, NeedDomain, NeedState, Subject, Voice
from success_plans.selectors.timeline import entry_of, timeline
from success_plans.selectors.timeline.wording import facts_of
from success_plans.services.amendments import amend
from success_plans.services.holds import end_hold, place_hold
from success_plans.services.plans import end_need, note_need
from success_plans.timeline import PAGE, Mark
from supports.models import ReferralEvent, SupportSession
from tests import factories as make
from tests.cast import add_person, relate, see, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(world, navigator):
    return make.PlanFactory(student=world.student, created_by=navigator)


def lines(person, world, **asked):
    record = timeline(viewer=viewer_of(person), student=world.student, **asked)
    return [entry for stretch in record.stretches for entry in stretch.entries]


def titles(person, world, **asked):
    return [entry.title for entry in lines(person, world, **asked)]


def at_noon(day):
    return timezone.make_aware(datetime.combine(day, time(12)))


def check_in(world, by, *, ago=0, note="", how="well"):
    return models.CheckIn.objects.create(
        student=world.student, by=by, met_at=timezone.now() - timedelta(days=ago), how=how, note=note, language="en",
        key=uuid.uuid4(),
    )  # fmt: skip


def contact(world, by, guardian, **fields):
    return models.ContactAttempt.objects.create(
        student=world.student, guardian=guardian, by=by, tried_at=timezone.now(), mode="phone", outcome="held",
        key=uuid.uuid4(), **fields,
    )  # fmt: skip


def one_of_everything(world, plan):
    """At least one row behind every branch."""
    by, family = world.people["navigator"], world.people["guardian"]
    make.PlanStatementFactory(plan=plan, author=world.people["student"], text="I explain things well")
    goal = make.GoalFactory(plan=plan, author=by)
    models.Goal.objects.filter(pk=goal.pk).update(state="reached")
    need = make.NeedFactory(plan=plan, author=by, text="First words")
    models.Need.objects.filter(pk=need.pk).update(text="Second words")
    viewer = viewer_of(by)
    need.refresh_from_db()
    end_need(by=viewer, need=need, state=NeedState.MET, reason="It helps now", version=1)
    for ago, value in ((9, 2), (5, 3)):
        see(world.people["teacher"], world.student, world.idea["compare"], value, on=world.day(ago))
    see(world.people["teacher"], world.student, world.idea["shapes"], 2, on=world.day(3))
    models.EntryFinding.objects.create(
        plan=plan, area=FindingArea.ACADEMIC, found_on=world.day(4), can_do="Counts in threes", language="en", author=by
    )
    check_in(world, by, note="Talked about the fair")
    contact(world, by, family, note="Called in the evening", language="en")
    support = make.SupportFactory(student=world.student, owner=by, starts_on=world.day(20), shared_at=timezone.now())
    type(support).objects.filter(pk=support.pk).update(state="finished", ends_on=world.day(1))
    for ago in (2, 3):
        SupportSession.objects.create(support=support, held_on=world.day(ago), minutes=20, by=by, key=uuid.uuid4())
    ReferralEvent.objects.create(support=support, state="accepted", on=world.day(6), by=by)
    meeting = models.Meeting.objects.create(plan=plan, starts_at=timezone.now(), language="en", called_by=by)
    models.Decision.objects.create(meeting=meeting, text="Read together", language="en", author=by, key=uuid.uuid4())
    review = models.ClassReview.objects.create(section=world.section, started_by=by, started_on=world.today)
    models.ReviewEntry.objects.create(
        review=review, student=world.student, strength="Asks questions", language="en", by=by, discussed_on=world.today
    )
    version = models.PlanVersion.objects.create(
        plan=plan, number=1, content={}, digest="x", reason="Spring meeting", author=by, as_of=timezone.now()
    )
    models.Agreement.objects.create(
        of_version=version, person=family, voice=Voice.FAMILY, answer="agree", language="en"
    )
    amend(
        by=viewer, student=world.student, about=Subject.PLAN, about_id=plan.public_id, voice=Voice.STAFF,
        text="For the file", language="en",
    )  # fmt: skip


EVERY_KIND = {
    "statement", "goal", "goal_ended", "need", "need_changed", "need_ended", "seen", "shown", "finding", "check_in",
    "contact", "support", "support_ended", "sessions", "referral", "meeting", "decision", "review", "version",
    "agreement", "amendment",
}  # fmt: skip


@pytest.mark.parametrize("who", ["navigator", "guardian", "student", "teacher"])
def test_everything_everybody_does_stands_in_one_line(world, plan, who):
    one_of_everything(world, plan)

    found = lines(world.people[who], world)

    assert {entry.kind for entry in found} == EVERY_KIND
    moments = [entry.mark.at for entry in found]
    assert moments == sorted(moments, reverse=True)
    assert all(entry.title for entry in found)


def test_each_group_shows_its_own_kinds_and_together_they_are_everything(world, plan, navigator):
    one_of_everything(world, plan)
    seen = []
    for group in ("needs", "learning", "check_ins", "family", "supports", "meetings", "words", "versions"):
        part = lines(navigator, world, group=group)
        assert {entry.group for entry in part} == {group}
        seen += [entry.mark for entry in part]

    assert sorted(map(str, seen)) == sorted(str(entry.mark) for entry in lines(navigator, world))


def test_sessions_of_a_week_are_one_line(world, plan, navigator):
    support = make.SupportFactory(student=world.student, owner=navigator, starts_on=world.day(40))
    monday = world.today - timedelta(days=world.today.weekday() + 14)
    for offset, state, minutes in ((0, "held", 20), (1, "held", 25), (2, "absent", 0), (7, "held", 20)):
        SupportSession.objects.create(
            support=support, held_on=monday + timedelta(days=offset), state=state, minutes=minutes, by=navigator,
            key=uuid.uuid4(),
        )  # fmt: skip

    weeks = [entry for entry in lines(navigator, world) if entry.kind == "sessions"]

    assert [list(week.facts) for week in weeks] == [
        ["one session in this week", "20 minutes together"],
        ["2 sessions in this week", "45 minutes together", "away once"],
    ]


def test_the_first_piece_and_the_first_at_the_level_are_milestones_and_no_other(world, plan, teacher):
    for ago, value in ((9, 2), (7, 3), (5, 3), (3, 4)):
        see(teacher, world.student, world.idea["compare"], value, on=world.day(ago))
    for ago in (6, 4):
        see(teacher, world.student, world.idea["shapes"], 2, on=world.day(ago))

    found = {entry.title: entry for entry in lines(teacher, world)}

    assert set(found) == {
        "Seen for the first time: Compare",
        "Shown for the first time: Compare",
        "Seen for the first time: Shapes",
    }
    assert found["Seen for the first time: Compare"].at.date() == world.day(9)
    assert found["Shown for the first time: Compare"].at.date() == world.day(7)
    assert found["Seen for the first time: Shapes"].at.date() == world.day(6)
    assert Evidence.objects.count() == 6


def test_who_reads_no_evidence_sees_no_milestone(world, plan, specialist, teacher):
    see(teacher, world.student, world.idea["compare"], 3)

    assert titles(specialist, world) == []


# ------------------------------------------------------------------ closed
def test_a_closed_need_names_its_owner_to_the_circle_and_nothing_else(world, plan, navigator, teacher, specialist):
    make.NeedFactory(plan=plan, author=navigator, domain=NeedDomain.HEALTH, text="Secret of health")

    for person in (teacher, specialist):
        (closed,) = lines(person, world)
        assert closed.is_closed
        assert closed.by == navigator.display_name
        assert (closed.title, closed.text, closed.public_id, list(closed.facts)) == ("", "", None, [])
        assert lines(person, world, group="needs") == []
    (mine,) = lines(navigator, world)
    assert mine.text == "Secret of health"


def test_a_granted_domain_opens_it_and_family_and_student_read_it(
    world, plan, navigator, specialist, guardian, student
):
    make.NeedFactory(plan=plan, author=navigator, domain=NeedDomain.HEALTH, text="Secret of health")
    Relationship.objects.filter(person=specialist).update(domains=["health"])

    for person in (specialist, guardian, student):
        assert [entry.text for entry in lines(person, world)] == ["Secret of health"]


def test_what_is_for_family_and_navigator_is_closed_to_a_teacher(world, plan, navigator, teacher, guardian):
    make.PlanStatementFactory(plan=plan, author=guardian, audience=Audience.CLOSE, text="Between us")

    assert [entry.is_closed for entry in lines(teacher, world)] == [True]
    assert [entry.text for entry in lines(navigator, world)] == ["Between us"]
    assert [entry.text for entry in lines(guardian, world)] == ["Between us"]


def test_counselling_is_closed_but_to_its_owner(world, plan, teacher, co_teacher):
    make.SupportFactory(
        student=world.student, owner=co_teacher, type="counselling", title="Talks", starts_on=world.day(2)
    )

    assert [(e.is_closed, e.by) for e in lines(teacher, world)] == [(True, co_teacher.display_name)]
    assert titles(co_teacher, world) == ["Began: Talks"]


def test_a_talks_note_is_for_those_who_hold_the_plan(world, plan, navigator, teacher, guardian):
    contact(world, navigator, guardian, note="They may move", language="en")

    assert [e.text for e in lines(teacher, world)] == [""]
    assert [e.text for e in lines(navigator, world)] == ["They may move"]
    assert [e.text for e in lines(guardian, world)] == ["They may move"]


def test_a_support_that_was_not_shared_is_not_there_for_the_family(world, plan, teacher, guardian, student):
    make.SupportFactory(student=world.student, owner=teacher, title="Draft", starts_on=world.day(2))

    assert titles(teacher, world) == ["Began: Draft"]
    assert titles(guardian, world) == titles(student, world) == []


# ------------------------------------------------------------------ two homes
@pytest.fixture
def other_home(world, guardian):
    other = add_person("father")
    relate(other, RelationshipKind.GUARDIAN, [world.student])
    Relationship.objects.filter(person=guardian).update(household="one")
    Relationship.objects.filter(person=other).update(household="two")
    return other


def test_nothing_of_one_home_is_read_in_the_other(world, plan, navigator, guardian, other_home):
    contact(world, navigator, other_home, household="two", note="Works nights", language="en")
    make.PlanStatementFactory(plan=plan, author=other_home, voice=Voice.FAMILY, text="Said in the other home")
    statement = make.PlanStatementFactory(plan=plan, author=world.people["student"], text="Mine")
    amend(
        by=viewer_of(other_home), student=world.student, about=Subject.STATEMENT, about_id=statement.public_id,
        voice=Voice.FAMILY, text="We see it another way", language="en",
    )  # fmt: skip
    version = models.PlanVersion.objects.create(
        plan=plan, number=1, content={}, digest="x", reason="Spring", author=navigator, as_of=timezone.now()
    )
    models.Agreement.objects.create(
        of_version=version, person=other_home, voice="family", answer="agree", language="en"
    )

    here = lines(guardian, world)
    assert {entry.kind for entry in here} == {"statement", "version"}
    assert not [entry for entry in here if entry.added]
    there = lines(other_home, world)
    assert {entry.kind for entry in there} == {"statement", "version", "contact", "agreement"}
    assert len(lines(navigator, world)) == 5


def test_a_legal_document_takes_its_block_from_one_guardian(world, plan, navigator, guardian):
    make.NeedFactory(plan=plan, author=navigator)
    GuardianLimit.objects.create(
        student=world.student, guardian=guardian, block=GuardianBlock.NEEDS, document="Order 12", entered_by=navigator,
        starts_on=world.day(3),
    )  # fmt: skip

    assert titles(guardian, world) == []
    assert len(titles(navigator, world)) == 1


# ------------------------------------------------------------------ holds
def test_a_hold_takes_an_entry_from_family_and_student_at_once_and_gives_it_back(
    world, plan, navigator, guardian, student, teacher
):
    held, other = check_in(world, navigator, note="About the weekend"), check_in(world, navigator, ago=1, note="Fine")
    hold = place_hold(
        by=viewer_of(navigator), student=world.student, about=Subject.CHECK_IN, about_id=held.public_id, reason="Safety"
    )

    for person in (guardian, student):
        assert [entry.public_id for entry in lines(person, world)] == [other.public_id]
        assert entry_of(
            viewer=viewer_of(person), student=world.student, subject="check_in", public_id=held.public_id
        ) is None  # fmt: skip
    assert [entry.is_held for entry in lines(teacher, world)] == [True, False]
    end_hold(by=viewer_of(navigator), hold=hold)
    assert len(lines(guardian, world)) == 2


def test_a_hold_on_the_plan_leaves_nothing_for_the_family(world, plan, navigator, guardian, student):
    one_of_everything(world, plan)
    place_hold(by=viewer_of(navigator), student=world.student, about=Subject.PLAN, reason="Safety")

    for person in (guardian, student):
        record = timeline(viewer=viewer_of(person), student=world.student)
        assert (record.stretches, record.is_resting) == ([], True)
    assert {entry.kind for entry in lines(navigator, world)} == EVERY_KIND


# ------------------------------------------------------------------ pages and years
def test_pages_join_without_a_gap_or_a_repeat_whatever_shares_a_moment(world, plan, navigator):
    noon = at_noon(world.day(3))
    for n in range(PAGE + 25):
        row = check_in(world, navigator)
        if n % 3:
            models.CheckIn.objects.filter(pk=row.pk).update(met_at=noon)
        make.PlanStatementFactory(plan=plan, author=navigator, said_on=world.day(3))

    seen, before = [], None
    for _page in range(9):
        record = timeline(viewer=viewer_of(navigator), student=world.student, before=before)
        seen += [entry.mark for stretch in record.stretches for entry in stretch.entries]
        before = Mark.read(str(record.earlier)) if record.earlier else None
        if before is None:
            break

    assert len(seen) == len(set(seen)) == 2 * (PAGE + 25)
    assert sorted(seen, key=lambda m: (m.at, m.branch, m.ref), reverse=True) == seen


def test_entries_stand_under_their_school_year_with_its_schools(world, plan, navigator):
    last_year = make.SchoolYearFactory(
        name="Before", starts_on=world.year.starts_on - timedelta(days=365), ends_on=world.year.starts_on - timedelta(1)
    )
    section = make.SectionFactory(school=world.school_elsewhere, school_year=last_year)
    make.EnrolmentFactory(section=section, student=world.student, is_active=False)
    make.NeedFactory(plan=plan, author=navigator, opened_on=world.day(5))
    make.NeedFactory(
        plan=plan, author=navigator, opened_on=last_year.starts_on + timedelta(days=9), review_on=world.day(90)
    )

    record = timeline(viewer=viewer_of(navigator), student=world.student)

    assert [(s.name, list(s.schools), len(s.entries)) for s in record.stretches] == [
        (world.year.name, ["Riverside"], 1),
        ("Before", ["Hillside"], 1),
    ]


@pytest.mark.parametrize("text", ["", "x", "2026-01-01T00:00:00~1~2", "2026-01-01T00:00:00+00:00~a~2", "~1~1", "1~²~3"])
def test_a_mark_that_is_none_is_the_first_page(text):
    assert Mark.read(text) is None


def test_an_amendment_stands_with_its_entry_once(world, plan, navigator, guardian):
    row = note_need(
        by=viewer_of(navigator), student=world.student, domain=NeedDomain.ACADEMIC, text="Time", language="en"
    )
    end_need(by=viewer_of(navigator), need=row, state=NeedState.ENDED, reason="", version=1)
    amend(
        by=viewer_of(guardian), student=world.student, about=Subject.NEED, about_id=row.public_id, voice=Voice.FAMILY,
        text="It is still true at home", language="en",
    )  # fmt: skip

    found = {entry.kind: [one.text for one in entry.added] for entry in lines(navigator, world)}

    assert found == {"need": ["It is still true at home"], "need_ended": []}


# ------------------------------------------------------------------ what it costs
def fill_more(world, plan):
    """A thousand check-ins and a thousand sentences more."""
    by, now = world.people["navigator"], timezone.now()
    note = "We talked about the week, about the science fair and about what comes next. " * 3
    models.CheckIn.objects.bulk_create(
        models.CheckIn(student=world.student, by=by, met_at=now - timedelta(hours=n), how="well", note=note,
                       language="en", key=uuid.uuid4())
        for n in range(1000)
    )  # fmt: skip
    models.PlanStatement.objects.bulk_create(
        models.PlanStatement(plan=plan, kind="strength", voice="staff", text=note, language="en", author=by,
                             said_on=world.day(n % 140))
        for n in range(1000)
    )  # fmt: skip


def queries_of(client, path):
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(path)
    assert answer.status_code == 200
    asked = [q["sql"] for q in caught.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    return answer, asked


@pytest.mark.parametrize(("who", "most"), [("navigator", 14), ("teacher", 14), ("student", 14), ("guardian", 17)])
def test_two_thousand_entries_cost_what_twenty_cost(world, plan, client_of, who, most):
    path = f"/students/{world.student.public_id}/timeline"
    client = client_of(world.people[who])
    one_of_everything(world, plan)
    client.get(path)
    _few, before = queries_of(client, path)
    fill_more(world, plan)
    answer, asked = queries_of(client, path)

    assert models.CheckIn.objects.count() + models.PlanStatement.objects.count() >= 2000
    assert len(asked) <= most, "\n".join(sql[:110] for sql in asked)
    assert len(asked) <= len(before)
    assert len(answer.content) < 90_000
    assert answer.content.count(b'class="record-entry"') == PAGE


@pytest.mark.parametrize(
    ("held", "minutes", "away", "said"),
    [
        (0, None, 0, ["called off"]),
        (0, None, 2, ["away 2 times"]),
        (1, 20, 0, ["one session in this week", "20 minutes together"]),
    ],
)
def test_a_week_without_a_session_says_why(held, minutes, away, said):
    with override("en"):
        assert facts_of("sessions", {"held": held, "minutes": minutes, "away": away}, {}) == said
