"""The cells of a class grid as HTML, joined in Python: a class of 30 has 600 of them.

The one reviewed place that does so. Every text of a person goes through `format_html`. Marked safe by hand is only
what is put together from its results, from keys in hexadecimal and from addresses of public ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from uuid import UUID, uuid4

from django.urls import reverse
from django.utils.formats import time_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.templatetags.look import level
from assessments.choices import Shape
from assessments.selectors.cells import Rating
from assessments.selectors.rubrics import Rubric
from supports.selectors.grid import ClassGrid, Column, Levels, Seat

SEEN = "seen"
CLEAR = "clear"
NOTHING = SafeString("")


@dataclass(frozen=True, slots=True)
class Fault:
    """What became of an entry that was not saved: the text of the value and why."""

    value: str
    problem: str


class Drawer:
    """Draws the entry cells of one work for one person; holds what all of them share."""

    def __init__(self, rubric: Rubric, person_id: int) -> None:
        self.rubric = rubric
        self.person_id = person_id
        self._options: dict[str, SafeString] = {}

    @cached_property
    def values(self) -> tuple[tuple[str, str], ...]:
        """Every value one can choose, lowest first, with its words: the levels and the half steps between them."""
        words = self.rubric.words
        found: list[tuple[str, str]] = [(SEEN, words.word(None))]
        if self.rubric.levels:
            value, top = self.rubric.levels[0].value, self.rubric.levels[-1].value
            while value <= top:
                text = f"{value.normalize():f}"
                found.append((text, f"{text} {words.word(value)}"))
                value += Decimal("0.5")
        return tuple(found)

    def _word(self, value: Decimal | None) -> SafeString:
        """Shape and word of a value; a half step is the level under it and a half, short enough for a cell."""
        words = self.rubric.words
        if value is not None and value % 1:
            below = max((one.value for one in self.rubric.levels if one.value <= value), default=value)
            return level(words.mark(value), f"{words.word(below)} ½")
        return level(words.mark(value), words.word(value))

    def live(self, seat: Seat, standing: Sequence[Rating], *, fault: Fault | None = None) -> SafeString:
        """The cell as the keyboard works on it: a button, what a colleague entered, and what went wrong."""
        return self._cell(seat, standing, self._button(seat, standing, fault), fault, "")

    def plain(self, seat: Seat, standing: Sequence[Rating], *, fault: Fault | None = None) -> SafeString:
        """The cell without JavaScript: a list to choose from, and the button hidden until a script takes over."""
        mine = self._mine(standing)
        chosen = fault.value if fault else _text(mine)
        if chosen not in self._options:
            self._options[chosen] = format_html_join(
                "",
                '<option value="{}"{}>{}</option>',
                (
                    (text, SafeString(" selected") if text == chosen else NOTHING, words)
                    for text, words in [("", "–"), *self.values]
                ),
            )
        select = format_html(
            '<select class="input entry-select" name="level-{0}" aria-label="{1}">{2}</select>'
            '<input type="hidden" name="key-{0}" value="{3}"><input type="hidden" name="expected-{0}" value="{4}">'
            '<input type="hidden" name="mine-{0}" value="{5}">',
            seat.public_id,
            _("%(student)s: what you saw") % {"student": seat.name},
            self._options[chosen],
            uuid4(),
            standing[-1].public_id if standing else "",
            "1" if mine else "",
        )
        button = self._button(seat, standing, fault, hidden=True)
        return self._cell(seat, standing, format_html("{}{}", select, button), fault, "")

    def conflict(self, seat: Seat, standing: Sequence[Rating], wanted: str) -> SafeString:
        """The cell when somebody entered something else meanwhile: both values, and what can be done."""
        newest, is_mine = standing[-1], standing[-1].rater_id == self.person_id
        theirs, mine = self._word(newest.value), self._wanted(wanted)
        at = time_format(localtime(newest.recorded_at), "TIME_FORMAT")
        if is_mine:
            said = _("In another window, at %(time)s, you saved") % {"time": at}
            keep, change = _("Keep it"), _("Change it to mine here")
        else:
            said = _("At %(time)s %(colleague)s saved") % {"colleague": newest.rater, "time": at}
            keep = _("Keep it, leave mine out")
            change = _("Change my own") if self._mine(standing) else _("Add mine beside it")
        box = format_html(
            '<div class="entry-conflict" role="alertdialog" aria-label="{}" aria-describedby="two-{}">'
            '<div class="stack" data-gap="2" id="two-{}"><p>{} {}</p><p>{} {}</p></div><div class="row" data-gap="2">'
            '<button type="button" class="button" data-size="small" data-decide="keep">{}'
            '</button><button type="button" class="button" data-size="small" data-decide="mine" data-value="{}">{}'
            "</button></div></div>",
            _("Two values for %(student)s") % {"student": seat.name},
            seat.key,
            seat.key,
            said,
            theirs,
            _("You chose"),
            mine,
            keep,
            wanted,
            change,
        )
        button = self._button(seat, standing, None)
        return self._cell(seat, standing, format_html("{}{}", button, box), None, "conflict")

    def _cell(
        self, seat: Seat, standing: Sequence[Rating], content: SafeString, fault: Fault | None, state: str
    ) -> SafeString:
        mine = self._mine(standing)
        others = [rating for rating in standing if rating.rater_id != self.person_id]
        return format_html(
            '<td class="now entry" id="entry-{}" data-student="{}" data-name="{}" data-expected="{}" data-value="{}"'
            ' data-piece="{}"{}{}>{}{}{}</td>',
            seat.key,
            seat.public_id,
            seat.short_name,
            standing[-1].public_id if standing else "",
            _text(mine),
            mine.public_id if mine else "",
            SafeString(" data-saved") if mine and not fault else NOTHING,
            format_html(' data-state="{}"', "fault" if fault else state) if fault or state else NOTHING,
            content,
            format_html_join(
                "", '<span class="entry-other">{}: {}</span>', ((o.rater, self._word(o.value)) for o in others)
            ),
            format_html('<p class="field-error">{}</p>', fault.problem) if fault else NOTHING,
        )

    def _button(
        self, seat: Seat, standing: Sequence[Rating], fault: Fault | None, *, hidden: bool = False
    ) -> SafeString:
        mine = self._mine(standing)
        shown = self._wanted(fault.value) if fault else self._word(mine.value) if mine else _empty()
        return format_html(
            '<button type="button" class="entry-cell" id="cell-{}"{}><span class="visually-hidden">{}: </span>'
            '<span class="entry-value">{}</span></button>',
            seat.key,
            SafeString(" hidden") if hidden else NOTHING,
            seat.name,
            shown,
        )

    def _wanted(self, text: str) -> SafeString:
        """The words of a value as it was sent; what is no value is shown as it came."""
        if text == SEEN:
            return self._word(None)
        if text in {"", CLEAR}:
            return format_html('<span class="quiet">{}</span>', _("nothing"))
        try:
            return self._word(Decimal(text))
        except (ArithmeticError, ValueError):
            return format_html('<span class="quiet">{}</span>', text[:20])

    def _mine(self, standing: Sequence[Rating]) -> Rating | None:
        return next((rating for rating in reversed(standing) if rating.rater_id == self.person_id), None)


def _text(rating: Rating | None) -> str:
    if rating is None:
        return ""
    return SEEN if rating.value is None else f"{rating.value.normalize():f}"


def _empty() -> SafeString:
    return format_html(
        '<span class="entry-none" aria-hidden="true">·</span><span class="visually-hidden">{}</span>', _("nothing yet")
    )


def rows_html(
    grid: ClassGrid, *, person_id: int, faults: Mapping[UUID, Fault], conflicts: Mapping[UUID, str]
) -> SafeString:
    """The body of the table.

    `faults` and `conflicts` are what a plain form left over: by public id what was wrong, and the value wanted.
    """
    drawer = Drawer(grid.open.rubric, person_id) if grid.open else None
    cells = [_LevelCells(column, is_open=column is grid.open) for column in grid.columns]
    plan = reverse("student_plan", args=[_ZERO])
    return format_html_join(
        "",
        '<tr><th scope="row"><a href="{}">{}</a></th>{}</tr>\n',
        (
            (
                plan.replace(_ZERO, str(seat.public_id)),
                _name(seat),
                SafeString("".join(_cells(grid, seat, cells, drawer, faults, conflicts))),
            )
            for seat in grid.seats
        ),
    )


_ZERO = "00000000-0000-0000-0000-000000000000"
_ONES = "11111111-1111-1111-1111-111111111111"


class _LevelCells:
    """The level cells of one column. What a cell shares with the others of its shape is made once: cells are many."""

    def __init__(self, column: Column, *, is_open: bool) -> None:
        self.column = column
        self.is_open = is_open
        head, tail = reverse("student_competency", args=[_ZERO, _ONES]).replace(
            _ONES, str(column.rubric.public_id)
        ).split(_ZERO)  # fmt: skip
        self.start = '<td class="now"><a id="l-' if is_open else '<td><a id="l-'
        self.middle = format_html('-{}" href="{}', column.key, head)
        self.ends = {shape: format_html('{}">{}</a></td>', tail, level(shape)) for shape in Shape.values}

    def draw(self, seat: Seat, shape: str) -> str:
        """The cell of one student: safe, because `key` and `public_id` are hexadecimal."""
        return f"{self.start}{seat.key}{self.middle}{seat.public_id}{self.ends[shape]}"


def _name(seat: Seat) -> SafeString:
    """The name as it is ordered: what people are called by, the family name standing out."""
    if not seat.family_name:
        return format_html("{}", seat.given_name)
    return format_html("{} <b>{}</b>", seat.given_name, seat.family_name)


def _cells(
    grid: ClassGrid,
    seat: Seat,
    cells: Sequence[_LevelCells],
    drawer: Drawer | None,
    faults: Mapping[UUID, Fault],
    conflicts: Mapping[UUID, str],
) -> Iterable[str]:
    """The cells of one row, each of them safe."""
    for cell in cells:
        yield cell.draw(seat, grid.levels.shape(seat, cell.column))
        if cell.is_open and drawer is not None:
            standing = grid.entries.get(seat.student_id, ())
            fault = faults.get(seat.public_id)
            if seat.public_id in conflicts and standing:
                fault = Fault(conflicts[seat.public_id], _left_over(standing[-1], drawer))
            yield drawer.plain(seat, standing, fault=fault)


def _left_over(newest: Rating, drawer: Drawer) -> str:
    words = {
        "colleague": newest.rater,
        "time": time_format(localtime(newest.recorded_at), "TIME_FORMAT"),
        "level": drawer.rubric.words.word(newest.value),
    }
    if newest.rater_id == drawer.person_id:
        return _("Not saved yet: in another window you saved “%(level)s” at %(time)s. Save again to change it.") % words
    return (
        _(
            "Not saved yet: %(colleague)s saved “%(level)s” at %(time)s. Save again to add yours beside it, "
            "or choose – to leave yours out."
        )
        % words
    )


def level_id(seat: Seat, column: Column) -> str:
    """The id of a level's link in the page."""
    return f"l-{seat.key}-{column.key}"


def shown_id(column: Column) -> str:
    """The id of a column's count in the page."""
    return f"shown-{column.key}"


def changed_html(levels: Levels, seats: Sequence[Seat], across: Sequence[Column]) -> SafeString:
    """The levels that moved and the counts below, as parts that replace what stands in the page."""
    cells = format_html_join(
        "",
        '<span id="{}" hx-swap-oob="innerHTML">{}</span>',
        (
            (level_id(seat, column), level(levels.shape(seat, column)))
            for seat in seats
            for column in across
            if (seat.student_id, column.rubric.competency_id) in levels.changed
        ),
    )
    counts = format_html_join(
        "",
        '<span id="{}" hx-swap-oob="innerHTML">{}</span>',
        ((shown_id(column), count_html(levels.shown(seats, column), len(seats))) for column in across),
    )
    return format_html("{}{}", cells, counts)


def count_html(shown: int, students: int) -> SafeString:
    """How many of a class, as a number that comes with its words."""
    return format_html(_("<b>{shown}</b> of {all}"), shown=shown, all=students)
