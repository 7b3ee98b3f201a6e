"""Random acts, late, corrected, withdrawn, judged, at once: what is stored is what the evidence says."""

from __future__ import annotations

from datetime import date

import pytest

from bench import sequences, town


@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_acts_leaves_what_the_evidence_says(db: None, today: date, seed: int) -> None:
    place = town.found(today, competencies=3)
    town.settle(place, 4)
    played = sequences.play(place, seed=seed, acts=60, people=1, workers=0)

    assert played.pairs
    assert played.differences == []


@pytest.mark.django_db(transaction=True)
def test_several_people_and_workers_at_once_leave_what_the_evidence_says(today: date) -> None:
    place = town.found(today, competencies=2)
    town.settle(place, 3)
    played = sequences.play(place, seed=7, acts=90, people=3, workers=2)

    assert played.pairs
    assert played.differences == []
