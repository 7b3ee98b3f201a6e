"""A fair draw anyone may do again: the order is that of SHA-256(seed + id), and nothing but ids goes in.

Pure: no Django, no clock, no I/O. The digest of the seed is published when the draw is announced, the seed after it
was held: with both, and the ids that waited, everybody gets the same order. Nothing about a student goes in, not even
when they asked.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Lot:
    """One id and its number: the SHA-256 of seed and id, in hexadecimal."""

    id: UUID
    number: str


def digest_of(seed: str) -> str:
    """What is published before the draw: the SHA-256 of the seed, in hexadecimal."""
    return hashlib.sha256(seed.encode()).hexdigest()


def is_seed_of(digest: str, seed: str) -> bool:
    """Whether this is the seed that was promised."""
    return hmac.compare_digest(digest_of(seed), digest)


def lots(seed: str, ids: Iterable[UUID]) -> list[Lot]:
    """Everybody with their number, smallest number first. The same ids in any order, or twice, give the same answer."""
    drawn = [Lot(one, hashlib.sha256(f"{seed}{one}".encode()).hexdigest()) for one in set(ids)]
    return sorted(drawn, key=lambda lot: (lot.number, str(lot.id)))


def order(seed: str, ids: Iterable[UUID]) -> list[UUID]:
    """The ids in the order of the draw."""
    return [lot.id for lot in lots(seed, ids)]


def next_in_line(drawn: Iterable[Collection[UUID]], waiting: Collection[UUID], places: int) -> list[UUID]:
    """Who gets the free places: through the draws, oldest first, each in its order, whoever still waits.

    `drawn` holds the order of each draw. At most `places` ids, each once.
    """
    found: list[UUID] = []
    for one in (one for each in drawn for one in each):
        if len(found) >= max(places, 0):
            break
        if one in waiting and one not in found:
            found.append(one)
    return found
