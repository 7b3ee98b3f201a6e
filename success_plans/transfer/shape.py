"""What a transfer packet holds: its tables, their fields, and how each value is written. Documented in docs/interop.md.

Persons, competencies and other rows are named by their public ids. A field that is not listed does not travel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from uuid import UUID

SCHEMA = 3
"""The newest version of the format; a reader understands every former one and refuses a newer one in words."""
OLDEST_WRITTEN = 2
"""A packet is written in the oldest format from this one on that holds it (`LATER`), so that it is read by earlier
programs wherever it can be."""


class PacketError(ValueError):
    """This file is not a transfer packet that can be read here; the code says why (`Wrong`)."""

    def __init__(self, wrong: Wrong, where: str = "") -> None:
        super().__init__(f"{wrong}: {where}")
        self.wrong = wrong
        self.where = where


class Wrong(StrEnum):
    """What can be wrong with a packet."""

    NOT_A_ZIP = "not_a_zip"
    TOO_LARGE = "too_large"
    NOT_A_PACKET = "not_a_packet"
    NEWER = "newer"
    CHANGED = "changed"
    MISSING = "missing"
    BAD_VALUE = "bad_value"


class How(StrEnum):
    """How a value is written."""

    TEXT = "text"
    NUMBER = "number"
    DECIMAL = "decimal"
    YES = "yes"
    DATE = "date"
    MOMENT = "moment"
    KEY = "key"
    PLAIN = "plain"
    PERSON = "person"
    COMPETENCY = "competency"
    FILE = "file"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the packet. `of` names the table its `ROW` field points into; `since`: the schema it came with."""

    name: str
    part: str
    fields: Mapping[str, How]
    of: str = ""
    since: int = 1


_SAID = {"language": How.TEXT, "author": How.PERSON, "created_at": How.MOMENT}
_VERSIONED = {**_SAID, "changed_at": How.MOMENT, "version": How.NUMBER}


def _fields(text: str = "", **more: How) -> dict[str, How]:
    return {**dict.fromkeys(text.split(), How.TEXT), **more}


