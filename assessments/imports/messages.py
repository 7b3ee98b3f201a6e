"""Results as other systems send them, one by one: xAPI statements and Caliper grade events. Tolerant of whatever else
a message holds; exact about what is used. Never raises anything but MessageError, whatever JSON comes in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

MOST_MESSAGES: Final = 500
DEEPEST: Final = 20
MOST_VALUES: Final = 200_000
VOIDED: Final = "http://adlnet.gov/expapi/verbs/voided"
_CONTEXT_KINDS: Final = ("parent", "grouping", "category", "other")
_LONGEST: Final = 2_000
_MOST_CANDIDATES: Final = 20
_ZONE = re.compile(r"[+-]\d{4}$")


class Wrong(StrEnum):
    """What is wrong with a message."""

    SHAPE = "shape"
    TOO_MANY = "too_many"
    TOO_DEEP = "too_deep"
    ID = "id"
    STUDENT = "student"
    COMPETENCY = "competency"
    SCORE = "score"
    SCORE_RANGE = "score_range"
    TIME = "time"
    TWICE = "twice"


class MessageError(ValueError):
    """A message that cannot be used: which one (its place in the request, from 0) and why; `pointer` names the part."""

    def __init__(self, wrong: Wrong, place: int, pointer: str = "") -> None:
        super().__init__(f"{wrong} at {place} {pointer}")
        self.wrong = wrong
        self.place = place
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Result:
    """One result of one student on one competency, or word that it is taken back (`is_gone`).

    `students` are (source, id) pairs that may name the student, source blank for a public id; `competencies` are ids
    or addresses, the likeliest first. Without `low` and `high` the score is a level. `is_fixed`: the same id with
    other content is a conflict and no correction.
    """

    source: str
    source_id: str
    students: tuple[tuple[str, str], ...] = ()
    competencies: tuple[str, ...] = ()
    score: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    observed_on: date | None = None
    context: str = ""
    title: str = ""
    is_gone: bool = False
    is_fixed: bool = False


def check_size(data: Any) -> None:
    """Raises MessageError for what is nested deeper than any real message, or far larger."""
    level, seen, depth = [data], 0, 0
    while level:
        depth += 1
        seen += len(level)
        if depth > DEEPEST or seen > MOST_VALUES:
            raise MessageError(Wrong.TOO_DEEP, 0)
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        level = below


def statements(data: Any, *, zone: tzinfo) -> list[Result]:
    """What one xAPI statement, or a list of them, says. Raises MessageError."""
    check_size(data)
    many = data if isinstance(data, list) else [data]
    if not many or len(many) > MOST_MESSAGES:
        raise MessageError(Wrong.TOO_MANY, 0)
    return [_statement(one, place, zone) for place, one in enumerate(many)]


def _statement(data: Any, place: int, zone: tzinfo) -> Result:
    said = _object(data, place, "")
    try:
        identity = str(UUID(_text(said.get("id"))))
    except ValueError:
        raise MessageError(Wrong.ID, place, "id") from None
    verb = _text(_dict(said.get("verb")).get("id"))
    target = _dict(said.get("object"))
    if verb == VOIDED:
        if target.get("objectType") != "StatementRef":
            raise MessageError(Wrong.SHAPE, place, "object")
        try:
            return Result("xapi", str(UUID(_text(target.get("id")))), is_gone=True)
        except ValueError:
            raise MessageError(Wrong.ID, place, "object.id") from None
    account = _dict(_dict(said.get("actor")).get("account"))
    name, home = _text(account.get("name")), _text(account.get("homePage"))
    if not name:
        raise MessageError(Wrong.STUDENT, place, "actor.account.name")
    about = [_text(target.get("id"))]
    activities = _dict(_dict(said.get("context")).get("contextActivities"))
    for kind in _CONTEXT_KINDS:
        found = activities.get(kind)
        about += [_text(_dict(one).get("id")) for one in (found if isinstance(found, list) else [found])]
    candidates = tuple(dict.fromkeys(one for one in about if one))[:_MOST_CANDIDATES]
    if not candidates:
        raise MessageError(Wrong.COMPETENCY, place, "object.id")
    score = _dict(_dict(said.get("result")).get("score"))
    value, low, high = _scaled_or_raw(score, place)
    return Result(
        source="xapi",
        source_id=identity,
        students=(("", name), (home, name), ("roster", name)) if home else (("", name), ("roster", name)),
        competencies=candidates,
        score=value,
        low=low,
        high=high,
        observed_on=_day(said.get("timestamp"), place, "timestamp", zone),
        title=_title(_dict(target.get("definition")).get("name")),
        is_fixed=True,
    )


def _scaled_or_raw(score: dict[str, Any], place: int) -> tuple[Decimal, Decimal, Decimal]:
    scaled = _number(score.get("scaled"), place, "result.score.scaled")
    if scaled is not None:
        if not 0 <= scaled <= 1:
            raise MessageError(Wrong.SCORE_RANGE, place, "result.score.scaled")
        return scaled, Decimal(0), Decimal(1)
    raw = _number(score.get("raw"), place, "result.score.raw")
    if raw is None:
        raise MessageError(Wrong.SCORE, place, "result.score")
    low = _number(score.get("min"), place, "result.score.min")
    return _ranged(raw, low, _number(score.get("max"), place, "result.score.max"), place, "result.score.max")


def _ranged(
    raw: Decimal, low: Decimal | None, high: Decimal | None, place: int, pointer: str
) -> tuple[Decimal, Decimal, Decimal]:
    low = Decimal(0) if low is None else low
    if high is None or high <= low or not low <= raw <= high:
        raise MessageError(Wrong.SCORE_RANGE, place, pointer)
    return raw, low, high


def grade_events(data: Any, *, zone: tzinfo) -> tuple[list[Result], int]:
    """What a Caliper envelope's GradeEvents say, and how many events of other types were passed over."""
    check_size(data)
    envelope = _object(data, 0, "")
    events = envelope.get("data")
    if not isinstance(events, list) or len(events) > MOST_MESSAGES:
        raise MessageError(Wrong.TOO_MANY if isinstance(events, list) else Wrong.SHAPE, 0, "data")
    found, others = [], 0
    for place, event in enumerate(events):
        said = _object(event, place, "")
        if said.get("type") == "GradeEvent":
            found.append(_grade(said, place, zone))
        else:
            others += 1
    return found, others


