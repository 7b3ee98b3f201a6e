"""Chance that repeats itself: every stream and every id is a function of the seed and a name. Pure.

One stream per purpose ("names", "growth/<student>"), so that a change in one part of the district leaves the others
as they were.
"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Sequence
from typing import TypeVar

Choice = TypeVar("Choice")
TIMELY = 0.86
NAMESPACE = uuid.UUID("3f1c8a52-6a0e-5d52-8f6b-1d6f5a3c9b70")


def stream(seed: int, *names: object) -> random.Random:
    """The stream of random numbers of this name; never used for anything secret."""
    return random.Random("/".join(map(str, (seed, *names))))  # noqa: S311 - a story, not a secret


def uid(seed: int, *names: object) -> uuid.UUID:
    """The id of the thing with this name in the district of this seed."""
    return uuid.uuid5(NAMESPACE, "/".join(map(str, (seed, *names))))


def uid_text(seed: int, *names: object) -> str:
    """Like `uid`, as text and by another hash: for the hundred thousand ids of evidence."""
    text = hashlib.md5("/".join(map(str, (seed, *names))).encode(), usedforsecurity=False).hexdigest()
    return f"{text[:12]}8{text[13:16]}{'89ab'[int(text[16], 16) & 3]}{text[17:]}"


def some(rng: random.Random, pool: Sequence[Choice], count: int) -> list[Choice]:
    """Up to `count` different members of `pool`, in random order."""
    return rng.sample(pool, min(count, len(pool)))


def spread(rng: random.Random, low: float, high: float, middle: float | None = None) -> float:
    """A number between `low` and `high`, most likely near `middle`."""
    return rng.triangular(low, high, middle)


def timely(rng: random.Random, days: Sequence[Choice], *, after: int, within: int) -> Choice:
    """Mostly one of the school days from the `after`-th to the `within`-th, now and then a later one.

    The last of `days` (at least one) where there are not so many.
    """
    is_late = rng.random() >= TIMELY
    return rng.choice((days[within:] if is_late else ()) or days[after:within] or days[-1:])
