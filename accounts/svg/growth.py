"""Growth over time: evidence as dots on levels with names, what is held as a line, the aim beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.svg.parts import SIZE, Chart, element, measure, number, picture, text, wrap


@dataclass(frozen=True, slots=True)
class Point:
    """A piece of evidence: the day, the level (0 is the lowest of `levels`; half steps allowed), and what it was."""

    on: date
    level: float
    what: str
    word: str


@dataclass(frozen=True, slots=True)
class Aim:
    """From the baseline to the target, both on the scale of the levels."""

    starts: date
    baseline: float
    ends: date
    target: float


@dataclass(frozen=True, slots=True)
class Phase:
    """A day on which the support changed; counters start again after it."""

    on: date
    label: str


def growth(
    key: str,
    *,
    title: str,
    desc: str,
    points: Sequence[Point],
    levels: Sequence[str],
    held: Sequence[tuple[date, float]] = (),
    aim: Aim | None = None,
    phases: Sequence[Phase] = (),
    day: Callable[[date], str],
    heads: tuple[str, str, str],
) -> Chart:
    """Evidence dots over time. `held` is the level held from each day on (drawn as steps); `day` writes a date.

    Points are drawn in date order; dots of one day and level stand beside each other, never on top. No trend is
    drawn through single pieces: a verdict belongs to a review.
    """
    ordered = sorted(points, key=lambda point: (point.on, point.level, point.what))
    svg = "".join(
        picture(
            f"{key}-{name}",
            title=title,
            desc=desc,
            width=width,
            height=height,
            class_=f"chart chart-{name}",
            content=content,
        )
        for name, width in (("wide", 640.0), ("narrow", 330.0))
        for content, height in [_draw(width, ordered, levels, held, aim, phases, day)]
    )
    rows = tuple((day(point.on), point.what, point.word) for point in ordered)
    return Chart(title, desc, svg, heads, rows)


def _draw(
    width: float,
    points: Sequence[Point],
    levels: Sequence[str],
    held: Sequence[tuple[date, float]],
    aim: Aim | None,
    phases: Sequence[Phase],
    day: Callable[[date], str],
) -> tuple[list[str], float]:
    names = [wrap(name, width * 0.3, lines=1)[0] if name else "" for name in levels]
    left = max((measure(name) for name in names), default=0.0) + 14
    right, head = width - 12, 8.0 + 18 * len(phases)
    step = 48.0
    bottom = head + 18 + step * max(1, len(levels) - 1)
    days = [point.on for point in points] + [on for on, _level in held] + [phase.on for phase in phases]
    if aim is not None:
        days += [aim.starts, aim.ends]
    first, last = (min(days), max(days)) if days else (date(2000, 1, 1), date(2000, 1, 2))
    span = max(1, (last - first).days)

    def x(on: date) -> float:
        return left + 10 + (right - left - 20) * (on - first).days / span

    def y(level: float) -> float:
        return bottom - step * level

    content: list[str] = []
    for index, name in enumerate(names):
        content.append(element("line", x1=left, y1=y(index), x2=right, y2=y(index), class_="grid"))
        content.append(text(left - 10, y(index) + 5, name, class_="tick", anchor="end"))
    content.extend(_ticks(first, last, x, bottom, left, right, day) if days else [])
    for index, phase in enumerate(sorted(phases, key=lambda one: one.on)):
        where = x(phase.on)
        label = wrap(phase.label, right - left, lines=1)[0] if phase.label else ""
        middle = min(max(where, left + measure(label) / 2), right - measure(label) / 2)
        content.append(element("line", x1=where, y1=head, x2=where, y2=bottom, class_="phase"))
        content.append(text(middle, 14.0 + 18 * index, label, class_="tick", anchor="middle"))
    if aim is not None:
        content.append(
            element("line", x1=x(aim.starts), y1=y(aim.baseline), x2=x(aim.ends), y2=y(aim.target), class_="aim")
        )
    if held:
        path = "".join(
            f"{'M' if index == 0 else 'H'}{number(x(on))}{' ' if index == 0 else 'V'}{number(y(level))}"
            for index, (on, level) in enumerate(sorted(held))
        )
        content.append(element("path", d=f"{path}H{number(right)}", class_="line"))
    for where, high in _beside(points, x, y, left + 10, right - 10):
        content.append(element("circle", cx=where, cy=high, r=6.5, class_="dot"))
    return content, bottom + 34


def _beside(
    points: Sequence[Point], x: Callable[[date], float], y: Callable[[float], float], left: float, right: float
) -> list[tuple[float, float]]:
    """Where the dots go: close ones on one level stand side by side, so that each can be counted."""
    placed: list[tuple[float, float]] = []
    for point in points:
        middle, high = x(point.on), y(point.level)
        places = (middle + side * 14.0 * away for away in range(len(points) + 1) for side in (1, -1))
        where = next(
            place
            for place in places
            if left <= place <= right
            and not any(abs(place - other) < 13.5 and abs(high - taller) < 13.5 for other, taller in placed)
        )
        placed.append((where, high))
    return placed


def _ticks(
    first: date,
    last: date,
    x: Callable[[date], float],
    bottom: float,
    left: float,
    right: float,
    day: Callable[[date], str],
) -> list[str]:
    """Dates below: the first and the last, and starts of months between them as far as they fit.

    None reaches to the left of the lines, where the levels have their names.
    """
    months = []
    year, month = first.year, first.month
    while (year, month) < (last.year, last.month):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        months.append(date(year, month, 1))
    shown: list[tuple[float, float]] = []
    marks: list[str] = []
    for on in dict.fromkeys([first, last, *months]):
        words = day(on)
        half = measure(words, SIZE) / 2
        middle = min(max(x(on), left + half), right + 12 - half)
        if any(middle - half < end + 8 and start < middle + half + 8 for start, end in shown):
            continue
        shown.append((middle - half, middle + half))
        marks.append(element("line", x1=x(on), y1=bottom, x2=x(on), y2=bottom + 6, class_="grid"))
        marks.append(text(middle, bottom + 24, words, class_="tick", anchor="middle"))
    return marks
