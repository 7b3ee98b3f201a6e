"""My map: a continuum as a path with places on it, never a ladder. Labels find their own room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.svg import scenery
from accounts.svg.parts import LEADING, Box, Chart, element, label_box, lines_of, measure, number, picture, text, wrap

PAGE = 12  # stops on one page; more are leafed through
WIDE, NARROW = 740.0, 320.0
KNOT = 15.0  # half the side of a mark
ACROSS = 5  # stops beside each other on the wide map
MARGIN = 64.0  # from the side to the first stop; labels are no wider than two of them


@dataclass(frozen=True, slots=True)
class Stop:
    """One competency on the map.

    `mark` is open, building, shown or deeper; `word` its level in words; `note` says where that comes from. Stops
    that are `ahead` branch off behind the last walked one: they are choices. `here` is the edge.
    """

    label: str
    mark: str
    word: str
    note: str = ""
    here: bool = False
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """How generous the wide map is, in user units."""

    rise: float = 44.0  # between high and low stops
    pad: float = 0.0  # free above and below
    fan: float = 250.0  # kept free at the right for the choices ahead
    spread: float = 46.0  # where the threads to the choices bend, behind the last label
    gap: float = 16.0  # between two choices


PLAIN = Room()
LAND = Room(rise=104.0, pad=44.0, fan=300.0, spread=88.0, gap=34.0)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a stop stands and where its label does."""

    stop: Stop
    x: float
    y: float
    rows: tuple[str, ...]
    label_x: float
    label_top: float
    anchor: str

    @property
    def knot(self) -> Box:
        """The room of the mark."""
        return Box(self.x - KNOT, self.y - KNOT, self.x + KNOT, self.y + KNOT)

    @property
    def label(self) -> Box:
        """The room of the label."""
        return label_box(self.rows, self.label_x, self.label_top, self.anchor)


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything in its place, and how tall that is."""

    places: tuple[Placed, ...]
    width: float
    height: float
    flag: Box | None
    lanes: tuple[float, ...] = ()  # free heights between two rows, where the thread comes back


def page_of(stops: Sequence[Stop]) -> tuple[int, int]:
    """The page to open first (where the edge is, else the last walked stop) and how many there are; both from 1."""
    walked = [stop for stop in stops if not stop.ahead]
    ahead = len(stops) - len(walked)
    room = _room(ahead)
    pages = max(1, -(-len(walked) // room))
    edge = next((index for index, stop in enumerate(walked) if stop.here), len(walked) - 1)
    return (max(edge, 0) // room + 1, pages)


def _room(ahead: int) -> int:
    return max(4, PAGE - ahead)


def continuum(
    key: str,
    *,
    title: str,
    desc: str,
    stops: Sequence[Stop],
    edge_words: str,
    heads: tuple[str, str, str],
    page: int | None = None,
    land: bool = False,
) -> Chart:
    """The map of one strand, wide and narrow. The table lists every stop of every page, in order.

    `edge_words` ("at my edge") stand at the stop that is `here`. `land` draws hills behind it for the student's own
    map. Up to four choices ahead are drawn, on the last page only; the rest are in the table.
    """
    walked = [stop for stop in stops if not stop.ahead]
    ahead = [stop for stop in stops if stop.ahead][:4]
    first, pages = page_of(stops)
    number_of = min(max(page or first, 1), pages)
    room = _room(len([stop for stop in stops if stop.ahead]))
    shown = walked[(number_of - 1) * room : number_of * room]
    branches = ahead if number_of == pages else []
    svg = "".join(
        _draw(f"{key}-{name}", name, title, desc, layout, edge_words, land, number_of > 1, number_of < pages)
        for name, layout in (
            ("wide", lay_wide(shown, branches, edge_words, LAND if land else PLAIN)),
            ("narrow", lay_narrow(shown, branches, edge_words)),
        )
    )
    rows = tuple((stop.label, stop.word, stop.note) for stop in stops)
    return Chart(title, desc, svg, heads, rows)


def lay_wide(walked: Sequence[Stop], ahead: Sequence[Stop], edge_words: str = "", room: Room = PLAIN) -> Layout:
    """Rows of up to five, read like text; the walked ones rise and fall, choices fan out at the end."""
    places: list[Placed] = []
    lanes: list[float] = []
    top = room.pad
    for start in range(0, max(len(walked), 1), ACROSS):
        row = walked[start : start + ACROSS]
        fans = bool(ahead) and start + ACROSS >= len(walked)
        right = room.fan if fans else MARGIN + 30
        column = (WIDE - MARGIN - right) / (ACROSS - 1)
        rows = [tuple(wrap(stop.label, 2 * MARGIN - 4)) for stop in row]
        highest = max((len(lines) for lines in rows[1::2]), default=0)
        lowest = max((len(lines) for lines in rows[0::2]), default=0)
        high = top + 28 + highest * LEADING + KNOT
        low = high + room.rise
        for index, (stop, lines) in enumerate(zip(row, rows, strict=True)):
            x = MARGIN + column * index
            y = high if index % 2 else low
            label_top = y - KNOT - 8 - len(lines) * LEADING if index % 2 else y + KNOT + 5
            places.append(Placed(stop, x, y, lines, x, label_top, "middle"))
        bottom = low + KNOT + 12 + lowest * LEADING
        if fans:
            bottom = _fan(places, ahead, top, bottom, edge_words, room)
        lanes.append(bottom + 14)
        top = bottom + 26
    return Layout(tuple(places), WIDE, max(top - 12 + room.pad, 60.0), _flag(places, edge_words), tuple(lanes))


def _fan(places: list[Placed], ahead: Sequence[Stop], top: float, bottom: float, edge_words: str, room: Room) -> float:
    """Choices below each other, clear of everything around the last walked stop; returns the new bottom."""
    x = KNOT + 4.0
    if places:
        flag = _flag(places, edge_words)
        x = max(places[-1].label.right, flag.right if flag else 0.0, places[-1].x + KNOT) + room.spread
    labels = [tuple(wrap(stop.label, WIDE - x - KNOT - 10)) for stop in ahead]
    heights = [max(2 * KNOT, len(lines) * LEADING) + room.gap for lines in labels]
    y = max(top + 20, (top + bottom) / 2 - sum(heights) / 2)
    for stop, lines, height in zip(ahead, labels, heights, strict=True):
        middle = y + height / 2
        places.append(Placed(stop, x, middle, lines, x + KNOT + 6, middle - len(lines) * LEADING / 2, "start"))
        y += height
    return max(bottom, y)


def lay_narrow(walked: Sequence[Stop], ahead: Sequence[Stop], edge_words: str = "") -> Layout:
    """One below the other on a winding thread, labels to the right; choices hang off the same side."""
    places: list[Placed] = []
    top = 12.0
    bends = (34.0, 58.0, 40.0, 64.0)
    for index, stop in enumerate([*walked, *ahead]):
        x = 78.0 if stop.ahead else bends[index % len(bends)]
        above = LEADING + 4 if stop.here and edge_words else 0.0
        lines = tuple(wrap(stop.label, NARROW - x - KNOT - 16))
        height = max(2 * KNOT, len(lines) * LEADING) + above
        label_top = top + above + (height - above - len(lines) * LEADING) / 2
        places.append(Placed(stop, x, label_top + len(lines) * LEADING / 2, lines, x + KNOT + 9, label_top, "start"))
        top += height + 26
    return Layout(tuple(places), NARROW, max(top - 10, 60.0), _flag_narrow(places, edge_words))


def _flag(places: Sequence[Placed], words: str) -> Box | None:
    """Room for the edge's words: on the free side of its mark."""
    here = next((place for place in places if place.stop.here), None)
    if here is None or not words:
        return None
    half = measure(words) / 2 + 2
    x = min(max(here.x, half), WIDE - half)
    label_is_below = here.label_top > here.y
    top = here.y - KNOT - 10 - LEADING if label_is_below else here.y + KNOT + 8
    return Box(x - half, top, x + half, top + LEADING)


