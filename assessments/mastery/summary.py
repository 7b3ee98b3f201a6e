"""From pieces to a judgement."""

from __future__ import annotations

from collections.abc import Iterable

from assessments.mastery.methods import Method
from assessments.mastery.terms import Explanation, Judgement, Piece, Scale


def independent(pieces: Iterable[Piece]) -> list[Piece]:
    """The independent pieces in order (observed_on, key): raters of one task_key become one piece."""
    raise NotImplementedError


def summarise(pieces: Iterable[Piece], *, scale: Scale, method: Method) -> Judgement:
    """What all counted pieces of one student on one competency add up to. Any order, duplicates harmless."""
    raise NotImplementedError


def why_not_yet(pieces: Iterable[Piece], *, scale: Scale, method: Method) -> tuple[Explanation, ...]:
    """What would make us surer; empty where the competency is demonstrated."""
    raise NotImplementedError
