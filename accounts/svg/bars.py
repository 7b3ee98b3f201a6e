"""How far along: coverage of promises, and sessions held week by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.svg.parts import LEADING, Chart, element, measure, picture, text, wrap

WIDE, NARROW = 640.0, 320.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a whole in words. `part` None: the count is withheld and only the words are shown."""

    label: str
    part: int | None
    whole: int
    words: str


@dataclass(frozen=True, slots=True)
class Week:
    """One week of a support: sessions planned and held; `future` weeks are drawn as still to come."""

    label: str
    planned: int
    held: int
    words: str
    future: bool = False


def coverage(key: str, *, title: str, desc: str, bars: Sequence[Bar], heads: tuple[str, str]) -> Chart:
    """Horizontal bars, in the order given. Always counts of promises kept, never of a child."""
    drawings = [
        picture(
            f"{key}-{name}",
            title=title,
            desc=desc,
            width=width,
            height=height,
            class_=f"chart chart-{name}",
            content=content,
        )
        for name, width in (("wide", WIDE), ("narrow", NARROW))
        for content, height in [_bars(bars, width)]
    ]
    rows = tuple((bar.label, bar.words) for bar in bars)
    return Chart(title, desc, "".join(drawings), heads, rows, numbers=(1,))


def _bars(bars: Sequence[Bar], width: float) -> tuple[list[str], float]:
    content: list[str] = []
    top = 0.0
    for bar in bars:
        room = width - measure(bar.words) - 16
        apart = room < width * 0.35  # too little left beside the words: they go below the bar
        rows = wrap(bar.label, width if apart else room)
        for index, row in enumerate(rows):
            content.append(text(0, top + 13 + index * LEADING, row))
        top += len(rows) * LEADING
        if not apart:
            content.append(text(width, top - 4, bar.words, class_="strong", anchor="end"))
        content.append(element("rect", x=0.5, y=top + 4.5, width=width - 1, height=13.0, rx=6.5, class_="track"))
        if bar.part is not None and bar.whole > 0 and bar.part > 0:
            share = min(1.0, bar.part / bar.whole)
            content.append(
                element(
                    "rect", x=0.5, y=top + 4.5, width=max(13.0, share * (width - 1)), height=13.0, rx=6.5, class_="part"
                )
            )
        top += 22
        if apart:
            for index, row in enumerate(wrap(bar.words, width)):
                content.append(text(0, top + 15 + index * LEADING, row, class_="strong"))
            top += 4 + LEADING * len(wrap(bar.words, width))
        top += 16
    return content, max(top - 12, 1.0)


def delivery(key: str, *, title: str, desc: str, weeks: Sequence[Week], heads: tuple[str, str, str, str]) -> Chart:
    """Sessions week by week: a filled dot was held, an open one was planned, a dotted one is still to come."""
    svg = "".join(
        (
            _delivery_wide(f"{key}-wide", title, desc, weeks),
            _delivery_narrow(f"{key}-narrow", title, desc, weeks),
        )
    )
    rows = tuple((week.label, str(week.planned), str(week.held), week.words) for week in weeks)
    return Chart(title, desc, svg, heads, rows, numbers=(1, 2))


def _dots(week: Week) -> list[str]:
    """Kind of each dot of a week: held ones first; more held than planned is drawn, not cut."""
    missing = max(0, week.planned - week.held)
    return ["dot"] * week.held + (["planned"] if week.future else ["missed"]) * missing


def _delivery_wide(key: str, title: str, desc: str, weeks: Sequence[Week]) -> str:
    count = max(1, len(weeks))
    step = WIDE / max(count, 6)
    tallest = max((len(_dots(week)) for week in weeks), default=0)
    base = 16.0 + max(tallest, 1) * 20
    widest = max((measure(week.label) for week in weeks), default=0.0)
    every = max(1, int(-(-(widest + 8) // step)))
    content = [element("line", x1=0.0, y1=base + 4, x2=step * count, y2=base + 4, class_="grid")]
    for index, week in enumerate(weeks):
        middle = step * index + step / 2
        for level, kind in enumerate(_dots(week)):
            content.append(element("circle", cx=middle, cy=base - 10 - level * 20, r=7.0, class_=kind))
        if index % every == 0:
            start = max(middle, measure(week.label) / 2)
            content.append(
                text(min(start, WIDE - measure(week.label) / 2), base + 24, week.label, class_="tick", anchor="middle")
            )
    return picture(
        key, title=title, desc=desc, width=WIDE, height=base + 32, class_="chart chart-wide", content=content
    )


def _delivery_narrow(key: str, title: str, desc: str, weeks: Sequence[Week]) -> str:
    content: list[str] = []
    top = 0.0
    for week in weeks:
        content.append(text(0, top + 15, wrap(week.label, 104.0, lines=1)[0] if week.label else "", class_="tick"))
        left = 118.0
        for kind in _dots(week):
            if left > NARROW - 8:
                left, top = 118.0, top + 20
            content.append(element("circle", cx=left, cy=top + 10, r=7.0, class_=kind))
            left += 20
        top += 26
    return picture(
        key,
        title=title,
        desc=desc,
        width=NARROW,
        height=max(top, 1.0),
        class_="chart chart-narrow",
        content=content,
    )
