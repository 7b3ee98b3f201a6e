"""The district's templates: the newest row of a kind holds; without one, what the product starts with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.permissions import Viewer
from success_plans.choices import FindingArea, StatementKind, TemplateKind
from success_plans.models import PlanTemplate
from success_plans.versions.templates import PROMPTS, default_content


@dataclass(frozen=True, slots=True)
class TemplateBlock:
    """A block of a template: its key, what it is called, how it is asked, and whether it is."""

    key: str
    title: str
    prompts: dict[str, str]
    is_asked: bool

    @property
    def prompt(self) -> str:
        """How it is asked, in the language of the page."""
        return self.prompts.get((get_language() or "en").split("-")[0]) or self.prompts.get("en", "")


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template as it holds now. `number` 0: nobody has edited it yet."""

    kind: str
    name: str
    number: int
    content: dict[str, Any]
    blocks: list[TemplateBlock]
    review_weeks: int
    reviews_a_year: int


@dataclass(frozen=True, slots=True)
class TemplateEdit:
    """One edit of a template: when, by whom, why."""

    kind: str
    number: int
    reason: str
    by: str
    at: datetime


def current_template(*, viewer: Viewer, kind: TemplateKind) -> TemplateView:
    """The template of this kind that holds now. One query."""
    row = PlanTemplate.objects.filter(kind=kind).order_by("-number").first()
    content: dict[str, Any] = row.content if row is not None else default_content(kind)
    stored = {block["key"]: block for block in content.get("blocks", [])}
    blocks = [
        TemplateBlock(
            key=key,
            title=block_title(key),
            prompts=stored.get(key, {}).get("prompt", PROMPTS[key]),
            is_asked=bool(stored.get(key, {}).get("is_asked", False)),
        )
        for key in PROMPTS
    ]
    return TemplateView(
        kind=str(kind),
        name=str(TemplateKind(kind).label),
        number=row.number if row is not None else 0,
        content=content,
        blocks=blocks,
        review_weeks=int(content.get("review_weeks", 8)),
        reviews_a_year=int(content.get("reviews_a_year", 2)),
    )


def template_edits(*, viewer: Viewer, limit: int = 30) -> list[TemplateEdit]:
    """Who edited the templates and why, newest first. One query."""
    rows = PlanTemplate.objects.select_related("created_by").order_by("-created_at", "-pk")[:limit]
    return [
        TemplateEdit(
            kind=str(row.get_kind_display()),
            number=row.number,
            reason=row.reason,
            by=row.created_by.display_name if row.created_by else "",
            at=row.created_at,
        )
        for row in rows
    ]


def block_title(key: str) -> str:
    """What a block of a plan is called."""
    if key in StatementKind.values:
        return str(StatementKind(key).label)
    return {
        "finding": _("A first look"),
        "pointer": _("Plans kept elsewhere"),
        "need": _("Needs"),
        "goal": _("Goals"),
        "support": _("Who helps"),
        "pathway": _("Pathway"),
        "ways": _("How the family is reached"),
        "decision": _("Decisions"),
        "amendment": _("Statements added"),
    }.get(key, str(FindingArea(key).label) if key in FindingArea.values else key)
