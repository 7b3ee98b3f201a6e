"""What every picture is made of: escaped elements, measured text, and the chart with its table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

SIZE = 14.0  # user units; the stylesheet sets the same
LEADING = 17.0


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its twin: `svg` is finished, escaped markup; `heads` and `rows` hold the same numbers as text.

    The first cell of a row is its header. `numbers` lists the columns that hold figures.
    """

    title: str
    desc: str
    svg: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in user units, for telling whether two things touch."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box) -> bool:
        """True when the two share any area."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def number(value: float) -> str:
    """A coordinate, rounded to a tenth, without a trailing zero."""
    return "0" if abs(value) < 0.05 else f"{value:.1f}".removesuffix(".0")


def element(name: str, content: str | None = None, /, **attributes: object) -> str:
    """One element; `class_` becomes class, underscores become hyphens, values are escaped, content is markup."""
    parts = [name]
    for key, value in attributes.items():
        if value is None:
            continue
        shown = number(value) if isinstance(value, float) else str(value)
        label = "viewBox" if key == "viewBox" else key.rstrip("_").replace("_", "-")
        parts.append(f'{label}="{escape(shown, quote=True)}"')
    head = " ".join(parts)
    return f"<{head}/>" if content is None else f"<{head}>{content}</{name}>"


def text(x: float, y: float, words: str, *, class_: str | None = None, anchor: str | None = None) -> str:
    """A line of text; the words are escaped here."""
    return element("text", escape(words), x=float(x), y=float(y), class_=class_, text_anchor=anchor)


def picture(
    key: str,
    *,
    title: str,
    desc: str,
    width: float,
    height: float,
    class_: str,
    content: Iterable[str],
    role: str = "img",
) -> str:
    """A whole SVG with its title and description; `key` keeps ids unique on the page.

    A picture with links in it is a `group`: as `img` its links would be hidden from a screen reader.
    """
    return element(
        "svg",
        element("title", escape(title), id=f"{key}-t")
        + element("desc", escape(desc), id=f"{key}-d")
        + "".join(content),
        class_=class_,
        viewBox=f"0 0 {number(width)} {number(height)}",
        role=role,
        aria_labelledby=f"{key}-t",
        aria_describedby=f"{key}-d",
    )


_NARROW = frozenset("iljtfrI.,:;'’‘!|()[]/ ·-")
_WIDE = frozenset("mwMWQO@%—…")


def measure(words: str, size: float = SIZE) -> float:
    """About how wide the words are, in user units; errs on the wide side so that labels keep clear of each other."""
    total = 0.0
    for letter in words:
        if letter in _NARROW:
            total += 0.36
        elif letter in _WIDE:
            total += 0.92
        elif ord(letter) > 0x2E80:
            total += 1.05
        elif letter.isupper() or letter.isdigit():
            total += 0.68
        else:
            total += 0.58
    return total * size


def wrap(words: str, width: float, *, lines: int = 3, size: float = SIZE) -> list[str]:
    """Break words into at most `lines` lines no wider than `width`; what does not fit ends in an ellipsis."""
    pieces: list[str] = []
    for word in words.split():
        pieces.extend(_cut(word, width, size))
    rows: list[str] = []
    for piece in pieces:
        if rows and measure(f"{rows[-1]} {piece}", size) <= width:
            rows[-1] = f"{rows[-1]} {piece}"
        else:
            rows.append(piece)
    if len(rows) <= lines:
        return rows
    last = rows[lines - 1]
    while last and measure(f"{last}…", size) > width:
        last = last[:-1].rstrip()
    return [*rows[: lines - 1], f"{last}…"]


def _cut(word: str, width: float, size: float) -> list[str]:
    """A word too long for its line, in pieces that fit; one letter a piece at worst."""
    pieces: list[str] = []
    rest = word
    while measure(rest, size) > width and len(rest) > 1:
        end = len(rest) - 1
        while end > 1 and measure(f"{rest[:end]}-", size) > width:
            end -= 1
        pieces.append(f"{rest[:end]}-")
        rest = rest[end:]
    return [*pieces, rest]


def lines_of(rows: Sequence[str], x: float, top: float, *, class_: str | None, anchor: str) -> str:
    """Several lines of one label; `top` is the upper edge of the first line."""
    return "".join(
        text(x, top + index * LEADING + 13, row, class_=class_, anchor=anchor) for index, row in enumerate(rows)
    )


def label_box(rows: Sequence[str], x: float, top: float, anchor: str, *, size: float = SIZE) -> Box:
    """The room a label takes."""
    width = max((measure(row, size) for row in rows), default=0.0)
    left = x - width / 2 if anchor == "middle" else x - width if anchor == "end" else x
    return Box(left, top, left + width, top + len(rows) * LEADING)
