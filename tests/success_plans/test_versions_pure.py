"""A plan's shape and what changed between two: properties that hold for any plan."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.worddiff import Part, word_pieces
from success_plans.versions.differences import What, apply, differences
from success_plans.versions.snapshot import (
    FIELDS,
    SHAPE,
    Entry,
    Kind,
    NewerSnapshotError,
    Snapshot,
    SnapshotError,
    digest,
    from_json,
    to_json,
)

VALUES = st.one_of(st.text(max_size=20), st.integers(0, 300), st.booleans(), st.none())
STATES = st.sampled_from(["open", "met", "active", "reached", "running", "finished"])


@st.composite
def entries(draw):
    kind = draw(st.sampled_from(list(Kind)))
    fields = {name: draw(STATES if name == "state" else VALUES) for name in FIELDS[kind]}
    return Entry(kind, draw(st.sampled_from("abcdefgh")), fields)


PLANS = st.lists(entries(), max_size=8, unique_by=lambda e: (e.kind, e.id)).map(
    lambda found: Snapshot("maya", tuple(found), {"p": "Ana"}, {"c": "Fractions"})
)


@given(PLANS)
def test_a_plan_does_not_differ_from_itself(plan):
    assert differences(plan, plan) == []


@given(PLANS, PLANS)
def test_the_changes_lead_from_one_plan_to_the_other_and_are_all_needed(one, other):
    changes = differences(one, other)

    assert apply(one, changes).entries == other.entries
    for left_out in range(len(changes)):
        assert apply(one, changes[:left_out] + changes[left_out + 1 :]).entries != other.entries


@given(PLANS, st.randoms(use_true_random=False))
def test_the_order_entries_are_given_in_changes_nothing(plan, chance: random.Random):
    mixed = list(plan.entries)
    chance.shuffle(mixed)
    again = Snapshot(plan.student, tuple(mixed), plan.people, plan.competencies)

    assert digest(again) == digest(plan)
    assert differences(plan, again) == []


@given(PLANS)
def test_a_plan_comes_back_from_json_as_it_was(plan):
    again = from_json(json.loads(json.dumps(to_json(plan))))

    assert again == plan
    assert digest(again) == digest(plan)


def test_a_version_agreed_before_a_field_came_keeps_its_digest_and_has_it_empty():
    before = {name: "x" for name in FIELDS[Kind.GOAL] if name != "how_where"}
    stored = {"shape": 1, "student": "m", "entries": [{"entry": "goal", "id": "g", **before}], "people": {},
              "competencies": {}}  # fmt: skip
    read = from_json(stored)
    assert to_json(read) == stored
    assert read.entries[0].fields["how_where"] == ""
    # the digest the earlier program gave it
    assert (
        digest(read)
        == digest(Snapshot("m", read.entries))
        == ("eea85a88e40f8f88f39a1888c852a8e15f007613fad33f5b94ac9dfc1ff85048")
    )
    said = Snapshot("m", (Entry(Kind.GOAL, "g", before | {"how_where": "At the library"}),))
    assert digest(said) != digest(read)
    assert [change.fields[0].name for change in differences(read, said)] == ["how_where"]


@pytest.mark.parametrize(("words", "shape"), [("", 1), ("At the library", 2)], ids=["nothing new", "something new"])
def test_a_plan_is_written_in_the_oldest_shape_that_holds_it(words, shape):
    goal = dict.fromkeys(FIELDS[Kind.GOAL], "x") | {"how_where": words}
    written = to_json(Snapshot("m", (Entry(Kind.GOAL, "g", goal),)))

    assert written["shape"] == shape
    assert ("how_where" in written["entries"][0]) == bool(words)
    assert to_json(from_json(written)) == written


def test_a_version_agreed_with_a_later_field_under_the_earlier_shape_keeps_what_was_agreed():
    goal = {"entry": "goal", "id": "g", **dict.fromkeys(FIELDS[Kind.GOAL], "x")}
    stored = {"shape": 1, "student": "m", "entries": [goal], "people": {}, "competencies": {}}

    read = from_json(stored)

    assert to_json(read) == stored
    assert read == Snapshot("m", read.entries), "and says the same"


def test_a_plan_of_a_newer_program_is_told_from_one_that_is_none():
    newer = to_json(Snapshot("m")) | {"shape": SHAPE + 1, "moods": []}
    with pytest.raises(NewerSnapshotError):
        from_json(newer)
    for shape in (0, -1, True, "1", None):
        with pytest.raises(SnapshotError) as caught:
            from_json(newer | {"shape": shape})
        assert not isinstance(caught.value, NewerSnapshotError)


@given(PLANS, PLANS)
def test_two_plans_have_one_digest_only_when_they_are_equal(one, other):
    assert (digest(one) == digest(other)) == (to_json(one) == to_json(other))


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_word_of_either_text_is_lost(before, after):
    pieces = word_pieces(before, after)

    assert "".join(p.text for p in pieces if p.part is not Part.NEW) == before
    assert "".join(p.text for p in pieces if p.part is not Part.GONE) == after


def test_a_need_that_is_met_has_ended_and_a_sentence_taken_off_has_too():
    need = Entry(Kind.NEED, "n", {"state": "open", "text": "More time."})
    met = Entry(Kind.NEED, "n", {"state": "met", "text": "More time."})
    said = Entry(Kind.STATEMENT, "s", {"text": "I draw."})

    changes = differences(Snapshot("maya", (need, said)), Snapshot("maya", (met,)))

    assert [(c.kind, c.what) for c in changes] == [(Kind.STATEMENT, What.ENDED), (Kind.NEED, What.ENDED)]


def test_an_amendment_goes_with_what_it_is_about():
    need = Entry(Kind.NEED, "n", {"text": "More time."})
    amendment = Entry(Kind.AMENDMENT, "a", {"about_id": "n", "text": "We see it otherwise."})

    assert Snapshot("maya", (need, amendment)).without(["n"]).entries == ()


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {},
        {"shape": 2},
        {"shape": 1, "student": "m", "entries": {}, "people": {}, "competencies": {}},
        {"shape": 1, "student": "m", "entries": [{"entry": "grade"}], "people": {}, "competencies": {}},
        {"shape": 1, "student": "m", "entries": [{"entry": "need", "id": "n"}], "people": {}, "competencies": {}},
        {"shape": 1, "student": "m", "entries": [], "people": {"p": 1}, "competencies": {}},
        {"shape": 1, "student": 3, "entries": [], "people": {}, "competencies": {}},
    ],
)
def test_what_is_not_a_plan_is_refused(wrong):
    with pytest.raises(SnapshotError):
        from_json(wrong)
