"""The planned district repeats itself, keeps people apart from learning, and stands on any day of the year."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from statistics import mean

import pytest

from config.demo.chance import stream, uid, uid_text
from config.demo.content import load_content
from config.demo.district import build_district
from config.demo.families import MAYA
from config.demo.growth import Curve, seen
from config.demo.learning import plan_learning
from config.demo.people import District
from config.demo.recorder import Learning, is_shown
from config.demo.story import Story, plan_stories
from config.demo.syllabus import DEMO_AFTER, DEMO_CODE, MATH, units_of
from config.demo.years import plan_years

TODAY = date(2026, 11, 18)


@pytest.fixture(scope="module")
def district() -> District:
    return build_district(load_content(), seed=7, today=TODAY)


@pytest.fixture(scope="module")
def small() -> District:
    return build_district(load_content(), seed=7, today=TODAY, size="small")


@pytest.fixture(scope="module")
def learning(district: District) -> Learning:
    return plan_learning(district, load_content())


@pytest.fixture(scope="module")
def stories(district: District) -> list[Story]:
    return plan_stories(district, load_content())


# ------------------------------------------------------------------ years
@pytest.mark.parametrize("offset", range(0, 800, 9))
def test_a_visitor_comes_into_the_middle_of_a_school_year_on_any_day(offset: int) -> None:
    today = date(2025, 1, 1) + timedelta(days=offset)
    years = plan_years(today, ("a", "b", "c"))
    assert years.calendar.flags_may_open(today)
    assert sum(day < today for day in years.current.days) >= 30
    assert sum(day > today for day in years.current.days) >= 15
    assert years.previous.ends_on < years.current.starts_on
    assert len(years.previous.days) >= 150


def test_no_day_is_closed_twice_and_each_school_has_days_of_its_own() -> None:
    year = plan_years(TODAY, ("a", "b")).current
    assert max(Counter((c.day, c.school) for c in year.closures).values()) == 1
    assert {c.school for c in year.closures} == {None, "a", "b"}
    assert any(c.reason == "Thanksgiving" for c in year.closures)
    assert not {c.day for c in year.closures} & set(year.days)


# ------------------------------------------------------------------ people
def test_the_same_seed_and_day_give_the_same_district(small: District) -> None:
    assert build_district(load_content(), seed=7, today=TODAY, size="small") == small
    assert build_district(load_content(), seed=8, today=TODAY, size="small") != small


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(ValueError, match="small, full"):
        build_district(load_content(), seed=1, today=TODAY, size="huge")


def test_three_schools_and_about_nine_hundred_students(district: District) -> None:
    assert len(district.schools) == 3
    assert 850 <= len(district.children) <= 950
    assert {child.grade for child in district.children.values()} == set(range(3, 9))


def test_nobody_shares_a_name_or_a_user_name(district: District) -> None:
    children = list(district.children.values())
    assert len({(c.given, c.family) for c in children}) == len(children)
    accounts = [who.username for who in (*district.adults.values(), *children) if who.username]
    assert len(set(accounts)) == len(accounts)
    addresses = [a.email for a in district.adults.values() if a.email]
    assert len(set(addresses)) == len(addresses)
    assert all(address.endswith("example.org") for address in addresses)


def test_every_role_has_somebody_and_the_cast_is_complete(district: District) -> None:
    roles = {role for adult in district.adults.values() for role, _school in adult.roles}
    assert roles == {
        "teacher", "navigator", "principal", "plan_lead", "specialist", "district_admin", "privacy_officer",
        "operator", "partner",
    }  # fmt: skip
    assert set(district.cast) == {
        "teacher", "navigator", "principal", "plan_lead", "district_admin", "operator", "guardian", "student",
        "partner",
    }  # fmt: skip
    maya = district.children[MAYA]
    demo = next(c for c in district.classes if c.key == district.demo_class)
    assert MAYA in demo.students
    assert demo.teachers[0] == district.cast["teacher"]
    assert district.cast["guardian"] in maya.guardians
    assert maya.navigator == district.cast["navigator"]


def test_caseloads_are_about_a_dozen_and_a_few_students_wait_for_a_navigator(district: District) -> None:
    loads = Counter(c.navigator for c in district.children.values())
    waiting = loads.pop(None)
    assert 0 < waiting < 40
    assert max(loads.values()) <= 14


def test_every_student_sits_in_mathematics_and_in_self_direction_this_year(district: District) -> None:
    subjects = defaultdict(set)
    for section in district.classes_of("current"):
        for key in section.students:
            subjects[key] |= set(section.subjects)
    assert set(subjects) == set(district.children)
    assert all(have == {"mathematics", "self-direction"} for have in subjects.values())


def test_a_school_year_back_the_same_children_sat_one_grade_below(district: District) -> None:
    last_year = {key: c.grade for c in district.classes_of("previous") for key in c.students}
    assert len(last_year) >= 600
    assert all(district.children[key].grade == grade + 1 for key, grade in last_year.items())


# ------------------------------------------------------------------ learning
def test_the_same_district_learns_the_same(small: District) -> None:
    first, again = plan_learning(small, load_content()), plan_learning(small, load_content())
    assert first == again


def test_nothing_is_seen_or_written_down_today_or_later(learning: Learning) -> None:
    assert max(p.day for p in learning.pieces) < TODAY
    assert max(p.recorded_at.date() for p in learning.pieces) < TODAY
    assert all(p.recorded_at.date() >= p.day for p in learning.pieces)
    assert all(f.chosen_at.date() < TODAY for f in learning.focuses)


def test_learning_reaches_back_over_two_school_years(learning: Learning, district: District) -> None:
    years = Counter("now" if p.day >= district.years.current.starts_on else "then" for p in learning.pieces)
    assert years["now"] > 15_000
    assert years["then"] > 35_000


def test_values_are_half_steps_of_the_scale(learning: Learning) -> None:
    values = {p.value for p in learning.pieces}
    assert values <= {Decimal(n) / 2 for n in range(2, 9)}
    assert len(values) == 7


def test_most_ideas_are_shown_in_the_end_and_some_are_not_yet(learning: Learning) -> None:
    pieces = defaultdict(list)
    for p in learning.pieces:
        if p.kind == "teacher":
            pieces[p.child, p.code].append(p)
    old = [v for v in pieces.values() if max(p.day for p in v) < TODAY - timedelta(weeks=12)]
    shown = mean(is_shown(sorted(v, key=lambda p: p.day)) for v in old)
    assert 0.7 < shown < 0.97


def test_no_student_is_strong_everywhere_or_nowhere(learning: Learning) -> None:
    """No ability term: how one student's competencies vary is most of how all competencies vary."""
    values = defaultdict(lambda: defaultdict(list))
    for p in learning.pieces:
        values[p.child][p.code].append(float(p.value))
    means = [[mean(v) for v in codes.values()] for codes in values.values() if len(codes) >= 12]
    everything = [m for mine in means for m in mine]
    grand = mean(everything)
    between = mean((mean(mine) - grand) ** 2 for mine in means)
    total = mean((m - grand) ** 2 for m in everything)
    assert between / total < 0.2


