"""A pathway as a river: streams for its ways in, stones for its experiences, arms for its ways on. Pure.

The list beside it says the same; the picture only shows that one may join where one stands and leave at any point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.svg.parts import element, measure, number, picture, text, wrap

WIDE = 1200.0
START, END = 470.0, 930.0
STEP = 80.0  # between two streams
LABEL = 236.0  # the widest label of a way in
LABEL_ON = 172.0
BIG, SMALL = 17.0, 14.5


@dataclass(frozen=True, slots=True)
class Bank:
    """A way in or on, or an experience: a name, a few words under it, and at which experience (None: start, or end)."""

    title: str
    about: str = ""
    at: int | None = None


def river(
    key: str,
    *,
    title: str,
    desc: str,
    ways_in: Sequence[Bank],
    places: Sequence[Bank],
    ways_on: Sequence[Bank],
    leave: str,
) -> str:
    """The picture, all words escaped. `key` keeps ids unique on the page, `leave` is said at the side arm."""
    rows = max(len(ways_in), len(ways_on), 3)
    height = max(420.0, rows * STEP + 90)
    middle = height / 2 - 6
    stones = _stones(len(places))
    content: list[str] = []
    for number_, way in enumerate(ways_in):
        y = _spread(number_, len(ways_in), middle)
        x = stones[way.at] if way.at is not None and way.at < len(stones) else START + 30
        bend = max(x - 150, 250.0)
        content.append(
            _path("r-stream", f"M236 {number(y - 6)}C{number(bend)} {number(y - 6)} {number(bend)}"
                  f" {number(middle)} {number(x)} {number(middle)}")
        )  # fmt: skip
    content.append(_main(middle))
    for number_, way in enumerate(ways_on):
        y = _spread(number_, len(ways_on), middle)
        last = way.at is None or way.at >= len(stones) - 1
        x = END - 18 if last or way.at is None else stones[way.at]
        content.append(
            _path(
                "r-stream",
                f"M{number(x)} {number(middle)}C985 {number(middle)} 965 {number(y - 6)} 1010 {number(y - 6)}",
            )
        )
    if leave:
        x = stones[len(stones) // 2] if stones else (START + END) / 2
        content.append(
            _path("r-out", f"M{number(x)} {number(middle + 28)}C{number(x + 40)} {number(middle + 96)}"
                  f" {number(x + 100)} {number(height - 84)} {number(x + 120)} {number(height - 34)}")
        )  # fmt: skip
    content.append(_path("m-ripple", f"M590 {number(middle - 4)}c9-5 13 4 22 0s13 4 22 0M760 {number(middle + 8)}"
                         "c9-5 13 4 22 0s13 4 22 0"))  # fmt: skip
    for number_, way in enumerate(ways_in):
        content.append(_label(way, 0, _spread(number_, len(ways_in), middle), LABEL))
    for x, place in zip(stones, places, strict=True):
        content.append(element("circle", cx=x, cy=middle, r=20, class_="r-stone"))
        content.append(element("circle", cx=x, cy=middle, r=8, class_="r-dot"))
        room = (END - START) / max(len(places), 1) - 8 if len(places) > 1 else 260.0
        content.append(_above(place, x, middle - 44, max(room, 96.0)))
    for number_, way in enumerate(ways_on):
        content.append(_label(way, 1024, _spread(number_, len(ways_on), middle), LABEL_ON))
    if leave:
        x = stones[len(stones) // 2] if stones else (START + END) / 2
        content.append(text(min(x + 120, 860), height - 12, leave, class_="r-s", anchor="middle"))
    return picture(key, title=title, desc=desc, width=WIDE, height=height, class_="river", content=content)


def _stones(count: int) -> list[float]:
    """Where the experiences stand, from the left."""
    if count == 0:
        return []
    if count == 1:
        return [(START + END) / 2]
    first, last = START + 30, END - 88
    return [first + (last - first) * place / (count - 1) for place in range(count)]


def _spread(place: int, count: int, middle: float) -> float:
    """The height of one of `count` ways around the middle."""
    return middle + (place - (count - 1) / 2) * STEP


def _main(middle: float) -> str:
    top, low = middle - 24, middle + 26
    return _path(
        "r-main",
        f"M{number(START)} {number(top + 6)}C560 {number(top - 4)} 620 {number(top + 2)} 690 {number(top)}"
        f"S840 {number(top - 2)} {number(END)} {number(top)}V{number(low)}C840 {number(low + 2)} 760 {number(low + 6)}"
        f" 690 {number(low + 2)}S560 {number(low - 4)} {number(START)} {number(low - 8)}Z",
    )


def _label(bank: Bank, x: float, y: float, width: float) -> str:
    names = wrap(bank.title, width, lines=2, size=BIG)
    lines = [(row, "r-b", 20.0) for row in names]
    lines += [(row, "r-s", 18.0) for row in wrap(bank.about, width, lines=1 if len(names) > 1 else 2, size=SMALL)]
    top = y - sum(step for _row, _class, step in lines) / 2 + 10
    return _lines(lines, x, top, None)


def _above(bank: Bank, x: float, bottom: float, width: float) -> str:
    """A label that ends above the stone."""
    lines = [(row, "r-b", 20.0) for row in wrap(bank.title, width, lines=3, size=BIG)]
    if bank.about and measure(bank.about, SMALL) <= width:
        lines.append((bank.about, "r-s", 18.0))
    top = bottom - sum(step for _row, _class, step in lines) + 20
    return _lines(lines, x, top, "middle")


def _lines(lines: Sequence[tuple[str, str, float]], x: float, top: float, anchor: str | None) -> str:
    drawn, y = "", top
    for row, class_, step in lines:
        drawn += text(x, y, row, class_=class_, anchor=anchor)
        y += step
    return drawn


def _path(class_: str, d: str) -> str:
    return element("path", class_=class_, d=d)