def _grade(said: dict[str, Any], place: int, zone: tzinfo) -> Result:
    identity = _text(said.get("id"))
    if not identity or len(identity) > 255:
        raise MessageError(Wrong.ID, place, "id")
    attempt = _dict(said.get("object"))
    students = tuple(_people(attempt.get("assignee")))[:_MOST_CANDIDATES]
    if not students:
        raise MessageError(Wrong.STUDENT, place, "object.assignee")
    work = attempt.get("assignable")
    candidates = tuple(dict.fromkeys(one for one in _works(work) if one))[:_MOST_CANDIDATES]
    if not candidates:
        raise MessageError(Wrong.COMPETENCY, place, "object.assignable")
    score = _dict(said.get("generated"))
    given = _number(score.get("scoreGiven"), place, "generated.scoreGiven")
    if given is None:
        raise MessageError(Wrong.SCORE, place, "generated.scoreGiven")
    most = _number(score.get("maxScore"), place, "generated.maxScore")
    value, low, high = _ranged(given, None, most, place, "generated.maxScore")
    return Result(
        source="caliper",
        source_id=identity,
        students=students,
        competencies=candidates,
        score=value,
        low=low,
        high=high,
        observed_on=_day(said.get("eventTime"), place, "eventTime", zone),
        title=_text(_dict(work).get("name"))[:200],
        is_fixed=True,
    )


def _people(assignee: Any) -> Iterator[tuple[str, str]]:
    """Every id a Caliper person carries: its IRI, the IRI's last part, and its identifiers in other systems."""
    person = _dict(assignee)
    iri = assignee if isinstance(assignee, str) else person.get("id")
    iri = _text(iri)
    if iri:
        last = re.split(r"[/:#]", iri.rstrip("/"))[-1]
        yield from (("", last), ("roster", last), ("caliper", iri))
    others = person.get("otherIdentifiers")
    for one in others if isinstance(others, list) else ():
        name = _text(_dict(one).get("identifier"))
        if name:
            yield from (("roster", name), ("", name))


def _works(work: Any) -> Iterator[str]:
    """What a Caliper assignable may be about: its learning objectives first, then itself."""
    said = _dict(work)
    objectives = said.get("learningObjectives")
    for one in objectives if isinstance(objectives, list) else ():
        yield _text(one) or _text(_dict(one).get("id"))
    yield _text(work) or _text(said.get("id"))


# ------------------------------------------------------------------ parts


def _object(data: Any, place: int, pointer: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise MessageError(Wrong.SHAPE, place, pointer)
    return data


def _dict(data: Any) -> dict[str, Any]:
    return data if isinstance(data, dict) else {}


def _text(data: Any) -> str:
    """A text as it is; blank for anything else, and for what no id or title ever is."""
    if not isinstance(data, str) or len(data) > _LONGEST or "\x00" in data:
        return ""
    return data.strip()


def _title(names: Any) -> str:
    said = _dict(names)
    for language in ("en", "en-US", *said):
        if found := _text(said.get(language)):
            return found[:200]
    return ""


def _number(data: Any, place: int, pointer: str) -> Decimal | None:
    if data is None:
        return None
    if isinstance(data, bool) or not isinstance(data, (int, float)):
        raise MessageError(Wrong.SCORE, place, pointer)
    try:
        value = Decimal(str(data))
    except (InvalidOperation, ValueError):
        raise MessageError(Wrong.SCORE, place, pointer) from None
    if not value.is_finite() or abs(value) > 1_000_000 or abs(value.as_tuple().exponent) > 20:  # type: ignore[arg-type]
        raise MessageError(Wrong.SCORE, place, pointer)
    return value


def _day(data: Any, place: int, pointer: str, zone: tzinfo) -> date:
    """The local day of an ISO 8601 moment."""
    text = _text(data)
    if _ZONE.search(text):
        text = f"{text[:-2]}:{text[-2:]}"
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo is None else moment.astimezone(zone)).date()
    except (ValueError, OverflowError):
        raise MessageError(Wrong.TIME, place, pointer) from None
