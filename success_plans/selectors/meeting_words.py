"""Words of people, lines and decisions, as the pages of a meeting and of a conference show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.permissions import Viewer
from success_plans.models import (
    Decision,
    Goal,
    Need,
    PlanStatement,
)
from supports.selectors.delivery import delivery_of


@dataclass(frozen=True, slots=True)
class Words:
    """Somebody's words in the reader's language where a person translated them, with the original beside.

    `can_ask`: they are in another language and nobody has translated them; `asked`: somebody has asked.
    """

    public_id: UUID
    noun: str
    text: str
    language: str
    original: str
    original_language: str
    author: str
    can_ask: bool
    asked: bool


def words_of(row: PlanStatement | Goal | Need, language: str, noun: str) -> Words:
    """A text of the plan; its translations are prefetched. `noun` is the one of the address to ask for a language."""
    wish = next((one for one in row.translations.all() if one.language == language), None)
    translated = wish is not None and wish.translated_at is not None
    foreign = row.language.split("-")[0] != language
    return Words(
        public_id=row.public_id,
        noun=noun,
        text=wish.text if wish is not None and translated else row.text,
        language=language if translated else row.language,
        original=row.text if translated else "",
        original_language=row.language if translated or foreign else "",
        author=row.author.display_name,
        can_ask=foreign and not translated and wish is None and language in dict(settings.LANGUAGES),
        asked=wish is not None and not translated,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a point. `said` is somebody's own words; `owner` set alone: it exists, ask them."""

    text: str = ""
    note: str = ""
    language: str = ""
    said: Words | None = None
    owner: str = ""
    mark: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision; `delivery` says what became of its action."""

    public_id: UUID
    version: int
    text: str
    language: str
    owner: str
    owner_id: int | None
    due_on: date | None
    by: str
    is_action: bool
    support: UUID | None
    delivery: str
    is_withdrawn: bool
    is_foreign: bool


def decided(viewer: Viewer, rows: Sequence[Decision], strangers: frozenset[int], language: str) -> list[Decided]:
    """Decisions with what became of their actions; people of another household are family without a name."""
    supports = [row.support for row in rows if row.support is not None]
    how = delivery_of(viewer=viewer, supports=supports)
    return [
        Decided(
            public_id=row.public_id,
            version=row.version,
            text=row.text,
            language=row.language,
            owner=name_of(row.owner, strangers),
            owner_id=row.owner_id,
            due_on=row.due_on,
            by=name_of(row.author, strangers),
            is_action=row.support is not None,
            support=row.support.public_id if row.support else None,
            delivery=how[row.support.pk].sentence if row.support else "",
            is_withdrawn=row.withdrawn_at is not None,
            is_foreign=row.language.split("-")[0] != language,
        )
        for row in rows
    ]


def name_of(person: Person | None, strangers: frozenset[int]) -> str:
    """A person's name, or "family" for somebody of another household than the reader's."""
    if person is None:
        return ""
    return _("family") if person.pk in strangers else person.display_name
