"""How long an adult sees a student because of the roster: teachers, substitutes, next year's teacher, day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from accounts.calendar import SchoolCalendar
from accounts.choices import RelationshipKind
from accounts.models import Relationship
from accounts.permissions import Circle, Permission, can, sections_for, students_for
from accounts.rosters.circles import READS_AFTER, READS_BEFORE, reads_from, reads_until, refresh_section_relationships
from tests import factories as make
from tests.cast import never_closed, viewer_of

SOURCE = "roster of the county"
FIRST, LAST = date(2026, 8, 17), date(2027, 5, 28)
HOLIDAYS = frozenset(date(2026, 11, n) for n in range(23, 28))


@pytest.mark.parametrize(
    ("ends_on", "until"),
    [
        # 15 weekdays from Monday 5 October on: the last is Friday 23 October
        (date(2026, 10, 5), date(2026, 10, 24)),
        # a weekend at the start counts nothing
        (date(2026, 10, 3), date(2026, 10, 24)),
        # the closed week is not counted: 5 days from 16 November, then 10 from 30 November
        (date(2026, 11, 16), date(2026, 12, 12)),
        # after the year weekdays are counted: 31 May to 18 June 2027
        (date(2027, 5, 29), date(2027, 6, 19)),
    ],
)
def test_a_teacher_reads_for_fifteen_school_days_after_the_class(ends_on, until):
    calendar = SchoolCalendar(FIRST, LAST, closed=HOLIDAYS)
    assert reads_until(calendar, ends_on) == until
    assert READS_AFTER == 15


@pytest.fixture
def scene(db, today):
    """A class that ended three days ago, and the same student's class of now; the school never closes."""
    make.DistrictFactory()
    school = make.SchoolFactory(source=SOURCE, source_id="s")
    year = make.SchoolYearFactory(starts_on=today - timedelta(days=150), ends_on=today + timedelta(days=150))
    never_closed(year)
    child = make.StudentFactory(school=school)

    def section(name, starts_on, ends_on):
        row = make.SectionFactory(
            school=school, school_year=year, starts_on=starts_on, ends_on=ends_on, source=SOURCE, source_id=name
        )
        make.EnrolmentFactory(section=row, student=child)
        return row

    old = section("old", today - timedelta(days=100), today - timedelta(days=3))
    new = section("new", today - timedelta(days=3), today + timedelta(days=100))
    return child, old, new


def adult(section, **dates):
    person = make.PersonFactory()
    make.UserFactory(person=person)
    make.TeachingAssignmentFactory(section=section, person=person, source=SOURCE, source_id=str(person.pk), **dates)
    return person


def sees(person, child, day):
    """Whether this person sees the child on a day, by what the roster has written down."""
    return students_for(replace(viewer_of(person), today=day)).filter(pk=child.pk).exists()


def test_the_teacher_of_the_class_that_ended_reads_on_the_fifteenth_school_day_and_no_longer(scene, today):
    child, old, _new = scene
    teacher = adult(old)
    refresh_section_relationships(source=SOURCE, today=today)
    last = old.ends_on + timedelta(days=14)  # every day is a school day here: the fifteenth, the end itself counted
    assert sees(teacher, child, today)
    assert sees(teacher, child, last)
    assert not sees(teacher, child, last + timedelta(days=1))


def test_the_next_teacher_sees_from_the_first_day_of_the_new_class_and_not_before(scene, today):
    child, _old, new = scene
    teacher = adult(new)
    refresh_section_relationships(source=SOURCE, today=today)
    assert sees(teacher, child, new.starts_on)
    assert not sees(teacher, child, new.starts_on - timedelta(days=1))


def test_around_the_change_of_the_year_both_teachers_see_the_student(scene, today):
    child, old, new = scene
    before, after = adult(old), adult(new)
    refresh_section_relationships(source=SOURCE, today=today)
    assert sees(before, child, today)
    assert sees(after, child, today)


def test_a_substitute_reads_until_their_own_last_day_and_gets_no_days_more(scene, today):
    child, _old, new = scene
    until = today + timedelta(days=5)
    substitute = adult(new, is_substitute=True, is_primary=False, ends_on=until)
    refresh_section_relationships(source=SOURCE, today=today)
    assert sees(substitute, child, until - timedelta(days=1))
    assert not sees(substitute, child, until)


def test_a_substitute_of_a_class_that_ended_reads_nothing_after_it(scene, today):
    child, old, _new = scene
    substitute = adult(old, is_substitute=True, is_primary=False)
    refresh_section_relationships(source=SOURCE, today=today)
    assert not sees(substitute, child, today)


