"""Sorting names the same way on every database build."""

from __future__ import annotations

import unicodedata


def grade_word(code: str) -> str:
    """A grade as people say it: 5 for "05", K for "KG". Codes nobody knows are shown as they came."""
    known = {"KG": "K", "PK": "Pre-K", "PR": "Pre-K", "TK": "TK", "IT": ""}
    return known.get(code.upper(), code.lstrip("0") or code)


def sort_name(family_name: str, given_name: str) -> str:
    """A key that orders people by family name, then given name, without case, accents or punctuation.

    Computed here because embedded database builds carry no collation library.
    """

    def plain(text: str) -> str:
        decomposed = unicodedata.normalize("NFKD", text).casefold()
        return "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c)).strip()

    return f"{plain(family_name)}\x1f{plain(given_name)}".replace("\x1f", ", ")[:450]
