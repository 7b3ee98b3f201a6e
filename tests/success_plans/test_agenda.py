"""The agenda: what changed, the student's own words first, enrichment for everyone."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from success_plans.agenda import ALWAYS, ORDER, Fact, Facts, PointKind, build_agenda, since_when

SINCE = date(2026, 9, 1)
MEETING = date(2026, 11, 1)
DAY = timedelta(days=1)


def kinds(facts: Facts[str]) -> list[str]:
    return [point.kind for point in build_agenda(facts, since=SINCE, meeting_on=MEETING)]


def lines(facts: Facts[str], kind: PointKind) -> list[tuple[str, bool]]:
    agenda = build_agenda(facts, since=SINCE, meeting_on=MEETING)
    return [(item.what, item.is_new) for point in agenda if point.kind == kind for item in point.items]


def test_nothing_changed_still_asks_four_things_the_students_words_first():
    assert kinds(Facts()) == ["voice", "strengths", "goals", "enrichment"]


def test_strengths_said_since_stand_there_or_the_newest_three():
    old = [Fact(SINCE - n * DAY, f"old {n}") for n in range(1, 6)]
    assert lines(Facts(strengths=old), PointKind.STRENGTHS) == [("old 3", False), ("old 2", False), ("old 1", False)]
    both = [*old, Fact(SINCE, "new")]
    assert lines(Facts(strengths=both), PointKind.STRENGTHS) == [("new", True)]


def test_what_was_shown_before_is_not_news():
    facts = Facts(shown=[Fact(SINCE - DAY, "before"), Fact(SINCE, "since")])
    assert lines(facts, PointKind.SHOWN) == [("since", True)]


def test_an_open_goal_stays_and_one_that_ended_stands_once():
    goals = [
        Fact(SINCE - DAY, "open"),
        Fact(SINCE + DAY, "reached since", is_open=False),
        Fact(SINCE - DAY, "reached before", is_open=False),
    ]
    assert lines(Facts(goals=goals), PointKind.GOALS) == [("open", False), ("reached since", True)]


def test_a_need_comes_up_when_it_is_new_or_due_for_review_by_the_meeting():
    needs = [
        Fact(SINCE - DAY, "due", review_on=MEETING),
        Fact(SINCE - DAY, "later", review_on=MEETING + DAY),
        Fact(SINCE, "new", review_on=MEETING + DAY),
        Fact(SINCE - DAY, "met before", is_open=False, review_on=SINCE),
    ]
    assert lines(Facts(needs=needs), PointKind.NEEDS) == [("due", False), ("new", True)]


def test_answered_proposals_and_settled_decisions_are_not_talked_about_again():
    done = [Fact(SINCE, "done", is_open=False)]
    assert kinds(Facts(proposals=done, decisions=done)) == kinds(Facts())


def test_changed_means_since_the_later_of_agreement_and_last_meeting():
    begun = date(2026, 1, 1)
    assert since_when(agreed_on=None, held_on=None, begun_on=begun) == begun
    assert since_when(agreed_on=SINCE, held_on=MEETING, begun_on=begun) == MEETING
    assert since_when(agreed_on=MEETING, held_on=None, begun_on=begun) == MEETING


some_facts = st.lists(
    st.builds(Fact, st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.text(max_size=5), st.booleans()), max_size=6
)


@given(st.builds(Facts, *[some_facts] * 10))
def test_points_keep_their_order_and_the_four_are_always_there(facts):
    found = kinds(facts)
    assert found == sorted(found, key=ORDER.index)
    assert len(found) == len(set(found))
    assert set(ALWAYS) <= set(found)
