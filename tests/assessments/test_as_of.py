"""Looking back at a day gives what was stored on that day, whatever was corrected, withdrawn or judged since."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from assessments.models import Evidence, Fit, MasterySummary, MethodChoice, TeacherJudgement
from assessments.recompute import COLUMNS
from assessments.selectors.as_of import end_of, summaries_as_of
from assessments.services import confirm_method_change, correct_evidence, request_refresh, withdraw_evidence
from supports import recompute
from tests.assessments.test_judgements import judge
from tests.assessments.test_methods import counted, start
from tests.cast import see, viewer_of
from tests.factories.assessments import EvidenceFactory


@pytest.fixture
def clock(monkeypatch, world):
    """Moves rows of the last step into the past: `clock(days)` says how long ago everything new was recorded."""
    tables = {
        "assessments_evidence": ("recorded_at", "withdrawn_at", "superseded_at"),
        "assessments_teacherjudgement": ("recorded_at", "ended_at"),
        "assessments_methodchoice": ("chosen_at",),
        "assessments_fit": ("made_at",),
        "accounts_auditevent": ("occurred_at",),
        "accounts_job": ("created_at",),
    }
    now = datetime.now(UTC)
    hour = timezone.localtime(now).timetz()  # the same hour of that day: a change of clocks in between moves no date

    def move(ago: int) -> None:
        then = datetime.combine(world.day(ago), hour.replace(tzinfo=None), tzinfo=hour.tzinfo)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # a test may turn back what nobody can
            for table, columns in tables.items():
                for column in columns:
                    cursor.execute(
                        f"UPDATE {table} SET {column} = %s WHERE {column} > %s",
                        [then, now - timedelta(hours=1)],
                    )
            cursor.execute("SET LOCAL session_replication_role = origin")

    return move


def confirm(district, job):
    """Counted, said yes to, done."""
    confirm_method_change(by=viewer_of(district), job=counted(job))
    counted(job)


def stored(student):
    """All columns of what is stored, by competency."""
    return {
        row.competency_id: {name: getattr(row, name) for name in COLUMNS}
        for row in MasterySummary.objects.filter(student=student)
    }


def looked_back(viewer, student, on):
    return {
        row.competency_id: {name: getattr(row, name) for name in COLUMNS}
        for row in summaries_as_of(viewer=viewer, student=student, on=on)
    }


def act(chance, world, teacher, day):
    """One thing a person may do."""
    idea = world.idea[chance.choice(["compare", "equivalent", "add"])]
    maya, viewer = world.student, viewer_of(teacher)
    current = Evidence.objects.filter(superseded_at__isnull=True, withdrawn_at__isnull=True).order_by("pk")
    what = chance.choice(["piece", "piece", "piece", "correct", "withdraw", "judge", "end", "method", "fit"])
    value = Decimal(chance.choice(["1", "2", "2.5", "3", "4"]))
    if what == "correct" and current:
        correct_evidence(by=viewer, evidence=chance.choice(list(current)), key=uuid.uuid4(), value=value)
    elif what == "withdraw" and current:
        withdraw_evidence(by=viewer, evidence=chance.choice(list(current)), reason="mistaken")
    elif what == "judge":
        old = TeacherJudgement.objects.filter(competency=idea, ended_at__isnull=True).first()
        judge(teacher, maya, idea, value, replaces=old.public_id if old else None)
    elif what == "end":
        TeacherJudgement.objects.filter(ended_at__isnull=True).update(ended_at=datetime.now(UTC), ended_by=teacher)
    elif what == "method":
        method = chance.choice(["latest", "highest", "criterion", "best_n", "average"])
        n = MethodChoice.objects.count()
        MethodChoice.objects.create(framework=world.framework, version=n + 1, method=method)
    elif what == "fit":
        Fit.objects.create(events=1, report={"shared": {"p_init": 0.3 + chance.random() / 2}})
    else:
        see(
            teacher,
            maya,
            idea,
            value,
            on=day - timedelta(days=chance.randrange(6)),
            context=chance.choice(["quiz", ""]),
        )


@pytest.mark.parametrize("seed", range(4))
def test_looking_back_at_any_day_gives_what_was_stored_then(world, teacher, clock, seed):
    chance = random.Random(seed)
    viewer = viewer_of(teacher)
    was = {}
    for ago in range(24, 0, -3):
        for _n in range(chance.randrange(1, 4)):
            act(chance, world, teacher, world.day(ago))
        clock(ago)
        request_refresh([world.student.pk])
        recompute.refresh_due()
        was[world.day(ago)] = stored(world.student)
    assert any(was.values())
    for day, then in was.items():
        assert looked_back(viewer, world.student, day) == then
        assert looked_back(viewer, world.student, day + timedelta(days=2)) == then
    assert looked_back(viewer, world.student, world.today) == stored(world.student)


def test_the_day_ends_at_the_districts_midnight(settings):
    settings.TIME_ZONE = "America/Chicago"

    assert end_of(datetime(2026, 3, 7, tzinfo=UTC).date()).astimezone(UTC) == datetime(2026, 3, 8, 6, tzinfo=UTC)
    assert end_of(datetime(2026, 3, 8, tzinfo=UTC).date()).astimezone(UTC) == datetime(2026, 3, 9, 5, tzinfo=UTC)


def test_looking_back_stores_nothing_and_asks_a_constant_number_of_questions(
    world, teacher, django_assert_max_num_queries
):
    for ago in range(12):
        see(teacher, world.student, world.idea["compare"], 3, on=world.day(ago))
    with django_assert_max_num_queries(9):  # the ninth: which crosswalks counted on that day
        summaries_as_of(viewer=viewer_of(teacher), student=world.student, on=world.today)
    assert not MasterySummary.objects.exists()


def test_a_target_that_was_changed_since_is_that_of_the_day(world, teacher, district, clock):
    for ago in (20, 16, 12):
        see(teacher, world.student, world.idea["compare"], 2, on=world.day(ago), context="quiz" if ago > 15 else "")
    recompute.refresh_due()
    was = {}
    for ago, target in ((12, None), (8, 2), (4, 4)):
        if target is not None:
            world.framework.refresh_from_db()
            job = start(world, district, "criterion", target=Decimal(target))
            confirm(district, job)
        clock(ago)
        request_refresh([world.student.pk])
        recompute.refresh_due()
        was[world.day(ago)] = stored(world.student)
    assert len({row["framework_version"] for then in was.values() for row in then.values()}) == 3
    for day, then in was.items():
        back = looked_back(viewer_of(teacher), world.student, day)
        assert {
            (name, str(row[name]), str(then[competency][name]))
            for competency, row in back.items()
            for name in COLUMNS
            if row[name] != then[competency][name]
        } == set()


def test_an_observation_of_the_family_counts_from_the_day_it_was_accepted(world, teacher):
    long_ago = datetime.now(UTC) - timedelta(days=9)
    piece = EvidenceFactory(
        student=world.student,
        competency=world.idea["compare"],
        kind="family",
        observed_on=world.day(9),
        recorded_at=long_ago,
        recorded_by=world.people["guardian"],
    )
    with transaction.atomic():
        audit.record(by=teacher.pk, action="evidence.accept", subject_type="evidence", subject_id=piece.public_id)

    assert looked_back(viewer_of(teacher), world.student, world.day(3)) == {}
    assert list(looked_back(viewer_of(teacher), world.student, world.today)) == [world.idea["compare"].pk]


def test_the_page_looks_back_and_says_so(world, teacher, guardian, clock, client_of):
    idea = world.idea["compare"]
    page = reverse("student_competency", args=[world.student.public_id, idea.public_id])
    see(teacher, world.student, idea, 2, on=world.day(9))
    clock(9)
    see(teacher, world.student, idea, 4)
    recompute.refresh_due()
    for person in (teacher, guardian):
        client = client_of(person)
        html = client.get(page, {"on": world.day(5).isoformat()}).content.decode()
        assert "As it stood on" in html
        assert html.count('class="timeline"') == 1
        assert client.get(page, {"on": "2999-01-01"}).status_code == 422
        assert client.get(page, {"on": "yesterday"}).status_code == 422
        assert client.get(page, {"on": "1800-01-01"}).status_code == 422


def test_the_map_looks_back_too(world, teacher, clock, client_of):
    see(teacher, world.student, world.idea["compare"], 2, on=world.day(9))
    clock(9)
    see(teacher, world.student, world.idea["shapes"], 4)
    recompute.refresh_due()
    page = reverse("student_map", args=[world.student.public_id])
    client = client_of(teacher)
    then = client.get(page, {"on": world.day(5).isoformat()}).content.decode()
    assert "As it stood on" in then
    assert "last seen" in then
    assert client.get(page).content.decode().count("last seen") > then.count("last seen")
    assert client.get(page, {"on": "2999-01-01"}).status_code == 422
