"""What became of a support: one submit for a group, ten minutes to take it back, a referral that does not lie."""

from __future__ import annotations

import threading
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from assessments.models import RefreshRequest
from supports.choices import ReferralState, SessionState, SupportState
from supports.delivery import NEXT_STEPS, may_finish, sessions_due
from supports.errors import SupportChangedError, SupportError
from supports.models import ReferralEvent, Support, SupportSession
from supports.selectors import delivery as selectors
from supports.services import delivery as services
from supports.services.delivery import Attendance
from tests import factories as make
from tests.cast import client_for, viewer_of

MONDAY = date(2026, 9, 7)


@pytest.mark.parametrize(
    ("today", "per_week", "due"),
    [
        (MONDAY - timedelta(days=1), 3, 0),
        (MONDAY, 0, 1),
        (MONDAY + timedelta(days=6), 2, 2),
        (MONDAY + timedelta(days=20), 2, 6),
        (MONDAY + timedelta(days=400), 2, 12),
    ],
)
def test_the_dose_says_how_many_sessions_were_due(today, per_week, due):
    assert sessions_due(starts_on=MONDAY, ends_on=MONDAY + timedelta(weeks=6), per_week=per_week, today=today) == due


def test_not_reached_leads_back_into_the_loop_and_is_never_done():
    assert not may_finish("not_reached")
    assert "ended" not in NEXT_STEPS["not_reached"]
    assert set(NEXT_STEPS) == {"", *ReferralState.values}
    assert all(set(steps) <= set(ReferralState.values) for steps in NEXT_STEPS.values())


@pytest.fixture
def group(world, teacher) -> list[Support]:
    """Four students with the same support of the same teacher, since three weeks."""
    entry = make.CatalogueEntryFactory()
    return [
        make.SupportFactory(
            student=child, entry=entry, owner=teacher, starts_on=world.day(20), ends_on=world.day(-22), minutes=25
        )
        for child in world.students[:4]
    ]


def lines_of(group: list[Support], *, away: int = 1) -> list[Attendance]:
    return [
        Attendance(row, SessionState.ABSENT if n < away else SessionState.HELD, 0 if n < away else 25)
        for n, row in enumerate(group)
    ]


@pytest.mark.django_db
def test_one_submit_writes_a_row_for_every_student_once(world, teacher, group):
    key = uuid.uuid4()
    viewer = viewer_of(teacher)

    batch = services.log_sessions(by=viewer, lines=lines_of(group), held_on=world.today, key=key)
    again = services.log_sessions(by=viewer, lines=lines_of(group), held_on=world.today, key=key)

    assert again == batch
    rows = SupportSession.objects.filter(batch=batch)
    assert sorted(rows.values_list("state", "minutes")) == [("absent", 0), ("held", 25), ("held", 25), ("held", 25)]
    assert AuditEvent.objects.filter(action="session.log").count() == 1


@pytest.mark.django_db
def test_what_was_taken_back_in_ten_minutes_no_longer_counts_and_stays_on_paper(world, teacher, group):
    viewer = viewer_of(teacher)
    batch = services.log_sessions(by=viewer, lines=lines_of(group), held_on=world.today, key=uuid.uuid4())
    assert selectors.undoable(viewer=viewer).count == 4

    assert services.undo_sessions(by=viewer, batch=batch) == 4
    assert services.undo_sessions(by=viewer, batch=batch) == 0

    assert selectors.undoable(viewer=viewer) is None
    assert SupportSession.objects.filter(batch=batch).count() == 4
    assert selectors.delivery_of(viewer=viewer, supports=group)[group[3].pk].held == 0


@pytest.mark.django_db
def test_after_ten_minutes_or_by_somebody_else_nothing_is_taken_back(world, teacher, co_teacher, group):
    batch = services.log_sessions(by=viewer_of(teacher), lines=lines_of(group), held_on=world.today, key=uuid.uuid4())
    with pytest.raises(SupportError):
        services.undo_sessions(by=viewer_of(co_teacher), batch=batch)
    SupportSession.objects.filter(batch=batch).update(created_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(SupportError):
        services.undo_sessions(by=viewer_of(teacher), batch=batch)
    assert not SupportSession.objects.filter(undone_at__isnull=False).exists()


@pytest.mark.django_db
def test_delivery_is_said_in_words(world, teacher, group):
    viewer = viewer_of(teacher)
    for ago in (15, 11, 8, 4):
        services.log_sessions(by=viewer, lines=lines_of(group), held_on=world.day(ago), key=uuid.uuid4())
    how = selectors.delivery_of(viewer=viewer, supports=group)
    assert how[group[1].pk].sentence == "4 of 6 sessions took place."
    assert how[group[0].pk].sentence == "0 of 6 sessions took place. The student was away 4 times."


@pytest.mark.django_db
@pytest.mark.parametrize(
    "who", ["teacher_next_door", "guardian", "student", "specialist", "principal", "former_teacher"]
)
def test_only_those_who_work_with_the_plan_or_own_the_support_log_it(world, group, who):
    viewer = viewer_of(world.people[who])
    assert selectors.groups(viewer=viewer) == []
    with pytest.raises(SupportError):
        services.log_sessions(by=viewer, lines=lines_of(group), held_on=world.today, key=uuid.uuid4())
    assert not SupportSession.objects.exists()


@pytest.mark.django_db
def test_a_specialist_logs_the_support_they_own_and_counselling_stays_closed_to_teachers(world, teacher, specialist):
    talk = make.SupportFactory(
        student=world.student, type="counselling", title="Talks", owner=specialist, starts_on=world.day(8)
    )
    assert [g.title for g in selectors.groups(viewer=viewer_of(specialist))] == ["Talks"]
    assert selectors.groups(viewer=viewer_of(teacher)) == []
    assert selectors.support_by_id(viewer=viewer_of(teacher), public_id=talk.public_id) is None


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["tomorrow", "before it began", "long ago", "no minutes", "a whole day", "nobody"])
def test_a_session_that_cannot_have_been_is_refused_whole(world, teacher, group, change):
    lines, on = lines_of(group), world.today
    if change == "tomorrow":
        on = world.day(-1)
    if change == "before it began":
        on = world.day(21)
    if change == "long ago":
        on = world.day(61)
    if change in {"no minutes", "a whole day"}:
        lines[3] = Attendance(group[3], SessionState.HELD, 0 if change == "no minutes" else 481)
    if change == "nobody":
        lines = []
    with pytest.raises(SupportError):
        services.log_sessions(by=viewer_of(teacher), lines=lines, held_on=on, key=uuid.uuid4())
    assert not SupportSession.objects.exists()


