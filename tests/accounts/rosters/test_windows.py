"""How long an adult sees a student because of the roster: teachers, substitutes, next year's teacher, day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from accounts.calendar import SchoolCalendar
from accounts.permissions import students_for
from accounts.rosters.circles import READS_AFTER, reads_until, refresh_section_relationships
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
