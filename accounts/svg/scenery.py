"""Hills, meadow and trees behind the student's own map. Decoration only; it keeps clear of every word."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.svg.parts import Box, element, number


def land(width: float, height: float, taken: Sequence[Box], *, river: tuple[float, float] | None = None) -> list[str]:
    """The landscape, bottom layer first; the same data always gives the same hills.

    `river` is the strip (left, right) that a river may flow through, on its way down from the horizon.
    """
    horizon = min(height * 0.34, 90.0)
    content = [
        element("rect", x=0, y=0, width=width, height=height, class_="m-sky"),
        element("circle", cx=width * 0.82, cy=horizon * 0.5, r=min(22.0, horizon * 0.3), class_="m-sun"),
        _ridge(width, height, horizon, horizon * 0.5, 3, "m-far"),
        _ridge(width, height, horizon * 1.25, horizon * 0.4, 2, "m-hill"),
        _ridge(width, height, horizon * 1.6, horizon * 0.22, 4, "m-meadow"),
        _ridge(width, height, height * 0.72, 26.0, 2, "m-field"),
    ]
    water = []
    if river is not None:
        left, right = river
        content.extend(_river(left, right, horizon * 1.5, height))
        water.append(Box(left - 30, 0.0, right + 30, height))
    content.extend(_trees(width, height, horizon * 1.7, [*taken, *water]))
    return content


def _river(left: float, right: float, spring: float, height: float) -> list[str]:
    middle, half = (left + right) / 2, (right - left) / 2
    fall = height - spring

    def band(extra: float) -> str:
        wide = half + extra
        return (
            f"M{number(middle - wide * 0.4)} {number(spring)}"
            f"C{number(middle - wide * 0.2)} {number(spring + fall * 0.4)} {number(middle - wide * 1.5)} "
            f"{number(spring + fall * 0.6)} {number(middle - wide * 1.2)} {number(height)}"
            f"H{number(middle + wide * 1.1)}"
            f"C{number(middle + wide * 0.6)} {number(spring + fall * 0.65)} {number(middle + wide * 1.3)} "
            f"{number(spring + fall * 0.4)} {number(middle + wide * 0.4)} {number(spring)}z"
        )

    ripples = "".join(
        f"M{number(middle - 14 + side * half * 0.3)} {number(spring + fall * part)}q5-4 10 0t10 0"
        for part, side in ((0.3, 0), (0.62, -1), (0.86, 0))
    )
    return [
        element("path", d=band(9.0), class_="m-bank"),
        element("path", d=band(0.0), class_="m-water"),
        element("path", d=ripples, class_="m-ripple"),
    ]


def _ridge(width: float, height: float, level: float, swing: float, waves: int, class_: str) -> str:
    step = width / waves
    path = [f"M0 {number(level)}"]
    for index in range(waves):
        sign = -1 if index % 2 == 0 else 1
        start = index * step
        path.append(
            f"C{number(start + step * 0.35)} {number(level + sign * swing)} {number(start + step * 0.65)} "
            f"{number(level + sign * swing)} {number(start + step)} {number(level)}"
        )
    path.append(f"V{number(height)}H0z")
    return element("path", d="".join(path), class_=class_)


def _trees(width: float, height: float, horizon: float, taken: Sequence[Box]) -> list[str]:
    """A tree at every free spot of a loose grid, a third of them left out, none near a word or a mark."""
    content: list[str] = []
    place = 0
    y = horizon + 34
    while y < height - 10:
        x = 26.0 + (place * 37) % 44
        while x < width - 20:
            place += 1
            room = Box(x - 22, y - 36, x + 22, y + 8)
            if place % 3 and not any(room.touches(box) for box in taken):
                tall = 10.0 + place * 7 % 6
                content.append(element("line", x1=x, y1=y, x2=x, y2=y - tall, class_="m-trunk"))
                content.append(element("ellipse", cx=x, cy=y - tall - 5, rx=7.5, ry=10.0 + place % 3, class_="m-tree"))
            x += 96.0 + (place * 29) % 52
        y += 74.0
    return content
