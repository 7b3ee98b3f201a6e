"""Sorting names the same way on every database build."""

from __future__ import annotations

import unicodedata


def sort_name(family_name: str, given_name: str) -> str:
    """A key that orders people by family name, then given name, without case, accents or punctuation.

    Computed here because embedded database builds carry no collation library.
    """

    def plain(text: str) -> str:
        decomposed = unicodedata.normalize("NFKD", text).casefold()
        return "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c)).strip()

    return f"{plain(family_name)}\x1f{plain(given_name)}".replace("\x1f", ", ")[:450]
