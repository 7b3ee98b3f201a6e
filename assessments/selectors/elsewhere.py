"""Evidence that was recorded on another framework's competency: where it comes from, in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.permissions import Viewer
from competencies import wording as words
from competencies.listing import card_of
from competencies.models import Competency


@dataclass(frozen=True, slots=True)
class Origin:
    """A competency evidence was recorded on, with its framework's title and the words of its own scale."""

    competency: UUID
    name: str
    framework: str
    levels: words.LevelWords

    @property
    def said(self) -> str:
        """Where it was recorded."""
        return _("recorded on “%(competency)s” of %(framework)s") % {
            "competency": self.name,
            "framework": self.framework,
        }


def origins_of(*, viewer: Viewer, competencies: Collection[int]) -> dict[int, Origin]:
    """By competency. Two queries, none for none."""
    if not competencies:
        return {}
    language = get_language() or "en"
    known = words.known(competencies, language=language)
    rows = Competency.objects.filter(pk__in=competencies).select_related("framework").only("framework")
    return {
        row.pk: Origin(
            known[row.pk].public_id,
            known[row.pk].name,
            card_of(row.framework, language=language).title.text,
            known[row.pk].levels,
        )
        for row in rows
    }
