"""A balance moves nobody, fills nobody above the cap, and keeps families and languages together where it can."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from success_plans.balancing import Adult, Child, Pair, Why, propose

EN = frozenset({"en"})


def family(*keys: int) -> frozenset[int]:
    return frozenset(keys)


def test_nobody_who_has_a_navigator_is_proposed() -> None:
    assert propose([Child(1, navigator=7)], [Adult(7, 1), Adult(8, 0)], cap=5) == []


def test_a_sister_comes_to_who_holds_her_brother_although_another_holds_fewer() -> None:
    children = [Child(1, family(100), navigator=7), Child(2, family(100, 101))]
    assert propose(children, [Adult(7, 4), Adult(8, 0)], cap=5) == [Pair(2, 7, Why.SIBLING)]


def test_brothers_and_sisters_without_a_navigator_come_to_one_adult_also_through_a_third() -> None:
    children = [Child(1, family(100)), Child(2, family(101)), Child(3, family(100, 101))]
    pairs = propose(children, [Adult(7, 3), Adult(8, 4)], cap=6)
    assert {pair.adult for pair in pairs} == {7}
    assert [pair.child for pair in pairs] == [1, 2, 3]


def test_a_family_that_fits_with_nobody_is_placed_one_by_one() -> None:
    children = [Child(1, family(100)), Child(2, family(100))]
    pairs = propose(children, [Adult(7, 4), Adult(8, 4)], cap=5)
    assert {pair.adult for pair in pairs} == {7, 8}


def test_a_shared_home_language_counts_more_than_a_smaller_caseload() -> None:
    child = Child(1, languages=frozenset({"ar", "en"}))
    adults = [Adult(7, 0, EN), Adult(8, 3, frozenset({"ar", "en"}))]
    assert propose([child], adults, cap=5, spoken_by_all=EN) == [Pair(1, 8, Why.LANGUAGE)]
    assert propose([child], adults, cap=3, spoken_by_all=EN) == [Pair(1, 7, Why.ROOM)]


def test_nobody_is_proposed_for_a_child_of_their_own() -> None:
    assert propose([Child(1, family(7))], [Adult(7, 0), Adult(8, 4)], cap=5) == [Pair(1, 8, Why.ROOM)]


def test_without_room_nobody_is_proposed() -> None:
    assert propose([Child(1)], [Adult(7, 5)], cap=5) == []


CHILDREN = st.lists(
    st.tuples(st.frozensets(st.integers(50, 55), max_size=2), st.frozensets(st.sampled_from(["en", "es", "ar"]))),
    max_size=25,
)
ADULTS = st.lists(st.tuples(st.integers(0, 6), st.frozensets(st.sampled_from(["en", "es", "ar"]))), max_size=5)


@given(CHILDREN, ADULTS, st.integers(1, 6))
def test_the_cap_holds_every_child_comes_once_and_no_room_is_left_unused(
    children: list[tuple[frozenset[int], frozenset[str]]], adults: list[tuple[int, frozenset[str]]], cap: int
) -> None:
    asked = [Child(key, guardians, languages) for key, (guardians, languages) in enumerate(children, 1)]
    people = [Adult(1000 + n, load, languages) for n, (load, languages) in enumerate(adults)]
    pairs = propose(asked, people, cap=cap, spoken_by_all=EN)
    assert len({pair.child for pair in pairs}) == len(pairs)
    free = {adult.key: max(0, cap - adult.load) for adult in people}
    for pair in pairs:
        free[pair.adult] -= 1
    assert min(free.values(), default=0) >= 0
    assert len(pairs) == len(asked) or sum(free.values()) == 0
    assert pairs == propose(asked, people, cap=cap, spoken_by_all=EN)