def test_a_student_who_left_the_class_early_is_seen_no_longer_from_that_day(scene, today):
    child, _old, new = scene
    teacher = adult(new)
    child.enrolments.filter(section=new).update(ends_on=today + timedelta(days=2))
    refresh_section_relationships(source=SOURCE, today=today)
    assert sees(teacher, child, today + timedelta(days=1))
    assert not sees(teacher, child, today + timedelta(days=2))


# ------------------------------------------------------------------ before a class begins
@pytest.mark.parametrize(
    ("starts_on", "since"),
    [
        # 15 weekdays of summer before Monday 17 August: 10 to 14, 3 to 7 August, 27 to 31 July
        (FIRST, date(2026, 7, 27)),
        # a weekend before it counts nothing
        (date(2026, 10, 5), date(2026, 9, 14)),
        (date(2026, 10, 4), date(2026, 9, 14)),
        # the closed week is not counted: 10 days back to 16 November, 5 more before it
        (date(2026, 12, 7), date(2026, 11, 9)),
        # half in the summer, half in the year: 5 school days from 17 August, 10 weekdays before them
        (date(2026, 8, 24), date(2026, 8, 3)),
        # a year that nobody entered: weekdays after the end of the last one
        (date(2027, 8, 16), date(2027, 7, 26)),
    ],
    ids=["first-day", "monday", "sunday", "after-a-closed-week", "across-the-summer-end", "unknown-year"],
)
def test_a_coming_teacher_reads_for_fifteen_school_days_before_the_class(starts_on, since):
    assert reads_from(SchoolCalendar(FIRST, LAST, closed=HOLIDAYS), starts_on) == since
    assert READS_BEFORE == 15


def test_the_window_before_a_class_counts_the_leap_day_and_a_saturday_with_school():
    year = SchoolCalendar(date(2027, 8, 16), date(2028, 5, 26), extra=frozenset({date(2028, 3, 4)}))
    # 29 February 2028 is a Tuesday: 6 to 10 March, Saturday the 4th, 28 February to 3 March, 22 to 25 February
    assert reads_from(year, date(2028, 3, 13)) == date(2028, 2, 22)
    assert reads_from(year, date(2028, 3, 1)) == date(2028, 2, 9)


def test_the_window_before_a_class_goes_back_into_the_year_before():
    before = SchoolCalendar(date(2025, 8, 18), date(2026, 7, 31), closed=frozenset({date(2026, 7, 30)}))
    year = SchoolCalendar(date(2026, 8, 3), LAST, previous=before)
    # 31 July, not the 30th, 13 more weekdays back to 13 July
    assert reads_from(year, date(2026, 8, 4)) == date(2026, 7, 13)


@pytest.fixture
def next_class(scene, today):
    """A class of the same child that begins in 20 days; the school never closes."""
    child, _old, new = scene
    row = make.SectionFactory(
        school=new.school,
        school_year=new.school_year,
        title="Math 6",
        starts_on=today + timedelta(days=20),
        ends_on=today + timedelta(days=100),
        source=SOURCE,
        source_id="next",
    )
    make.EnrolmentFactory(section=row, student=child, starts_on=row.starts_on)
    return row


def coming(person):
    return Relationship.objects.filter(person=person, kind=RelationshipKind.COMING)


def test_the_teacher_of_a_class_to_come_sees_from_the_fifteenth_school_day_before_it(scene, next_class, today):
    child = scene[0]
    teacher = adult(next_class, starts_on=next_class.starts_on)
    refresh_section_relationships(source=SOURCE, today=today)
    since = next_class.starts_on - timedelta(days=15)
    assert not sees(teacher, child, since - timedelta(days=1))
    assert sees(teacher, child, since)
    assert sees(teacher, child, next_class.starts_on)
    assert not sees(adult(next_class), child, since)  # who is not in the roster yet


def test_before_the_class_its_teacher_reads_and_changes_nothing(scene, next_class, today):
    child = scene[0]
    teacher = adult(next_class, starts_on=next_class.starts_on)
    refresh_section_relationships(source=SOURCE, today=today)
    early = replace(viewer_of(teacher), today=next_class.starts_on - timedelta(days=1))
    decision = can(early, Permission.READ_PLAN, child)
    assert (decision.allowed, decision.circle) == (True, Circle.COMING)
    assert "will teach" in decision.reason
    assert "Math 6" in decision.reason
    assert not sections_for(early).exists()
    for permission in set(Permission) - {Permission.SEE_STUDENT, Permission.READ_PLAN, Permission.READ_EVIDENCE}:
        assert not can(early, permission, child).allowed, permission
        assert not students_for(early, permission).exists(), permission
    first_day = replace(early, today=next_class.starts_on)
    assert can(first_day, Permission.EDIT_PLAN, child).circle is Circle.TEACHER


