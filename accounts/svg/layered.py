"""A continuum with many ways through it, drawn: cards in rows and threads between, laid by `accounts.svg.layers`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from accounts.svg.continuum import thread
from accounts.svg.layers import NARROW, PAD, SLIM, STUB, WIDE, Bend, Card, Layout, Placed, lay, route
from accounts.svg.parts import LEADING, element, lines_of, number, picture

GRIP = 12.0  # half the side of what a finger takes hold of


@dataclass(frozen=True, slots=True)
class Hold:
    """A thread somebody may take hold of: what it is known by, and what is said of it."""

    key: str
    said: str


@dataclass(frozen=True, slots=True)
class Editing:
    """What of a picture can be changed. A script takes hold of it (`static/js/graph.js`); without one nothing shows.

    `grips` are the cards a thread can be drawn from and to, with what is said of taking hold; `holds` the threads that
    can be chosen, by the keys of their two cards.
    """

    grips: Mapping[str, str] = field(default_factory=dict)
    holds: Mapping[tuple[str, str], Hold] = field(default_factory=dict)


def layered(
    key: str,
    *,
    title: str,
    desc: str,
    cards: Sequence[Card],
    layer: Mapping[str, int],
    threads: Sequence[tuple[str, str]],
    dotted: Sequence[tuple[str, str]] = (),
    editing: Editing | None = None,
) -> str:
    """The finished picture, wide and narrow: every card with an address is a link. Its table is the caller's.

    With `editing`, cards and threads carry what a script needs to take hold of them.
    """
    wide = lay(cards, layer, threads, WIDE, dotted=dotted)
    narrow = lay(cards, layer, threads, NARROW, dotted=dotted)
    if narrow.width > 350:  # many lanes: one card in a row keeps the words readable on a phone
        narrow = lay(cards, layer, threads, SLIM, dotted=dotted)
    return "".join(
        _draw(f"{key}-{name}", name, title, desc, layout, editing or Editing())
        for name, layout in (("wide", wide), ("narrow", narrow))
    )


def _draw(key: str, name: str, title: str, desc: str, layout: Layout, editing: Editing) -> str:
    content = [
        element(
            "path",
            d=_path(bend),
            class_="map-ahead" if bend.is_dotted else "map-done",
        )
        for bend in layout.bends
    ]
    held: dict[str, list[str]] = defaultdict(list)
    for pair, hold in editing.holds.items():
        if bends := route(layout, *pair):
            held[pair[0]].append(_held(bends, pair, hold))
    for place in layout.places:
        content.extend(_ends(place))
        content.append(_shown(place, editing))
        content.extend(held.get(place.card.key, ()))  # after the card it comes from, so that Tab goes the same way
    content.extend(
        _grip(place, editing.grips[place.card.key]) for place in layout.places if place.card.key in editing.grips
    )
    return picture(
        key,
        title=title,
        desc=desc,
        width=layout.width,
        height=layout.height,
        class_=f"map map-{name} continuum-picture",
        content=content,
        role="group",
    )


def _path(bend: Bend) -> str:
    if bend.is_straight:
        return f"M{number(bend.start[0])} {number(bend.start[1])}V{number(bend.end[1])}"
    return thread(bend.start, bend.end, is_wide=False)


def _ends(place: Placed) -> Iterable[str]:
    """Short dotted ends where the way goes on outside of the picture."""
    x, box = place.middle, place.box
    if place.card.more_before:
        yield element("path", d=f"M{number(x)} {number(box.top - STUB)}V{number(box.top)}", class_="map-ahead")
    if place.card.more_after:
        yield element("path", d=f"M{number(x)} {number(box.bottom)}V{number(box.bottom + STUB)}", class_="map-ahead")


def _held(bends: Sequence[Bend], pair: tuple[str, str], hold: Hold) -> str:
    """A thread from end to end, to be chosen where it belongs to no other: on its last bend."""
    last = bends[-1]
    x, y = (last.start[0] + last.end[0]) / 2, (last.start[1] + last.end[1]) / 2
    inside = (
        element("path", d="".join(_path(bend) for bend in bends), class_="c-way")
        + element("path", d=_path(last), class_="c-take")
        + element("circle", cx=x, cy=y, r=GRIP, class_="c-take")
        + element("circle", cx=x, cy=y, r=5.0, class_="c-knob")
    )
    names = {"data_origin": pair[0], "data_destination": pair[1], "data_said": hold.said}
    return element("g", inside, class_="c-tie", data_tie=hold.key, **names)


def _grip(place: Placed, said: str) -> str:
    """Where a thread is taken up: below the middle of a card."""
    x, y = place.middle, place.box.bottom
    inside = element("circle", cx=x, cy=y, r=GRIP) + element(
        "path", d=f"M{number(x - 5)} {number(y)}H{number(x + 5)}M{number(x)} {number(y - 5)}V{number(y + 5)}"
    )
    return element("g", inside, class_="c-grip", data_grip=place.card.key, data_said=said)


def _shown(place: Placed, editing: Editing) -> str:
    card, box = place.card, place.box
    node = card.key if card.key in editing.grips else None
    kind = "c-card" + (" c-here" if card.here else "") + (" c-branch" if card.is_branch else "")
    top = box.top + PAD - 2
    inside = (
        element(
            "rect",
            x=box.left,
            y=box.top,
            width=box.right - box.left,
            height=box.bottom - box.top,
            rx=14.0,
        )
        + lines_of(place.rows, box.left + PAD, top, class_="here" if card.here else None, anchor="start")
        + lines_of(place.notes, box.left + PAD, top + len(place.rows) * LEADING, class_="c-note", anchor="start")
    )
    said = f"{card.label}. {card.note}" if card.note else card.label
    if card.href:
        return element(
            "a",
            inside,
            href=card.href,
            class_=kind,
            aria_label=said,
            aria_current="true" if card.here else None,
            data_node=node,
            data_name=card.label if node else None,
        )
    return element("g", inside, class_=kind)
