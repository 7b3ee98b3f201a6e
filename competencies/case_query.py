"""What a request for CFDocuments asks: page, order, filter and fields, by the rules of CASE. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FIELDS = frozenset(
    {
        *("identifier", "uri", "creator", "title", "lastChangeDateTime", "officialSourceURL", "publisher"),
        *("description", "subject", "subjectURI", "language", "version", "adoptionStatus", "statusStartDate"),
        *("statusEndDate", "licenseURI", "notes", "CFPackageURI", "frameworkType", "caseVersion", "extensions"),
    }
)
MOST_TERMS = 20
_TERM = re.compile(r"\s*([A-Za-z]+)\s*(!=|>=|<=|=|>|<|~)\s*'([^']*)'\s*")
_WHOLE = re.compile(r"[0-9]{1,9}")


class QueryError(ValueError):
    """What was asked makes no sense; `minor` is the standard's code for it."""

    def __init__(self, minor: str, description: str) -> None:
        super().__init__(description)
        self.minor = minor
        self.description = description


@dataclass(frozen=True, slots=True)
class Query:
    """A question, understood. `terms` are (field, operator, value), joined by all (`AND`) or any (`OR`)."""

    limit: int
    offset: int
    sort: str
    descending: bool
    terms: tuple[tuple[str, str, str], ...]
    any_of: bool
    fields: tuple[str, ...]

    def apply(self, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The rows that fit, in order; rows without the sorted field come last."""
        joined = any if self.any_of else all
        found = [row for row in rows if not self.terms or joined(_fits(row, term) for term in self.terms)]
        if self.sort:
            with_it = [row for row in found if row.get(self.sort) not in (None, "")]
            with_it.sort(key=lambda row: _folded(row.get(self.sort)), reverse=self.descending)
            found = [*with_it, *(row for row in found if row.get(self.sort) in (None, ""))]
        return found

    def pick(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """The fields that were asked for; all without a wish."""
        return {name: row[name] for name in self.fields if name in row} if self.fields else row


def read(asked: Mapping[str, str], *, most: int) -> Query:
    """Understand a query string. Raises QueryError."""
    limit, offset = _number(asked, "limit", 100), _number(asked, "offset", 0)
    if limit < 1:
        raise QueryError("invalid_selection_field", "limit is a whole number from 1.")
    sort, order = asked.get("sort", ""), asked.get("orderBy", "asc")
    if sort and sort not in FIELDS:
        raise QueryError("invalid_sort_field", "sort is no field of CFDocument.")
    if order not in {"asc", "desc"}:
        raise QueryError("invalid_sort_field", "orderBy is asc or desc.")
    fields = tuple(name.strip() for name in asked.get("fields", "").split(",") if name.strip())
    if not set(fields) <= FIELDS:
        raise QueryError("invalid_selection_field", "fields names something that is no field of CFDocument.")
    terms, any_of = _terms(asked.get("filter", ""))
    return Query(min(limit, most), offset, sort, order == "desc", terms, any_of, fields)


def _number(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name, "")
    if not text:
        return default
    if not _WHOLE.fullmatch(text):
        raise QueryError("invalid_selection_field", f"{name} is a whole number.")
    return int(text)


def _terms(text: str) -> tuple[tuple[tuple[str, str, str], ...], bool]:
    if not text.strip():
        return (), False
    terms: list[tuple[str, str, str]] = []
    words: set[str] = set()
    at = 0
    while True:
        found = _TERM.match(text, at)
        if not found or found[1] not in FIELDS or len(terms) == MOST_TERMS:
            raise QueryError("invalid_selection_field", "filter is field, operator and value in single quotes.")
        terms.append((found[1], found[2], found[3]))
        at = found.end()
        if at >= len(text):
            break
        joint = re.compile(r"(AND|OR)(?=\s)", re.IGNORECASE).match(text, at)
        if not joint:
            raise QueryError("invalid_selection_field", "Terms of a filter are joined by AND or by OR.")
        words.add(joint[1].upper())
        at = joint.end()
    if len(words) > 1:
        raise QueryError("invalid_selection_field", "A filter joins its terms by AND or by OR, not by both.")
    return tuple(terms), words == {"OR"}


def _fits(row: Mapping[str, Any], term: tuple[str, str, str]) -> bool:
    name, operator, wanted = term
    value = row.get(name)
    if isinstance(value, Mapping):
        value = value.get("title", "")
    values = (
        [str(one.get("title", "")) if isinstance(one, Mapping) else str(one) for one in value]
        if isinstance(value, list)
        else [str(value or "")]
    )
    if operator == "!=":
        return all(one != wanted for one in values)
    return any(_compare(one, operator, wanted) for one in values)


def _compare(value: str, operator: str, wanted: str) -> bool:
    if operator == "=":
        return value == wanted
    if operator == "~":
        return wanted.casefold() in value.casefold()
    if operator == ">":
        return value > wanted
    if operator == "<":
        return value < wanted
    return value >= wanted if operator == ">=" else value <= wanted


def _folded(value: Any) -> str:
    return str(value).casefold()