@pytest.mark.django_db
def test_the_first_session_starts_a_planned_support(world, teacher):
    row = make.SupportFactory(student=world.student, owner=teacher, state=SupportState.PLANNED, starts_on=world.day(1))
    away = Attendance(row, SessionState.ABSENT)
    services.log_sessions(by=viewer_of(teacher), lines=[away], held_on=world.day(1), key=uuid.uuid4())
    row.refresh_from_db()
    assert row.state == SupportState.PLANNED
    services.log_sessions(
        by=viewer_of(teacher), lines=[Attendance(row, SessionState.HELD, 20)], held_on=world.today, key=uuid.uuid4()
    )
    row.refresh_from_db()
    assert (row.state, row.version) == (SupportState.RUNNING, 2)


@pytest.mark.django_db
def test_a_referral_goes_step_by_step_and_each_step_stays(world, teacher, group):
    viewer, row = viewer_of(teacher), group[0]
    for n, step in enumerate(("offered", "not_reached", "accepted", "started"), start=1):
        row = services.referral_step(
            by=viewer, support=row, state=ReferralState(step), on=world.today, version=row.version
        )
        assert ReferralEvent.objects.filter(support=row).count() == n
    with pytest.raises(SupportError):
        services.referral_step(by=viewer, support=row, state=ReferralState.OFFERED, on=world.today, version=row.version)
    with pytest.raises(SupportChangedError):
        services.referral_step(by=viewer, support=row, state=ReferralState.ENDED, on=world.today, version=1)
    assert row.referral == "started"


@pytest.mark.django_db
def test_a_support_nobody_was_reached_by_is_stopped_but_never_finished(world, teacher, group):
    viewer, row = viewer_of(teacher), group[0]
    for step in ("offered", "not_reached"):
        row = services.referral_step(
            by=viewer, support=row, state=ReferralState(step), on=world.today, version=row.version
        )
    with pytest.raises(SupportError):
        services.end_support(by=viewer, support=row, state=SupportState.FINISHED, reason="Over", version=row.version)
    row = services.end_support(
        by=viewer, support=row, state=SupportState.STOPPED, reason="The family moved on", version=row.version
    )
    assert (row.state, row.ends_on, row.end_reason) == ("stopped", world.today, "The family moved on")
    assert RefreshRequest.objects.filter(student=row.student).exists()
    with pytest.raises(SupportChangedError):
        services.end_support(by=viewer, support=row, state=SupportState.STOPPED, reason="Again", version=row.version)


@pytest.mark.django_db
def test_a_support_does_not_end_without_a_reason_and_may_end_on_its_first_day(world, teacher):
    row = make.SupportFactory(student=world.student, owner=teacher)
    with pytest.raises(SupportError):
        services.end_support(by=viewer_of(teacher), support=row, state=SupportState.FINISHED, reason=" ", version=1)
    ended = services.end_support(
        by=viewer_of(teacher), support=row, state=SupportState.FINISHED, reason="She can do it now", version=1
    )
    assert ended.ends_on == row.starts_on + timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_the_same_submit_from_two_screens_at_once_is_one_session(world, teacher, group):
    key, viewer = uuid.uuid4(), viewer_of(teacher)
    batches, start = [], threading.Barrier(4)

    def submit() -> None:
        try:
            start.wait()
            batches.append(services.log_sessions(by=viewer, lines=lines_of(group), held_on=world.today, key=key))
        finally:
            connection.close()

    threads = [threading.Thread(target=submit) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(batches)) == 1
    assert len(batches) == 4
    assert SupportSession.objects.count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize(("begins", "ends", "offers"), [(-7, 30, True), (3, 30, False), (-40, -1, False)])
def test_a_session_is_offered_only_while_the_support_runs(world, teacher, begins, ends, offers):
    support = make.SupportFactory(
        student=world.student,
        owner=teacher,
        starts_on=world.today + timedelta(days=begins),
        ends_on=world.today + timedelta(days=ends),
        state=SupportState.RUNNING,
    )
    client = client_for(teacher)
    address = f"{reverse('session_add')}?support={support.public_id}"

    page = client.get(reverse("support", args=[support.public_id])).content.decode()

    assert (address in page) is offers
    assert client.get(address).status_code == (200 if offers else 404)