def _flag_narrow(places: Sequence[Placed], words: str) -> Box | None:
    here = next((place for place in places if place.stop.here), None)
    if here is None or not words:
        return None
    top = here.label_top - LEADING - 1
    return Box(here.label_x, top, here.label_x + measure(words), top + LEADING)


def _draw(
    key: str,
    name: str,
    title: str,
    desc: str,
    layout: Layout,
    edge_words: str,
    land: bool,
    comes_from: bool,
    goes_on: bool,
) -> str:
    walked = [place for place in layout.places if not place.stop.ahead]
    ahead = [place for place in layout.places if place.stop.ahead]
    edge = next((place for place in walked if place.stop.here), walked[-1] if walked else None)
    wide = name == "wide"
    content: list[str] = []
    if land:
        taken = [box for place in layout.places for box in (place.label, place.knot)]
        if layout.flag is not None:
            taken.append(layout.flag)
        river = (walked[-1].label.right + 18, ahead[0].x - 2) if wide and walked and ahead else None
        content.extend(scenery.land(layout.width, layout.height, taken, river=river))
    if edge is not None and edge.stop.here:
        content.append(element("circle", cx=edge.x, cy=edge.y, r=24.0, class_="map-edge"))
    threads = _thread(walked, edge, wide, comes_from, goes_on, layout)
    if land:
        content.extend(
            thread.replace('class="map-done"', 'class="m-walk-case"') for thread in threads if "map-done" in thread
        )
    content.extend(threads)
    if walked:
        content.extend(_branch(walked[-1], place, wide) for place in ahead)
    for place in layout.places:
        content.extend(_stop(place, land))
    if layout.flag is not None:
        flag = layout.flag
        if land:
            content.append(_plate(flag))
        middle = (flag.left + flag.right) / 2
        content.append(text(middle, flag.top + 13, edge_words, class_="map-flag", anchor="middle"))
    return picture(
        key,
        title=title,
        desc=desc,
        width=layout.width,
        height=layout.height,
        class_=f"map map-{name}" + (" map-land" if land else ""),
        content=content,
    )