def test_what_is_seen_never_follows_from_the_language_at_home(learning: Learning, district: District) -> None:
    values = defaultdict(list)
    for p in learning.pieces:
        values[district.children[p.child].languages[0]].append(float(p.value))
    everyone = mean(v for group in values.values() for v in group)
    for language, group in values.items():
        if len(group) > 4000:
            assert abs(mean(group) - everyone) < 0.12, language


def test_a_support_that_suits_makes_the_curve_steeper() -> None:
    plain = Curve(1.8, 0.7, date(2026, 9, 1), date(2026, 10, 1))
    helped = Curve(1.8, 0.7, date(2026, 9, 1), date(2026, 10, 1), [(date(2026, 10, 1), date(2026, 11, 1), 0.9)])
    assert plain.level(date(2026, 10, 1)) == helped.level(date(2026, 10, 1))
    assert helped.level(date(2026, 11, 1)) > plain.level(date(2026, 11, 1)) + 0.4
    levels = [helped.level(date(2026, 9, 1) + timedelta(days=n)) for n in range(90)]
    assert levels == sorted(levels)


def test_what_is_seen_stays_near_the_true_level_and_on_the_scale() -> None:
    rng = stream(1, "test")
    found = [seen(rng, 2.6) for _ in range(500)]
    assert set(found) <= {Decimal(n) / 2 for n in range(2, 9)}
    assert abs(float(mean(found)) - 2.6) < 0.1


