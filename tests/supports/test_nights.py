"""What runs once a night is rung for until it ended well, whatever restarts, and not twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection

from accounts.models import School
from config.celery import app as celery_app
from success_plans.models import CycleRun
from success_plans.recompute import run_due as run_cycle
from supports import review
from supports.models import DailyRun, NightRun
from supports.recompute.nights import night_done, night_of, ring_nightly

pytestmark = pytest.mark.django_db
celery_app.loader.import_default_modules()
TEN = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)  # ten in the morning in Chicago


def test_a_night_begins_at_two_in_the_districts_zone():
    assert night_of(datetime(2026, 3, 3, 7, 59, tzinfo=UTC)) == date(2026, 3, 2)
    assert night_of(datetime(2026, 3, 3, 8, 0, tzinfo=UTC)) == date(2026, 3, 3)


@pytest.mark.parametrize(
    "change", [datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)], ids=["spring", "autumn"]
)
def test_a_change_of_clocks_leaves_out_no_night_and_makes_none_twice(change):
    hours = [change + timedelta(hours=n) for n in range(-24, 72)]
    nights = [night_of(hour) for hour in hours]

    assert nights == sorted(nights)
    assert all(b - a <= timedelta(days=1) for a, b in zip(nights, nights[1:], strict=False))


def test_everything_of_the_night_is_rung_for_once_and_what_ended_well_not_again():
    assert tuple(ring_nightly(now=TEN)) == settings.NIGHTLY_TASKS
    assert ring_nightly(now=TEN + timedelta(minutes=10)) == []

    for name in settings.NIGHTLY_TASKS[1:]:
        night_done(name=name)

    assert ring_nightly(now=TEN + timedelta(hours=2)) == [settings.NIGHTLY_TASKS[0]], "it failed, or its ring was lost"
    night_done(name=settings.NIGHTLY_TASKS[0])
    assert ring_nightly(now=TEN + timedelta(hours=4)) == []
    assert tuple(ring_nightly(now=TEN + timedelta(days=1))) == settings.NIGHTLY_TASKS


def test_a_deploy_each_day_makes_no_night_forgotten():
    """Whatever beat remembers is gone: the first tick after a start finds what is due."""
    for day in range(3):
        assert tuple(ring_nightly(now=TEN + timedelta(days=day, minutes=day))) == settings.NIGHTLY_TASKS


def test_work_that_ends_after_the_next_night_began_is_done_for_the_night_it_was_rung_for():
    ring_nightly(now=TEN)
    night_done(name=settings.NIGHTLY_TASKS[0])

    assert NightRun.objects.get(task=settings.NIGHTLY_TASKS[0]).done_for == night_of(TEN)
    assert settings.NIGHTLY_TASKS[0] in ring_nightly(now=TEN + timedelta(days=1))


@pytest.mark.django_db(transaction=True)  # a task begins by looking at its connection
def test_a_nightly_task_that_ends_well_says_so_and_another_one_changes_nothing():
    ring_nightly(now=TEN)
    task = celery_app.tasks["success_plans.tasks.purge_notes"]
    task.apply()
    celery_app.tasks["accounts.tasks.sweep_jobs"].apply()

    assert list(NightRun.objects.filter(done_for__isnull=False).values_list("task", flat=True)) == [task.name]


# ------------------------------------------------------------------ one school that fails
def broken_for(school, table):
    """From now on whatever is written to this table about this school fails."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION test_broken() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF NEW.school_id = {school.pk} THEN RAISE EXCEPTION 'broken'; END IF; RETURN NEW; END $$;"
            f"CREATE TRIGGER test_broken BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION test_broken()"
        )


def test_a_school_whose_day_fails_keeps_no_other_from_its_day(world, caplog):
    first, *others = School.objects.filter(is_active=True).order_by("pk")
    broken_for(first, "supports_dailyrun")

    review.run_due()

    assert others
    assert set(DailyRun.objects.values_list("school", flat=True)) == {school.pk for school in others}
    assert f"daily_run.failed school={first.pk}" in caplog.text


def test_notices_of_a_school_that_fail_keep_no_other_from_its_day(world, caplog):
    first = School.objects.filter(is_active=True).order_by("pk").first()
    DailyRun.objects.create(school=first, day=world.day(1))
    broken_for(first, "supports_dailyrun")

    review.run_due()

    assert f"notices.failed school={first.pk}" in caplog.text
    assert DailyRun.objects.exclude(school=first).exists()


def test_a_school_whose_cycle_fails_keeps_no_other_from_its_own(world, caplog):
    first, *others = School.objects.filter(is_active=True).order_by("pk")
    broken_for(first, "success_plans_cyclerun")

    run_cycle()

    assert set(CycleRun.objects.values_list("school", flat=True)) == {school.pk for school in others}
    assert f"cycle_run.failed school={first.pk}" in caplog.text