def test_seats_and_teachers_stated_long_before_a_class_open_nothing_before_the_window(scene, next_class, today):
    child = scene[0]
    teacher = adult(next_class, starts_on=today - timedelta(days=60))
    child.enrolments.filter(section=next_class).update(starts_on=today - timedelta(days=60))
    refresh_section_relationships(source=SOURCE, today=today)
    assert not sees(teacher, child, next_class.starts_on - timedelta(days=16))
    assert sees(teacher, child, next_class.starts_on - timedelta(days=15))


def test_a_student_who_joins_a_coming_class_late_is_seen_from_that_day(scene, next_class, today):
    child = scene[0]
    teacher = adult(next_class, starts_on=next_class.starts_on)
    child.enrolments.filter(section=next_class).update(starts_on=next_class.starts_on + timedelta(days=1))
    refresh_section_relationships(source=SOURCE, today=today)
    assert not sees(teacher, child, next_class.starts_on)
    assert sees(teacher, child, next_class.starts_on + timedelta(days=1))


def test_a_substitute_sees_nothing_before_a_class(scene, next_class, today):
    child = scene[0]
    substitute = adult(next_class, is_substitute=True, is_primary=False, starts_on=next_class.starts_on)
    refresh_section_relationships(source=SOURCE, today=today)
    assert not sees(substitute, child, next_class.starts_on - timedelta(days=1))
    assert sees(substitute, child, next_class.starts_on)


@pytest.mark.parametrize("what", ["class", "teacher", "seat", "person"])
def test_a_roster_that_takes_the_class_away_again_closes_the_window_at_once(scene, next_class, today, what):
    child = scene[0]

    def sees_now():
        return students_for(replace(viewer, today=in_window)).filter(pk=child.pk).exists()

    teacher = adult(next_class, starts_on=next_class.starts_on)
    refresh_section_relationships(source=SOURCE, today=today)
    in_window, viewer = next_class.starts_on - timedelta(days=10), viewer_of(teacher)
    assert sees_now()
    rows = {
        "class": type(next_class).objects.filter(pk=next_class.pk),
        "teacher": teacher.teaching.all(),
        "seat": child.enrolments.filter(section=next_class),
        "person": type(teacher).objects.filter(pk=teacher.pk),
    }[what]
    rows.update(is_active=False)
    refresh_section_relationships(source=SOURCE, today=in_window)
    assert not sees_now()
    assert not students_for(replace(viewer, today=next_class.starts_on)).filter(pk=child.pk).exists()
    rows.update(is_active=True)
    refresh_section_relationships(source=SOURCE, today=in_window)
    assert sees_now()
    assert coming(teacher).count() == 1


def test_a_class_that_is_put_off_moves_its_window(scene, next_class, today):
    child = scene[0]
    teacher = adult(next_class, starts_on=next_class.starts_on)
    refresh_section_relationships(source=SOURCE, today=today)
    in_window, later = today + timedelta(days=6), today + timedelta(days=40)
    type(next_class).objects.filter(pk=next_class.pk).update(starts_on=later)
    child.enrolments.filter(section=next_class).update(starts_on=later)
    teacher.teaching.update(starts_on=later)
    refresh_section_relationships(source=SOURCE, today=in_window)
    assert not sees(teacher, child, in_window)
    assert not sees(teacher, child, later - timedelta(days=16))
    assert sees(teacher, child, later - timedelta(days=15))


def test_the_first_day_of_the_class_takes_over_without_a_gap_and_writes_nothing_twice(scene, next_class, today):
    child = scene[0]
    teacher = adult(next_class, starts_on=next_class.starts_on)
    refresh_section_relationships(source=SOURCE, today=today)
    before = list(Relationship.objects.order_by("pk").values_list())
    again = refresh_section_relationships(source=SOURCE, today=next_class.starts_on)
    assert (again.created, again.changed, again.left) == (0, 0, 0)
    assert list(Relationship.objects.order_by("pk").values_list()) == before
    kinds = {row.kind: (row.starts_on, row.ends_on) for row in Relationship.objects.filter(person=teacher)}
    assert kinds["coming"] == (next_class.starts_on - timedelta(days=15), next_class.starts_on)
    assert kinds["section"][0] == next_class.starts_on
    assert sees(teacher, child, next_class.starts_on - timedelta(days=1))
    assert sees(teacher, child, next_class.starts_on)
