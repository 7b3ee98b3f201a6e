"""The rule "not reached: three tries in two ways", for every mixture of tries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from success_plans.choices import ContactMode, ContactOutcome
from success_plans.contacts import Attempt, conversation_outcome, tries_left

START = datetime(2026, 9, 1, 15, tzinfo=UTC)


def tries(*pairs):
    return [Attempt(START + timedelta(days=n), mode, outcome) for n, (mode, outcome) in enumerate(pairs)]


@pytest.mark.parametrize(
    ("pairs", "outcome"),
    [
        ([], "open"),
        ([("phone", "no_answer")] * 3, "open"),
        ([("phone", "no_answer"), ("letter", "left_message")], "open"),
        ([("phone", "no_answer"), ("phone", "wrong_contact"), ("letter", "left_message")], "not_reached"),
        ([("phone", "no_answer")] * 4 + [("message", "left_message")], "not_reached"),
        ([("phone", "no_answer"), ("letter", "left_message"), ("phone", "later")], "open"),
        (
            [("phone", "later"), ("phone", "no_answer"), ("message", "left_message"), ("phone", "no_answer")],
            "not_reached",
        ),
        ([("phone", "declined"), ("phone", "no_answer")], "declined"),
        ([("phone", "declined"), ("phone", "held")], "held"),
        ([("phone", "held"), ("phone", "no_answer"), ("letter", "left_message"), ("visit", "no_answer")], "held"),
    ],
)
def test_what_the_tries_come_to(pairs, outcome):
    assert conversation_outcome(tries(*pairs)) == outcome


def test_the_words_say_what_is_missing():
    assert tries_left([]) == (3, True)
    assert tries_left(tries(("phone", "no_answer"))) == (2, True)
    assert tries_left(tries(*[("phone", "no_answer")] * 5)) == (1, True)
    assert tries_left(tries(("phone", "no_answer"), ("letter", "left_message"))) == (1, False)
    assert tries_left(tries(("phone", "held"))) == (0, False)


SOME = st.lists(st.tuples(st.sampled_from(ContactMode.values), st.sampled_from(ContactOutcome.values)), max_size=8)


@given(SOME, st.randoms(use_true_random=False))
def test_the_order_in_which_tries_are_told_changes_nothing(pairs, chance):
    told = tries(*pairs)
    shuffled = list(told)
    chance.shuffle(shuffled)
    assert conversation_outcome(shuffled) == conversation_outcome(told)


@given(SOME)
def test_not_reached_needs_three_tries_in_two_ways_and_nobody_who_answered(pairs):
    told = tries(*pairs)
    if conversation_outcome(told) == "not_reached":
        assert len(told) >= 3
        assert len({one.mode for one in told}) >= 2
        assert not {"held", "declined"} & {one.outcome for one in told}
    missing, _another = tries_left(told)
    assert (missing == 0) == (conversation_outcome(told) != "open")
