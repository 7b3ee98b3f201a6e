"""The draw of places: the same for whoever does it again, blind to everything but ids, and fair to each of them."""

from __future__ import annotations

import hashlib
import inspect
import random
from collections import Counter
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from success_plans import draw

IDS = st.lists(st.uuids(), max_size=12)
SEEDS = st.text(max_size=40)


def ids_of(count: int, number: int = 7) -> list[UUID]:
    chance = random.Random(number)
    return [UUID(int=chance.getrandbits(128), version=4) for _n in range(count)]


@given(SEEDS, IDS)
@settings(max_examples=60)
def test_the_same_seed_gives_the_same_order_whoever_asked_first(seed: str, ids: list[UUID]) -> None:
    once = draw.order(seed, ids)

    assert draw.order(seed, reversed(ids)) == draw.order(seed, ids + ids) == once
    assert set(once) == set(ids)
    assert len(once) == len(set(ids))


@given(SEEDS, IDS, st.uuids())
@settings(max_examples=60)
def test_one_more_who_asks_changes_nothing_between_the_others(seed: str, ids: list[UUID], late: UUID) -> None:
    others = [one for one in ids if one != late]

    assert [one for one in draw.order(seed, [late, *others]) if one != late] == draw.order(seed, others)


def test_the_number_is_the_published_formula() -> None:
    [one] = ids_of(1)

    [lot] = draw.lots("a seed", [one])

    assert lot == draw.Lot(one, hashlib.sha256(f"a seed{one}".encode()).hexdigest())


def test_the_promise_holds_only_for_the_seed_that_was_promised() -> None:
    digest = draw.digest_of("a seed")

    assert digest == hashlib.sha256(b"a seed").hexdigest()
    assert draw.is_seed_of(digest, "a seed")
    assert not draw.is_seed_of(digest, "another seed")


def test_every_ask_is_equally_likely_to_stand_at_every_place() -> None:
    """Chi-square over 4,000 fixed seeds: 6 ids x 6 places have 25 degrees of freedom, 52.6 is the 0.1 % limit."""
    ids, rounds = ids_of(6), 4000
    seen = Counter(
        (one, place) for number in range(rounds) for place, one in enumerate(draw.order(f"seed {number}", ids))
    )
    expected = rounds / len(ids)

    chi_square = sum((seen[one, place] - expected) ** 2 / expected for one in ids for place in range(len(ids)))

    assert chi_square < 52.6


def test_the_test_of_fairness_would_see_a_draw_that_prefers_the_first() -> None:
    ids, rounds = ids_of(6), 4000
    seen = Counter(place for number in range(rounds) for place, one in enumerate(sorted(ids)) if one == min(ids))
    expected = rounds / len(ids)

    assert sum((seen[place] - expected) ** 2 / expected for place in range(len(ids))) > 52.6


def test_nothing_but_the_seed_and_ids_goes_in() -> None:
    assert list(inspect.signature(draw.lots).parameters) == ["seed", "ids"]
    assert list(inspect.signature(draw.order).parameters) == ["seed", "ids"]
    assert set(draw.Lot.__dataclass_fields__) == {"id", "number"}


def test_free_places_go_down_the_line_of_the_oldest_draw_first() -> None:
    a, b, c, d, e = ids_of(5)

    assert draw.next_in_line([[a, b], [c, d]], {b, d, c, e}, 2) == [b, c]
    assert draw.next_in_line([[a, b], [c, d]], {b, d, c, e}, 9) == [b, c, d]
    assert draw.next_in_line([[a, b]], {a, b}, 0) == draw.next_in_line([[a]], {a}, -3) == []