def test_the_demonstration_class_is_one_piece_short(learning: Learning, district: District) -> None:
    demo = next(c for c in district.classes if c.key == district.demo_class)
    pieces = defaultdict(list)
    for p in learning.pieces:
        if p.code == DEMO_CODE and p.child in demo.students and p.kind == "teacher":
            pieces[p.child].append(p)
    ready = [v for v in pieces.values() if [p.value for p in v] == [Decimal(3), Decimal(3)]]
    assert len(ready) >= 15
    assert all(len({p.context for p in v}) == 2 and len({p.day for p in v}) == 2 for v in ready)
    later = {p.code for p in learning.pieces if p.child in demo.students and p.section == demo.key}
    assert not later & set(DEMO_AFTER)
    now = [u for u in units_of(demo, district) if u.starts_on <= TODAY < u.after]
    assert DEMO_CODE in {u.code for u in now}


@pytest.mark.parametrize("month", range(1, 13))
def test_the_demonstration_class_is_one_piece_short_in_every_month(month: int) -> None:
    today = date(2027, month, 11)
    plan = build_district(load_content(), seed=3, today=today, size="small")
    demo = next(c for c in plan.classes if c.key == plan.demo_class)
    units = units_of(demo, plan)
    now = next(u for u in units if u.code == DEMO_CODE)
    assert now.starts_on <= today < now.after
    assert all(u.starts_on > today + timedelta(days=14) for u in units if u.code in DEMO_AFTER)
    seen_before = sum(day < today for day in now.days)
    assert seen_before >= 12


def test_no_class_works_on_an_idea_before_what_it_rests_on(district: District) -> None:
    framework = load_content().framework
    for grade, threads in MATH.items():
        for thread in threads:
            place = {code: n for n, code in enumerate(thread)}
            wrong = [(a, b) for a, b in framework.precedes if a in place and b in place and place[a] > place[b]]
            assert wrong == [], grade
    assert all(u.days for section in district.classes for u in units_of(section, district))


def test_supports_end_within_twelve_weeks(learning: Learning) -> None:
    assert learning.supports
    assert all(timedelta(0) < s.after - s.starts_on <= timedelta(weeks=12) for s in learning.supports)


# ------------------------------------------------------------------ plans
def test_nearly_everyone_has_a_plan_and_most_families_have_spoken(stories: list[Story], district: District) -> None:
    total = len(district.children)
    assert 0.9 < len(stories) / total < 0.98
    spoken = sum(any(s.voice == "family" for s in story.statements) for story in stories)
    assert 0.6 < spoken / total < 0.8
    assert any(story.child == MAYA for story in stories)


def test_strengths_come_with_every_plan_and_needs_only_with_some(stories: list[Story]) -> None:
    assert all(any(s.kind == "strength" for s in story.statements) for story in stories)
    assert 0.2 < mean(bool(story.needs) for story in stories) < 0.7


def test_students_do_not_read_alike(stories: list[Story]) -> None:
    said = Counter(tuple(sorted(s.snippet.text for s in story.statements if s.voice == "student")) for story in stories)
    assert max(said.values()) <= 3
    goals = Counter(goal.text for story in stories for goal in story.goals)
    assert max(goals.values()) < 120


def test_families_speak_their_own_languages(stories: list[Story]) -> None:
    languages = Counter(s.snippet.language for story in stories for s in story.statements if s.voice == "family")
    assert {"en", "es", "ar", "vi", "ht", "so"} <= set(languages)
    assert languages["es"] > 100


def test_a_goal_has_everything_a_goal_needs(stories: list[Story]) -> None:
    goals = [goal for story in stories for goal in story.goals]
    assert any(goal.content is None for goal in goals)
    for goal in goals:
        if goal.content is not None:
            assert goal.due_on is not None
            assert goal.helper is not None
            assert goal.content.measure


# ------------------------------------------------------------------ chance
def test_streams_and_ids_depend_on_seed_and_name_only() -> None:
    assert stream(1, "a").random() == stream(1, "a").random()
    assert stream(1, "a").random() != stream(2, "a").random()
    assert uid(1, "x") == uid(1, "x") != uid(1, "y")
    assert len({uid_text(1, n) for n in range(1000)}) == 1000
    assert uid_text(1, 2)[12] == "8"
