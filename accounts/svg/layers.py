"""Where the cards and threads of a continuum lie: in rows from what comes first to what comes last.

Rows and threads are placed so that few threads cross: rows are ordered by where their neighbours stand, over and over,
and the best order met is kept. A thread that passes a row has a lane of its own there, so none runs under a card. The
same data always gives the same picture.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from accounts.svg.parts import LEADING, Box, label_box, wrap

SWEEPS = 10
THREADS = 160  # more are in the table only
LANE = 9.0
STUB = 18.0  # what leads out of the picture
PAD = 9.0
EDGE = 8.0  # around everything


@dataclass(frozen=True, slots=True)
class Card:
    """One competency or branch. `note` stands small below the label; `here` is the one the picture is about.

    `more_before` and `more_after`: it is tied to something the picture does not hold, drawn as a short dotted end.
    """

    key: str
    label: str
    note: str = ""
    href: str = ""
    here: bool = False
    is_branch: bool = False
    more_before: bool = False
    more_after: bool = False


@dataclass(frozen=True, slots=True)
class Sizes:
    """Room for cards, in user units."""

    across: int
    wide: float
    gap: float
    fall: float = 52.0  # between two rows, where threads bend


WIDE = Sizes(across=4, wide=170.0, gap=18.0)
NARROW = Sizes(across=2, wide=142.0, gap=10.0, fall=44.0)
SLIM = Sizes(across=1, wide=150.0, gap=8.0, fall=40.0)


@dataclass(frozen=True, slots=True)
class Placed:
    """A card in its place, with the lines of its label and of its note."""

    card: Card
    box: Box
    rows: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def middle(self) -> float:
        """Where threads arrive and leave."""
        return (self.box.left + self.box.right) / 2

    @property
    def label(self) -> Box:
        """The room of the label with its note."""
        return label_box((*self.rows, *self.notes), self.box.left + PAD, self.box.top + PAD - 2, "start")


@dataclass(frozen=True, slots=True)
class Bend:
    """One bend of a thread, from the lower edge of a row to the upper edge of the next; straight through a row."""

    start: tuple[float, float]
    end: tuple[float, float]
    is_straight: bool = False
    is_dotted: bool = False
    origin: str = ""
    into: str = ""  # the card it arrives at; "" where the way goes on in a lane


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything in its place. `crossings` are threads that cross between two rows, `left_out` threads not drawn."""

    places: tuple[Placed, ...]
    bends: tuple[Bend, ...]
    width: float
    height: float
    crossings: int
    left_out: int


_Slot = tuple[str, str]  # ("card", key), or ("lane", key of the card it comes from)


def lay(
    cards: Sequence[Card],
    layer: Mapping[str, int],
    threads: Iterable[tuple[str, str]],
    sizes: Sizes,
    *,
    dotted: Iterable[tuple[str, str]] = (),
) -> Layout:
    """Cards by layer from top to bottom, at most `sizes.across` beside each other.

    `threads` lead from a card to one of a higher layer; all threads of a card share a lane wherever they pass a row.
    Cards without a thread stand last, in the order given. `dotted` is a part of `threads`.
    """
    order = {card.key: place for place, card in enumerate(cards)}
    known = [(a, b) for a, b in dict.fromkeys(threads) if a in order and b in order and layer[a] < layer[b]]
    known.sort(key=lambda pair: (layer[pair[0]], order[pair[0]], layer[pair[1]], order[pair[1]]))
    drawn, broken = known[:THREADS], frozenset(dotted)
    rows, after = _rows(cards, layer, drawn, order, sizes.across)
    rows, crossings = _untangle(rows, after)
    by_key = {card.key: card for card in cards}
    return _place(rows, after, by_key, sizes, crossings, len(known) - len(drawn), broken)


