"""Reading one JSON object with doubt: whatever is in a field, the answer has the asked-for type. Pure.

Nothing here raises for bad data: what cannot be used is noted in the issue log and read as absent.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from competencies.case import limits
from competencies.case.issues import IssueLog
from competencies.case.records import Link
from competencies.case.wordings import Code, gettext_noop

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BROKEN_LATEX = re.compile(
    "\x0c(?=(?:rac|orall|lat|rown|box)(?![a-z]))"
    "|\x08(?=(?:ar|eta|egin|inom|ig|igcup|igcap|f|mod|oxed|ot|ullet|oldsymbol)(?![a-z]))"
    "|\t(?=(?:imes|heta|riangle|extbf|extit|herefore|ext|frac)(?![a-z]))"
    "|\r(?=ight(?:arrow)?(?![a-z]))"
)
_LATEX_LETTER = {"\x0c": "\\f", "\x08": "\\b", "\t": "\\t", "\r": "\\r"}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SCORE_DIGITS = 12


class UnusableNumber:
    """A number in the file that no field could use: NaN, infinity or absurdly large."""


class _TooDeepError(ValueError):
    """Nested deeper than anybody means."""


def plain_json(value: object, depth: int = 0) -> Any:
    """A value of the parsed file as what JSON columns hold: texts cleaned, numbers of ordinary size, the rest null."""
    if depth > limits.MAX_EXTENSION_DEPTH:
        raise _TooDeepError
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, dict):
        return {_UNSTORABLE.sub("", str(name)): plain_json(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain_json(inner, depth + 1) for inner in value]
    if isinstance(value, Decimal):
        if value.adjusted() > 15 or value.adjusted() < -15:
            return None
        return int(value) if value == value.to_integral_value() else float(value)
    return value if value is None or isinstance(value, bool | int) else None


KINDS = {
    "null": gettext_noop("null"),
    "boolean": gettext_noop("true or false"),
    "number": gettext_noop("number"),
    "text": gettext_noop("text"),
    "list": gettext_noop("list"),
    "object": gettext_noop("object"),
    "link": gettext_noop("link"),
    "date": gettext_noop("date"),
    "nameless link": gettext_noop("link without identifier"),
}
"""Kinds of value, as message ids: an issue's `found` and `expected` are translated like its wording."""


def kind_of(value: object) -> str:
    """What a JSON value is, in the words of JSON."""
    if value is None:
        return KINDS["null"]
    if isinstance(value, bool):
        return KINDS["boolean"]
    if isinstance(value, int | Decimal | UnusableNumber):
        return KINDS["number"]
    return KINDS["text"] if isinstance(value, str) else KINDS["list" if isinstance(value, list) else "object"]


