"""The school page counts; it never lists children."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import School
from assessments.models import RefreshRequest
from dashboards import selectors, services
from success_plans.choices import StatementKind, Voice
from success_plans.services import plans
from supports import recompute, review
from supports.choices import FlagState
from supports.models import ClassNotice, DailyRun, Flag
from tests import factories as make
from tests.cast import add_student, demonstrate, relate, see, viewer_of

pytestmark = pytest.mark.django_db


def promises(world, person) -> dict[str, int]:
    page = selectors.school_page(viewer=viewer_of(person), school=world.school)
    return {p.code: p.part for p in page.promises}


def test_coverage_moves_when_a_plan_begins(world, principal, teacher):
    before = promises(world, principal)
    plans.say(
        by=viewer_of(teacher),
        student=world.student,
        kind=StatementKind.INTEREST,
        voice=Voice.STAFF,
        text="Bridges",
        language="en",
    )
    after = promises(world, principal)
    assert (before["plan"], after["plan"]) == (0, 1)
    assert after["family"] == before["family"] == 0
    assert (after["navigator"], after["challenge"]) == (1, len(world.students))


def test_a_school_counts_its_own_students_only(world, principal, principal_elsewhere):
    mine = selectors.school_page(viewer=viewer_of(principal), school=world.school)
    theirs = selectors.school_page(viewer=viewer_of(principal_elsewhere), school=world.school_elsewhere)
    assert (mine.students, theirs.students) == (len(world.students) + 1, 1)
    assert selectors.my_schools(viewer=viewer_of(principal)) == [world.school]


def test_flags_are_counted_by_rule_and_by_what_became_of_them(world, principal, teacher):
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    recompute.refresh_due(today=world.today)
    flag = Flag.objects.get(rule="READY_NEXT")
    page = selectors.school_page(viewer=viewer_of(principal), school=world.school)
    counted = {r.rule: (r.opened, r.live) for r in page.rules}
    assert counted["Ready for next"] == (1, 1)
    assert flag.state == FlagState.OPEN
    assert [(r.label, r.students) for r in page.recency if r.students] == [
        ("in the last 7 days", 1),
        ("nothing written down yet", len(world.students)),
    ]


def test_the_school_page_asks_the_same_queries_for_ten_and_for_two_hundred(world, principal, teacher):
    viewer = viewer_of(principal)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            selectors.school_page(viewer=viewer, school=world.school)
        return len(seen)

    few = queries()
    for n in range(200):
        add_student(world.section, f"Child{n}", "Many")
    assert queries() == few


def test_names_of_students_are_nowhere_on_the_school_page(world, principal, client_of):
    answer = client_of(principal).get(f"/schools/{world.school.public_id}")
    assert answer.status_code == 200
    text = answer.content.decode()
    for student in world.everyone():
        assert student.person.family_name not in text


def test_another_schools_page_is_not_found(world, principal, teacher, guardian, client_of):
    for person in (principal, teacher, guardian):
        assert client_of(person).get(f"/schools/{world.school_elsewhere.public_id}").status_code == 404


def test_quarantine_is_shown_to_the_operator_and_can_be_put_back(world, operator, client_of):
    make_request(world.student.pk, error="ValueError")
    page = selectors.operations(viewer=viewer_of(operator))
    assert [(q["error"], q["requests"]) for q in page.quarantined] == [("ValueError", 1)]
    answer = client_of(operator).get("/ops")
    assert "ValueError" in answer.content.decode()
    assert world.student.person.family_name not in answer.content.decode()
    assert services.release_quarantine(by=viewer_of(operator)) == 1
    assert RefreshRequest.objects.get(student=world.student).quarantined_at is None


@pytest.mark.django_db(transaction=True)
def test_the_operator_reads_that_the_feed_waits_for_a_writer(world, operator, client_of):
    page = selectors.operations(viewer=viewer_of(operator))
    answer = client_of(operator).get("/ops")
    assert page.feed_seconds == 0
    assert "The evidence feed waits" not in answer.content.decode()
    stored, go_on = threading.Event(), threading.Event()

    def store() -> None:
        try:
            with transaction.atomic():
                make.EvidenceFactory(student=world.student, competency=world.idea["compare"])
                stored.set()
                go_on.wait(timeout=60)
        finally:
            connection.close()

    writer = threading.Thread(target=store)
    writer.start()
    assert stored.wait(timeout=60)
    with connection.cursor() as cursor:  # a role that is not told since when the sessions of others have been at work
        cursor.execute("SET ROLE pg_read_all_data")
        waits = selectors.operations(viewer=viewer_of(operator)).feed_seconds
        cursor.execute("RESET ROLE")
    go_on.set()
    writer.join(timeout=60)

    assert waits > 0
    assert selectors.operations(viewer=viewer_of(operator)).feed_seconds == 0
    told = render_to_string(
        "dashboards/operations.html", {"page": replace(page, feed_seconds=61.4)}, answer.wsgi_request
    )
    assert "The evidence feed waits" in told
    assert "for 61 seconds" in told


@pytest.mark.parametrize(("before", "holds"), [("0", "1min"), ("10s", "10s")], ids=["none_set", "set_already"])
def test_who_stores_evidence_and_goes_silent_is_ended(world, before, holds):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('idle_in_transaction_session_timeout', %s, true)", [before])
        make.EvidenceFactory(student=world.student, competency=world.idea["compare"])
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == (holds,)


def make_request(student_id: int, error: str) -> None:
    RefreshRequest.objects.filter(student_id=student_id).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assessments_refreshrequest "
            "(student_id, version, priority, attempts, last_error, quarantined_at) VALUES (%s, 1, 0, 5, %s, now())",
            [student_id, error],
        )


# ------------------------------------------------------------------ class notices
@pytest.fixture
def stalled_class(world, teacher) -> School:
    """Twelve students in Math 5, six of whom stayed at one level for a month."""
    for n in range(6):
        relate(teacher, "section", [add_student(world.section, f"Child{n}", "Many")], section=world.section)
    students = [e.student for e in world.section.enrolments.select_related("student").order_by("pk")]
    for child in students[:6]:
        for ago in (40, 30, 20, 1):
            see(teacher, child, world.idea["compare"], 2, on=world.day(ago), section=world.section)
    recompute.refresh_due(today=world.today)
    assert Flag.objects.filter(rule="STALLED").count() == 6
    return world.school


def test_a_need_many_share_becomes_a_notice_to_the_class(world, stalled_class, teacher):
    review.run_school(stalled_class, day=world.today)
    run = DailyRun.objects.get()
    assert review.notice_school(run) is False, "students are still in line"
    recompute.refresh_due(today=world.today)
    assert review.notice_school(run) is True
    notice = ClassNotice.objects.get()
    assert (notice.section, notice.competency) == (world.section, world.idea["compare"])
    assert (notice.students, notice.of_students) == (6, 12)


def test_a_notice_ends_when_the_need_is_no_longer_shared(world, stalled_class, teacher):
    review.run_school(stalled_class, day=world.today)
    recompute.refresh_due(today=world.today)
    review.notice_school(DailyRun.objects.get())
    Flag.objects.filter(rule="STALLED").update(state=FlagState.RESOLVED, ended_at=timezone.now())
    tomorrow = DailyRun.objects.create(school=stalled_class, day=world.day(-1))
    assert review.notice_school(tomorrow)
    assert ClassNotice.objects.get().ended_on == world.day(-1)


def test_the_daily_run_runs_once_per_school_and_day(world):
    assert review.run_school(world.school, day=world.today) == len(world.students) + 1
    assert review.run_school(world.school, day=world.today) == 0
    assert RefreshRequest.objects.filter(student__school=world.school).count() == len(world.students) + 1
