"""Texts in the reader's language, with the language they really are in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from competencies.choices import WordingKind
from competencies.models import Wording

Key = tuple[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Text:
    """A text and its language. `foreign` says that it is not the page's language, so the page marks it."""

    text: str
    language: str
    foreign: bool = False

    def __bool__(self) -> bool:
        return bool(self.text)


NO_TEXT = Text("", "")


def main_language(code: str) -> str:
    """The language without its region: "es-MX" is "es"."""
    return code.replace("_", "-").split("-")[0].lower()


def choose(texts: Mapping[str, str], *, language: str, own: str) -> Text:
    """The text in the page's language, else in the framework's own, else in English, else whichever there is."""
    by_main = {main_language(code): (code, text) for code, text in texts.items() if text}
    for wanted in (language, main_language(own), "en", *by_main):
        if wanted in by_main:
            code, text = by_main[wanted]
            return Text(text, code, main_language(code) != language)
    return NO_TEXT


def said(text: str, *, written_in: str, language: str) -> Text:
    """A text whose language the source names (or not: then nothing is claimed about it)."""
    return Text(text, written_in, bool(written_in) and main_language(written_in) != language)


def wordings_of(
    ids: Collection[int], kinds: Iterable[WordingKind], *, levels: Iterable[Decimal | None] | None = None
) -> dict[int, dict[Key, dict[str, str]]]:
    """Wordings by competency, then by (kind, level), then by language. One query; none for no ids."""
    found: dict[int, dict[Key, dict[str, str]]] = {}
    if not ids:
        return found
    rows = Wording.objects.filter(competency_id__in=ids, kind__in=list(kinds))
    wanted = None if levels is None else set(levels)
    for pk, kind, level, language, text in rows.values_list("competency_id", "kind", "level", "language", "text"):
        if wanted is None or level in wanted:
            found.setdefault(pk, {}).setdefault((kind, level), {})[language] = text
    return found