def escape(token: str) -> str:
    """One step of a JSON Pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def usable_identifier(value: object) -> str | None:
    """An identifier as written, without surrounding space; "" if there is none, None if unusable.

    Any spelling is accepted: real packages hold identifiers of every UUID version, of none, in any case.
    """
    if not isinstance(value, str):
        return ""
    text = value.strip()
    if len(text) > limits.MAX_IDENTIFIER or _CONTROL.search(text):
        return None
    return text


class Row:
    """One JSON object, its place in the file and the log to complain to."""

    def __init__(self, fields: dict[str, object], pointer: str, log: IssueLog) -> None:
        """`pointer` is the JSON Pointer of the object."""
        self.fields = fields
        self.pointer = pointer
        self.log = log
        self.identifier = usable_identifier(fields.get("identifier")) or ""

    def note(self, code: Code, field: str = "", **params: object) -> None:
        """Log a finding about this row, or about one field of it."""
        pointer = f"{self.pointer}/{escape(field)}" if field else self.pointer
        if field:
            params = {"field": field, **params}
        self.log.add(code, pointer, self.identifier, **params)

    def wrong_type(self, field: str, expected: str) -> None:
        """Log that a field has the wrong type."""
        self.note(Code.WRONG_TYPE, field, found=kind_of(self.fields.get(field)), expected=expected)

    def text(self, field: str, limit: int = limits.MAX_SHORT) -> str:
        """A text; a number is read as text; surrounding space goes."""
        return self._as_text(self.fields.get(field), field, limit) or ""

    def statement(self, field: str) -> str:
        """A text of any length, so that the caller can judge the length."""
        return self._as_text(self.fields.get(field), field, None) or ""

    def _as_text(self, value: object, field: str, limit: int | None) -> str | None:
        if value is None:
            return None
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            self.note(Code.NUMBER_AS_TEXT, field)
            value = str(value)
        if not isinstance(value, str):
            self.note(Code.WRONG_TYPE, field, found=kind_of(value), expected=KINDS["text"])
            return None
        if _BROKEN_LATEX.search(value):
            # Written as "\frac" in the file instead of "\\frac": JSON reads that as a form feed and "rac".
            self.note(Code.LATEX_MENDED, field)
            value = _BROKEN_LATEX.sub(lambda found: _LATEX_LETTER[found[0]], value)
        if _UNSTORABLE.search(value):
            self.note(Code.TEXT_CLEANED, field)
            value = _UNSTORABLE.sub("", value)
        value = value.strip()
        if limit is not None and len(value) > limit:
            self.note(Code.TEXT_CUT, field, limit=limit)
            value = value[:limit].rstrip()
        return value

    def texts(self, field: str, *, commas: bool = False) -> tuple[str, ...]:
        """A list of texts without blanks and repeats; one text alone is a list of one.

        With `commas`, one text alone is split at its commas ("03,04").
        """
        value = self.fields.get(field)
        if value is None:
            return ()
        if isinstance(value, str):
            members: list[object] = list(value.split(",")) if commas else [value]
        elif isinstance(value, list):
            members = value
        else:
            self.wrong_type(field, KINDS["list"])
            return ()
        if len(members) > limits.MAX_LIST:
            self.note(Code.LIST_CUT, field, limit=limits.MAX_LIST)
            members = members[: limits.MAX_LIST]
        texts = (self._as_text(member, field, limits.MAX_SHORT) for member in members)
        return tuple(dict.fromkeys(text for text in texts if text))

    def day(self, field: str) -> date | None:
        """A date; of a date and time, its date."""
        moment = self.moment(field)
        return moment.date() if moment else None

    def moment(self, field: str) -> datetime | None:
        """A date and time in UTC; without an offset it is taken as UTC; a date alone is its midnight."""
        value = self.fields.get(field)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            self.wrong_type(field, KINDS["date"])
            return None
        try:
            moment = datetime.fromisoformat(value.strip())
            aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
            return aware.astimezone(UTC)
        except (ValueError, OverflowError):
            shown = _CONTROL.sub("", value)[:40]
            self.note(Code.DATE_UNREADABLE, field, value=shown)
            return None

    def whole(self, field: str) -> int | None:
        """A whole number of 32 bits; "7" and 7.0 are 7."""
        number = self._number(field)
        if number is None:
            return None
        if number != number.to_integral_value() or abs(number) > limits.MAX_SEQUENCE:
            self.note(Code.NUMBER_UNREADABLE, field)
            return None
        return int(number)

    def decimal(self, field: str) -> Decimal | None:
        """A plain decimal of ordinary size, exactly as written."""
        return self._number(field)

    def _number(self, field: str) -> Decimal | None:
        value = self.fields.get(field)
        if value is None or value == "":
            return None
        if isinstance(value, UnusableNumber):
            self.note(Code.NUMBER_UNREADABLE, field)
            return None
        if isinstance(value, str) and re.fullmatch(r"\s*-?[0-9]{1,12}(\.[0-9]{1,12})?\s*", value):
            return Decimal(value.strip())
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.wrong_type(field, KINDS["number"])
            return None
        number = Decimal(value)
        # Judge the size before converting: int(Decimal("1e999999")) would fill the memory.
        exponent = number.as_tuple().exponent
        if number.adjusted() > _SCORE_DIGITS or not isinstance(exponent, int) or exponent < -2 * _SCORE_DIGITS:
            self.note(Code.NUMBER_UNREADABLE, field)
            return None
        return number

    def link(self, field: str) -> Link | None:
        """A LinkURI object; an address alone is a link whose identifier is its last part."""
        value = self.fields.get(field)
        if value is None or value == "":
            return None
        return self._as_link(value, field)

    def links(self, field: str) -> tuple[Link, ...]:
        """A list of LinkURI objects; one alone is a list of one."""
        value = self.fields.get(field)
        if value is None or value == "":
            return ()
        members = value if isinstance(value, list) else [value]
        if len(members) > limits.MAX_LIST:
            self.note(Code.LIST_CUT, field, limit=limits.MAX_LIST)
            members = members[: limits.MAX_LIST]
        found = (self._as_link(member, field) for member in members)
        return tuple(dict.fromkeys(link for link in found if link))

    def _as_link(self, value: object, field: str) -> Link | None:
        if isinstance(value, str):
            value = {"uri": value}
        if not isinstance(value, dict):
            self.note(Code.WRONG_TYPE, field, found=kind_of(value), expected=KINDS["link"])
            return None
        inner = Row(value, f"{self.pointer}/{escape(field)}", self.log)
        uri = inner.text("uri", limits.MAX_URI)
        identifier = usable_identifier(value.get("identifier"))
        if not identifier:
            identifier = usable_identifier(uri.rstrip("/").rpartition("/")[2].rpartition(":")[2])
        if not identifier:
            self.note(Code.WRONG_TYPE, field, found=KINDS["nameless link"], expected=KINDS["link"])
            return None
        return Link(identifier=identifier, title=inner.text("title", limits.MAX_TEXT), uri=uri)

    def extensions(self) -> Mapping[str, Any]:
        """What a vendor adds, as plain JSON; what is far too large or deep is left out with a note."""
        value = self.fields.get("extensions")
        if not value:
            return {}
        if not isinstance(value, dict):
            self.wrong_type("extensions", KINDS["object"])
            return {}
        try:
            plain: dict[str, Any] = plain_json(value)
        except _TooDeepError:
            self.note(Code.EXTENSIONS_LEFT_OUT, "extensions")
            return {}
        kept = {name: inner for name, inner in plain.items() if name in limits.OURS or _is_small(inner)}
        if len(kept) < len(plain):
            self.note(Code.EXTENSIONS_LEFT_OUT, "extensions")
        return kept

    def rows(self, field: str) -> Iterator[tuple[int, "Row"]]:
        """The objects of a list, with their places; members that are not objects are noted and skipped."""
        value = self.fields.get(field)
        if value is None:
            return
        if not isinstance(value, list):
            self.note(Code.NOT_A_LIST, field, found=kind_of(value))
            return
        for place, member in enumerate(value):
            pointer = f"{self.pointer}/{escape(field)}/{place}"
            if isinstance(member, dict):
                yield place, Row(member, pointer, self.log)
            else:
                self.log.add(Code.NOT_AN_OBJECT, pointer, found=kind_of(member))


def _is_small(value: object) -> bool:
    return len(json.dumps(value)) <= limits.MAX_EXTENSION
