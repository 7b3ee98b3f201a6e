"""Where a portfolio under `best_n` stands: progress, value and growth, per sub-skill and pooled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessments.mastery.summary import independent
from assessments.mastery.terms import MasteryError, Piece


@dataclass(frozen=True, slots=True)
class SubSkillStanding:
    """One sub-skill: `shown` of `required` pieces, met when all are there or a person said so."""

    sub_skill: str
    required: int
    shown: int
    overridden: bool

    @property
    def met(self) -> bool:
        """Whether the pieces required are shown, or a person set it as met."""
        return self.overridden or self.shown >= self.required


@dataclass(frozen=True, slots=True)
class BestNStanding:
    """The portfolio of one student on one competency.

    value      exact mean of the best n ratings of each sub-skill, pooled; None without ratings
    growth     value minus the student's own baseline; None without ratings
    shown, required   progress: an overridden sub-skill counts as complete
    missed     opportunities without a rating: told apart from low scores, in no value and in no progress
    """

    value: Fraction | None
    baseline: Fraction | None
    growth: Fraction | None
    shown: int
    required: int
    missed: int
    sub_skills: tuple[SubSkillStanding, ...]


def best_n_standing(
    pieces: Iterable[Piece],
    *,
    required: Mapping[str, int],
    overridden: Collection[str] = (),
    missed: int = 0,
    baseline: Decimal | None = None,
) -> BestNStanding:
    """Where counted pieces stand against the pieces required of each sub-skill (n of each, 1 or more).

    `baseline` is the value set at entry; without one it is the first rating in order. A rating of a sub-skill
    that nothing is required of does not enter. Raises MasteryError for a requirement below 1, an override of an
    unknown sub-skill, or a negative `missed`.
    """
    if any(n < 1 for n in required.values()):
        raise MasteryError("At least 1 piece is required of every sub-skill.")
    unknown = sorted(set(overridden) - set(required))
    if unknown:
        raise MasteryError(f"There is no sub-skill {unknown[0]!r} to set as met.")
    if missed < 0:
        raise MasteryError("Missed opportunities are counted from 0.")
    ordered = [piece for piece in independent(pieces) if piece.sub_skill in required]
    best: list[Decimal] = []
    standings: list[SubSkillStanding] = []
    for sub_skill, n in sorted(required.items()):
        values = sorted(piece.value for piece in ordered if piece.sub_skill == sub_skill)[-n:]
        best += values
        standings.append(SubSkillStanding(sub_skill, n, len(values), sub_skill in overridden))
    value = sum(map(Fraction, best), Fraction(0)) / len(best) if best else None
    start = Fraction(baseline) if baseline is not None else None
    if start is None and ordered:
        start = Fraction(ordered[0].value)
    return BestNStanding(
        value=value,
        baseline=start,
        growth=value - start if value is not None and start is not None else None,
        shown=sum(standing.required if standing.met else standing.shown for standing in standings),
        required=sum(required.values()),
        missed=missed,
        sub_skills=tuple(standings),
    )