# in the order in which they are written where they arrive: what names a row comes after it
TABLES: tuple[Table, ...] = (
    Table(
        "statements", "plan",
        _fields("kind voice text means audience", file=How.FILE, scribe=How.PERSON, said_on=How.DATE) | _VERSIONED,
    ),
    Table(
        "findings", "plan",
        _fields("area state tool can_do next_step", competency=How.COMPETENCY, found_on=How.DATE) | _VERSIONED,
    ),
    Table(
        "pointers", "plan",
        _fields("kind kept_where accommodations", case_manager=How.PERSON, review_on=How.DATE, ended_on=How.DATE)
        | _VERSIONED,
    ),
    Table(
        "needs", "plan",
        _fields("domain outside source audience text state state_reason", opened_on=How.DATE, review_on=How.DATE)
        | _VERSIONED,
    ),
    Table(
        "goals", "plan",
        _fields(
            "text why voice horizon measure_kind measure baseline target steps how_where state",
            competency=How.COMPETENCY, due_on=How.DATE, helper=How.PERSON,
        ) | _VERSIONED,
    ),
    Table(
        "pathways", "plan", _fields("interest pathway entry_point next_experience", ended_on=How.DATE) | _VERSIONED
    ),
    Table(
        "ways", "plan",
        _fields("best_way best_time interpreter_language", guardian=How.PERSON, author=How.PERSON,
                created_at=How.MOMENT, changed_at=How.MOMENT, version=How.NUMBER),
    ),
    Table(
        "amendments", "plan", _fields("about voice text audience", about_id=How.KEY) | _SAID
    ),
    Table(
        "proposals", "plan",
        _fields("voice to_voice text state answer", goal=How.ROW, answer_by=How.DATE, answered_by=How.PERSON,
                answered_at=How.MOMENT, version=How.NUMBER) | _SAID,
        of="goals", since=2,
    ),
    Table(
        "translations", "plan",
        _fields("about language text", about_id=How.KEY, asked_by=How.PERSON, asked_at=How.MOMENT,
                translated_by=How.PERSON, translated_at=How.MOMENT, of_version=How.NUMBER),
        since=2,
    ),
    Table(
        "consents", "record",
        _fields("kind about elsewhere", given_by=How.PERSON, scribe=How.PERSON, is_yes=How.YES, given_on=How.DATE,
                created_at=How.MOMENT, withdrawn_at=How.MOMENT),
        since=2,
    ),
    Table(
        "supports", "record",
        _fields(
            "type setting title provider state referral end_reason", competency=How.COMPETENCY, owner=How.PERSON,
            provider_person=How.PERSON, minutes=How.NUMBER, sessions_per_week=How.NUMBER, starts_on=How.DATE,
            ends_on=How.DATE, consent_on=How.DATE, family_wordings=How.PLAIN, shared_at=How.MOMENT,
            created_by=How.PERSON, created_at=How.MOMENT, version=How.NUMBER,
        ),
    ),
    Table(
        "sessions", "record",
        _fields("state note", support=How.ROW, held_on=How.DATE, minutes=How.NUMBER, by=How.PERSON, key=How.KEY,
                created_at=How.MOMENT),
        of="supports",
    ),
    Table(
        "referral_steps", "record",
        _fields("state note", support=How.ROW, on=How.DATE, by=How.PERSON, created_at=How.MOMENT), of="supports",
    ),
    Table(
        "evidence", "evidence",
        _fields("kind context task_key task_title note", competency=How.COMPETENCY, value=How.DECIMAL,
                observed_on=How.DATE, recorded_at=How.MOMENT, recorded_by=How.PERSON, is_accepted=How.YES),
    ),
    Table(
        "meetings", "record",
        _fields(
            "kind state place interpreter interpreter_language agenda_extra student_words language assent",
            starts_at=How.MOMENT, is_student_led=How.YES, conference=How.PLAIN, next_on=How.DATE, started_at=How.MOMENT,
            held_at=How.MOMENT, called_by=How.PERSON, created_at=How.MOMENT, changed_at=How.MOMENT,
            version=How.NUMBER,
        ),
    ),
    Table(
        "attendees", "record",
        _fields("role name", meeting=How.ROW, person=How.PERSON, was_there=How.YES), of="meetings", since=2,
    ),
    Table(
        "decisions", "record",
        _fields("text language", meeting=How.ROW, owner=How.PERSON, due_on=How.DATE, author=How.PERSON, key=How.KEY,
                created_at=How.MOMENT, version=How.NUMBER, support_id=How.KEY),
        of="meetings",
    ),
    Table(
        "check_ins", "record",
        _fields("how mode note language", by=How.PERSON, met_at=How.MOMENT, key=How.KEY, created_at=How.MOMENT),
    ),
    Table(
        "contacts", "record",
        _fields("mode purpose outcome interpreter language note household", guardian=How.PERSON, by=How.PERSON,
                tried_at=How.MOMENT, key=How.KEY, created_at=How.MOMENT),
    ),
    Table(
        "versions", "versions",
        _fields("digest reason", number=How.NUMBER, content=How.PLAIN, template=How.PLAIN, author=How.PERSON,
                as_of=How.MOMENT, created_at=How.MOMENT),
    ),
    Table(
        "agreements", "versions",
        _fields("voice answer statement language", of_version=How.ROW, person=How.PERSON, scribe=How.PERSON,
                created_at=How.MOMENT),
        of="versions",
    ),
)  # fmt: skip
BY_NAME = {table.name: table for table in TABLES}
LATER: Mapping[str, Mapping[str, int]] = {"goals": {"how_where": 3}}
"""Fields that came after their table, by table, and the schema they came with. While empty they are not written: a
packet that says nothing new is the same to the letter as before they came."""
LATER_CONTENT: Mapping[int, int] = {2: 3}
"""Shapes of agreed versions that came after the first one, and the schema they came with."""
PARTS = ("student", "plan", "record", "versions", "evidence")
"""The data parts of a packet, each a JSON file of its name."""

_NAMES = frozenset({How.KEY, How.PERSON, How.COMPETENCY, How.FILE, How.ROW})


def written(how: How, value: Any) -> Any:
    """A value as it stands in the packet: ids and dates as text, decimals as text, nothing as null."""
    if value is None:
        return None
    if how in {How.DATE, How.MOMENT}:
        return value.isoformat()
    return value if how in {How.TEXT, How.NUMBER, How.YES, How.PLAIN} else str(value)


def understood(how: How, value: Any, where: str) -> Any:
    """A value of a packet as this program holds it. PacketError(BAD_VALUE) for anything `written` could not write."""
    if value is None:
        return None
    try:
        if how is How.DATE:
            return _in_our_time(date.fromisoformat(_text(value)))
        if how is How.MOMENT:
            moment = datetime.fromisoformat(_text(value))
            if moment.tzinfo is None:
                raise ValueError
            _in_our_time(moment.date())
            return moment
        if how in _NAMES:
            return UUID(_text(value))
        if how is How.DECIMAL:
            number = Decimal(_text(value))
            if not number.is_finite():
                raise ValueError
            return number
    except (ValueError, InvalidOperation, OverflowError) as error:
        raise PacketError(Wrong.BAD_VALUE, where) from error
    fits: type = {How.TEXT: str, How.NUMBER: int, How.YES: bool, How.PLAIN: dict}[how]
    if not isinstance(value, fits) or (how is How.NUMBER and isinstance(value, bool)):
        raise PacketError(Wrong.BAD_VALUE, where)
    if isinstance(value, str) and "\x00" in value:
        raise PacketError(Wrong.BAD_VALUE, where)
    return value


def _in_our_time(day: date) -> date:
    """A day no calendar here runs over: what is kept must be readable in every time zone."""
    if not 1900 <= day.year < 2200:
        raise ValueError
    return day


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value