def _plate(box: Box) -> str:
    return element(
        "rect",
        x=box.left - 5,
        y=box.top - 2,
        width=box.right - box.left + 10,
        height=box.bottom - box.top + 5,
        rx=6.0,
        class_="m-plate",
    )


def _thread(
    walked: Sequence[Placed], edge: Placed | None, wide: bool, comes_from: bool, goes_on: bool, layout: Layout
) -> list[str]:
    """Solid as far as the edge, dotted where the path can go on."""
    pieces: list[str] = []
    passed, lanes = False, iter(layout.lanes)
    if walked and comes_from:
        first = walked[0]
        pieces.append(_line((0.0, first.y) if wide else (first.x, 0.0), (first.x, first.y), wide, "map-done"))
    for one, two in zip(walked, walked[1:], strict=False):
        passed = passed or one is edge
        kind = "map-ahead" if passed else "map-done"
        lane = next(lanes, None) if wide and two.x < one.x else None
        pieces.append(_line((one.x, one.y), (two.x, two.y), wide, kind, lane=lane))
    if walked and goes_on:
        last = walked[-1]
        to = (layout.width, last.y) if wide else (last.x, layout.height)
        pieces.append(_line((last.x, last.y), to, wide, "map-ahead" if passed else "map-done"))
    return pieces


def _line(
    one: tuple[float, float], two: tuple[float, float], wide: bool, kind: str, *, lane: float | None = None
) -> str:
    """A thread between two points; with a `lane`, round the edge and back along it to the next row."""
    (x1, y1), (x2, y2) = one, two
    if lane is not None:
        d = (
            f"M{number(x1)} {number(y1)}H{number(WIDE - 30)}C{number(WIDE)} {number(y1)} {number(WIDE)} "
            f"{number(lane)} {number(WIDE - 30)} {number(lane)}H34C0 {number(lane)} 0 {number(y2)} 34 "
            f"{number(y2)}H{number(x2)}"
        )
    else:
        d = thread(one, two, is_wide=wide)
    return element("path", d=d, class_=kind)


def thread(one: tuple[float, float], two: tuple[float, float], *, is_wide: bool) -> str:
    """The bend between two points: it leaves and arrives level (`is_wide`), or upright."""
    (x1, y1), (x2, y2) = one, two
    if is_wide:
        middle = (x1 + x2) / 2
        return (
            f"M{number(x1)} {number(y1)}C{number(middle)} {number(y1)} {number(middle)} {number(y2)} "
            f"{number(x2)} {number(y2)}"
        )
    middle = (y1 + y2) / 2
    return (
        f"M{number(x1)} {number(y1)}C{number(x1)} {number(middle)} {number(x2)} {number(middle)} "
        f"{number(x2)} {number(y2)}"
    )


def _branch(start: Placed, end: Placed, wide: bool) -> str:
    """A dotted thread to a choice: straight past the label, then bending; on a phone down a lane at the side."""
    if wide:
        bend = end.x - 40.0
        middle = (bend + end.x) / 2
        d = (
            f"M{number(start.x)} {number(start.y)}H{number(bend)}C{number(middle)} {number(start.y)} "
            f"{number(middle)} {number(end.y)} {number(end.x)} {number(end.y)}"
        )
    else:
        d = (
            f"M{number(start.x)} {number(start.y)}C14 {number((start.y + end.y) / 2)} 14 {number(end.y)} "
            f"{number(end.x)} {number(end.y)}"
        )
    return element("path", d=d, class_="map-ahead")


def _stop(place: Placed, land: bool) -> list[str]:
    """A rest on the thread, the mark, the label; on land the label lies on a plate."""
    pieces = [
        element("circle", cx=place.x, cy=place.y, r=KNOT + 3 if land else 12.0, class_="map-rest"),
        element(
            "use",
            href=f"#level-{place.stop.mark}",
            x=place.x - KNOT,
            y=place.y - KNOT,
            width=2 * KNOT,
            height=2 * KNOT,
        ),
    ]
    if land:
        pieces.append(_plate(place.label))
    style = "here" if place.stop.here else None
    pieces.append(lines_of(place.rows, place.label_x, place.label_top, class_=style, anchor=place.anchor))
    return pieces