def _rows(
    cards: Sequence[Card],
    layer: Mapping[str, int],
    threads: Sequence[tuple[str, str]],
    order: Mapping[str, int],
    across: int,
) -> tuple[list[list[_Slot]], dict[tuple[int, _Slot], list[_Slot]]]:
    """Rows of cards and lanes, and for each slot of a row the slots of the next row it leads to."""
    tied = {key for pair in threads for key in pair}
    before: dict[str, list[str]] = defaultdict(list)
    for origin, destination in threads:
        before[destination].append(origin)
    layers: dict[int, list[str]] = defaultdict(list)
    for card in cards:
        if card.key in tied:
            layers[layer[card.key]].append(card.key)
    rows: list[list[_Slot]] = []
    row_of: dict[str, int] = {}
    place: dict[str, float] = {}
    for number_of in sorted(layers):
        # those whose predecessors stand beside each other go into one row
        mine = sorted(layers[number_of], key=lambda key: (_mean(place[k] for k in before[key]), order[key]))
        size = -(-len(mine) // -(-len(mine) // across))
        for start in range(0, len(mine), size):
            part = mine[start : start + size]
            rows.append([("card", key) for key in part])
            for index, key in enumerate(part):
                row_of[key], place[key] = len(rows) - 1, (index + 0.5) / len(part)
    after: dict[tuple[int, _Slot], list[_Slot]] = defaultdict(list)
    lanes: set[tuple[int, str]] = set()
    for origin, destination in threads:
        slot: _Slot = ("card", origin)
        for row in range(row_of[origin] + 1, row_of[destination]):
            lane: _Slot = ("lane", origin)
            if (row, origin) not in lanes:
                lanes.add((row, origin))
                rows[row].append(lane)
            _join(after, row - 1, slot, lane)
            slot = lane
        _join(after, row_of[destination] - 1, slot, ("card", destination))
    alone = [card.key for card in cards if card.key not in tied]
    rows.extend([("card", key) for key in alone[start : start + across]] for start in range(0, len(alone), across))
    return rows, dict(after)


def _join(after: dict[tuple[int, _Slot], list[_Slot]], row: int, slot: _Slot, following: _Slot) -> None:
    if following not in after[row, slot]:
        after[row, slot].append(following)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.5


def _untangle(
    rows: list[list[_Slot]], after: Mapping[tuple[int, _Slot], Sequence[_Slot]]
) -> tuple[list[list[_Slot]], int]:
    """The same rows in the order with the fewest crossings that was met."""
    above: dict[tuple[int, _Slot], list[_Slot]] = defaultdict(list)
    for (row, slot), following in after.items():
        for one in following:
            above[row + 1, one].append(slot)
    best, fewest = [list(row) for row in rows], _crossings(rows, after)
    current = [list(row) for row in rows]
    for sweep in range(SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        for row in range(1, len(current)) if down else range(len(current) - 2, -1, -1):
            near = current[row - 1 if down else row + 1]
            spot = {slot: (place + 0.5) / len(near) for place, slot in enumerate(near)}
            ties = above if down else after
            was = {slot: (place + 0.5) / len(current[row]) for place, slot in enumerate(current[row])}
            wish = {
                slot: _mean(spot[one] for one in ties.get((row, slot), ())) if ties.get((row, slot)) else was[slot]
                for slot in current[row]
            }
            current[row].sort(key=lambda slot: (wish[slot], was[slot]))  # noqa: B023 - used at once
        count = _crossings(current, after)
        if count < fewest:
            best, fewest = [list(row) for row in current], count
    return best, fewest


def _crossings(rows: Sequence[Sequence[_Slot]], after: Mapping[tuple[int, _Slot], Sequence[_Slot]]) -> int:
    """Pairs of threads between two neighbouring rows that cross."""
    total = 0
    for row, (upper, lower) in enumerate(zip(rows, rows[1:], strict=False)):
        spot = {slot: place for place, slot in enumerate(lower)}
        ends: list[int] = []
        for slot in upper:
            mine = sorted(spot[one] for one in after.get((row, slot), ()))
            total += sum(len(ends) - bisect_right(ends, place) for place in mine)
            for place in mine:
                insort(ends, place)
    return total


def _place(
    rows: Sequence[Sequence[_Slot]],
    after: Mapping[tuple[int, _Slot], Sequence[_Slot]],
    cards: Mapping[str, Card],
    sizes: Sizes,
    crossings: int,
    left_out: int,
    dotted: frozenset[tuple[str, str]],
) -> Layout:
    def wide(slot: _Slot) -> float:
        return sizes.wide if slot[0] == "card" else LANE

    spans = [sum(map(wide, row)) + sizes.gap * (len(row) - 1) for row in rows]
    width = max([*spans, sizes.wide * sizes.across + sizes.gap * (sizes.across - 1)]) + 2 * EDGE
    places: list[Placed] = []
    spots: dict[tuple[int, _Slot], float] = {}
    edges: list[tuple[float, float]] = []
    top = EDGE + STUB
    for number_of, (row, span) in enumerate(zip(rows, spans, strict=True)):
        left, height = (width - span) / 2, 0.0
        mine: list[Placed] = []
        for slot in row:
            spots[number_of, slot] = left + wide(slot) / 2
            if slot[0] == "card":
                placed = _card(cards[slot[1]], left, top, sizes.wide)
                mine.append(placed)
                height = max(height, placed.box.bottom - top)
            left += wide(slot) + sizes.gap
        places.extend(replace(one, box=replace(one.box, bottom=top + height)) for one in mine)
        edges.append((top, top + height))
        top += height + sizes.fall
    bends = _bends(rows, after, spots, edges, dotted)
    return Layout(tuple(places), bends, width, max(top - sizes.fall, 40.0) + EDGE + STUB, crossings, left_out)


def _card(card: Card, left: float, top: float, wide: float) -> Placed:
    rows = tuple(wrap(card.label, wide - 2 * PAD, lines=4))
    notes = tuple(wrap(card.note, wide - 2 * PAD, lines=2)) if card.note else ()
    height = (len(rows) + len(notes)) * LEADING + 2 * PAD
    return Placed(card, Box(left, top, left + wide, top + height), rows, notes)


def _bends(
    rows: Sequence[Sequence[_Slot]],
    after: Mapping[tuple[int, _Slot], Sequence[_Slot]],
    spots: Mapping[tuple[int, _Slot], float],
    edges: Sequence[tuple[float, float]],
    dotted: frozenset[tuple[str, str]],
) -> tuple[Bend, ...]:
    found = []
    for row, slots in enumerate(rows):
        top, bottom = edges[row]
        for slot in slots:
            x = spots[row, slot]
            if slot[0] == "lane":
                found.append(Bend((x, top), (x, bottom), is_straight=True, origin=slot[1]))
            found.extend(
                Bend(
                    (x, bottom),
                    (spots[row + 1, one], edges[row + 1][0]),
                    is_dotted=one[0] == "card" and (slot[1], one[1]) in dotted,
                    origin=slot[1],
                    into=one[1] if one[0] == "card" else "",
                )
                for one in after.get((row, slot), ())
            )
    return tuple(found)


def route(layout: Layout, origin: str, destination: str) -> list[Bend]:
    """The bends a thread takes from one card to the other, in order; empty where it is not drawn."""
    end = next((b.end[1] for b in layout.bends if (b.origin, b.into) == (origin, destination)), None)
    if end is None:
        return []
    return [b for b in layout.bends if b.origin == origin and (b.into == destination or not b.into and b.end[1] < end)]
