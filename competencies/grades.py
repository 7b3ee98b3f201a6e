"""Grades as codes. Pure.

The codes are those of CEDS, which CASE and OneRoster both use: PR, PK, TK, KG, 01 to 13, PS, UG. Files write
them in many ways; what is unambiguous becomes a code, everything else stays as it was written.
"""

import re
from collections.abc import Iterable

MAX_LENGTH = 20
_BEFORE = ("IT", "PR", "PK", "TK", "KG")
_NUMBERED = tuple(f"{number:02}" for number in range(1, 14))
_AFTER = ("PS", "AS", "BA", "PB", "MD", "PM", "DO", "PD", "AE", "PT", "UG", "OTHER")
CODES = (*_BEFORE, *_NUMBERED, *_AFTER)
_PLACE = {code: place for place, code in enumerate(CODES)}
_NAMES = {
    "K": "KG",
    "KINDERGARTEN": "KG",
    "PREK": "PK",
    "PRE-K": "PK",
    "PREKINDERGARTEN": "PK",
    "PRESCHOOL": "PR",
}
_SPANS = {"HS": ("09", "12"), "K-12": ("KG", "12"), "K12": ("KG", "12")}
_RANGE = re.compile(r"(KG?|[0-9]{1,2})\s*(?:-|–|to)\s*([0-9]{1,2})", re.IGNORECASE)


def codes_of(written: str) -> tuple[str, ...]:
    """The grades one text names: "3" is ("03",), "K-2" is ("KG", "01", "02"), "Algebra" is ("Algebra",)."""
    text = re.sub(r"(?i)^grades?\s+", "", written.strip())
    found = _one(text)
    if found:
        return (found,)
    if text.upper() in _SPANS:
        return _span(*_SPANS[text.upper()])
    between = _RANGE.fullmatch(text)
    if between:
        first, last = _one(between[1]), _one(between[2])
        if first and last and _PLACE[first] <= _PLACE[last]:
            return _span(first, last)
    return (text[:MAX_LENGTH],) if text else ()


def _one(text: str) -> str:
    upper = text.upper()
    if upper in _NAMES:
        return _NAMES[upper]
    if re.fullmatch(r"[0-9]{1,2}(ST|ND|RD|TH)?", upper):
        number = f"{int(re.sub('[A-Z]', '', upper)):02}"
        return number if number in _PLACE else ""
    return upper if upper in _PLACE else ""


def _span(first: str, last: str) -> tuple[str, ...]:
    return CODES[_PLACE[first] : _PLACE[last] + 1]


def normalise(written: Iterable[str]) -> tuple[str, ...]:
    """Every grade named, once each, youngest first; what is not a grade comes last, in its own order."""
    found = dict.fromkeys(code for text in written for code in codes_of(text))
    return tuple(sorted(found, key=order))


def order(code: str) -> tuple[int, str]:
    """Sort key: youngest first, unknown words last."""
    return _PLACE.get(code, len(CODES)), code


def is_known(code: str) -> bool:
    """True for a CEDS code."""
    return code in _PLACE
