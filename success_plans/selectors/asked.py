"""What families and students asked for and nobody answered yet: a language, or a change of the plan."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language

from accounts.languages import language_name
from accounts.models import Person
from accounts.permissions import Permission, Viewer, students_for
from assessments.selectors.observations import waiting
from competencies import wording as words
from success_plans.models import Proposal
from success_plans.selectors.proposals import waiting_for_staff
from success_plans.selectors.texts import wishes
from supports.choices import ShowingState
from supports.models import Showing

NAMES = ("given_name", "family_name", "preferred_name")
MOST = 200
"""Students whose wishes and observations are read at once."""
TOKEN_HOLDS = 20
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish for words of a plan in another language, or (with `answer_by`) a change somebody proposes.

    A wish to show something (`is_showing`, `competency`) waits for a day; with `show_on` its day has come.
    """

    public_id: UUID
    student: UUID
    name: str
    asked_by: str
    asked_at: datetime
    language: str  # in the reader's own words
    quote: str
    answer_by: date | None = None
    is_late: bool = False
    is_showing: bool = False
    is_seen: bool = False
    competency: str = ""
    show_on: date | None = None
    place: str = ""

    @property
    def is_proposal(self) -> bool:
        """A proposed change, to be answered by its day."""
        return self.answer_by is not None and not self.is_showing and not self.is_seen


def asked(*, viewer: Viewer) -> list[Asked]:
    """What this viewer may answer: proposed changes and wishes to show something by their day, then wishes for a
    language, and what families and partners saw. Three queries; with wishes to show something two more."""
    rows = wishes(viewer=viewer).filter(translated_at__isnull=True).select_related("asked_by").order_by("asked_at")[:50]
    found = [_proposed(viewer, row) for row in waiting_for_staff(viewer=viewer)]
    found += _to_look_at(viewer)
    found.sort(key=lambda one: (one.show_on or one.answer_by or date.max, one.asked_at))
    for row in rows:
        text = row.statement or row.goal or row.need
        assert text is not None
        student = text.plan.student
        found.append(
            Asked(
                public_id=row.public_id,
                student=student.public_id,
                name=student.person.display_name,
                asked_by=row.asked_by.display_name,
                asked_at=row.asked_at,
                language=language_name(row.language),
                quote=text.text if len(text.text) < 120 else f"{text.text[:117]}…",
            )
        )
    return found


def token_of(found: Sequence[Asked]) -> str:
    """A token that changes whenever this list would."""
    text = repr([(one.public_id, one.show_on, one.place, one.is_late) for one in found])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def asked_token(*, viewer: Viewer, shown: Sequence[Asked] | None = None) -> str:
    """The token of what waits for this viewer now, looked at every twenty seconds at most: pages ask more often.

    `shown`: what a page is about to show, whose token holds from now on.
    """
    key = f"asked:{viewer.person_id}:{viewer.today}:{get_language()}"
    if shown is None:
        known: str | None = cache.get(key)
        if known is not None:
            return known
    token = token_of(asked(viewer=viewer) if shown is None else shown)
    cache.set(key, token, TOKEN_HOLDS)
    return token


def _proposed(viewer: Viewer, row: Proposal) -> Asked:
    student = row.plan.student
    return Asked(
        public_id=row.public_id,
        student=student.public_id,
        name=student.person.display_name,
        asked_by=row.author.display_name,
        asked_at=row.created_at,
        language="",
        quote=row.text if len(row.text) < 120 else f"{row.text[:117]}…",
        answer_by=row.answer_by,
        is_late=row.answer_by < viewer.today,
    )


def _to_look_at(viewer: Viewer) -> list[Asked]:
    """Wishes to show something that have no day yet or whose day has come, and what families and partners saw, of the
    students this viewer records for. One query for both; two more for names of competencies, for family one more."""
    wishes_ = Showing.objects.filter(
        Q(state=ShowingState.ASKED) | Q(state=ShowingState.DATED, show_on__lte=viewer.today), student=OuterRef("pk")
    )
    pieces = waiting(viewer=viewer).filter(Q(student=OuterRef("pk")) | Q(student__alias_of=OuterRef("pk")))
    rows = (
        students_for(viewer, Permission.RECORD_EVIDENCE)
        .filter(Exists(wishes_) | Exists(pieces))
        .select_related("person")
        .annotate(
            to_show=ArraySubquery(
                wishes_.order_by("answer_by", "pk").values(
                    row_=JSONObject(
                        public_id="public_id",
                        how="how",
                        asked_on="asked_on",
                        answer_by="answer_by",
                        show_on="show_on",
                        place="place",
                        competency="competency_id",
                    )
                )
            ),
            seen=ArraySubquery(
                pieces.order_by("observed_on", "pk").values(
                    row_=JSONObject(
                        public_id="public_id",
                        note="note",
                        at="recorded_at",
                        **{name: f"recorded_by__{name}" for name in NAMES},
                    )
                )
            ),
        )
        .order_by("person__sort_name", "pk")[:MOST]
    )
    found: list[Asked] = []
    shown = {one["competency"] for student in rows for one in student.__dict__["to_show"]}
    names = words.names(shown, language=get_language() or "en") if shown else {}
    for student in rows:
        name = student.person.display_name
        facts: dict[str, Any] = student.__dict__
        for one in facts["to_show"]:
            asked_on, answer_by = date.fromisoformat(one["asked_on"]), date.fromisoformat(one["answer_by"])
            found.append(
                Asked(
                    public_id=UUID(one["public_id"]),
                    student=student.public_id,
                    name=name,
                    asked_by=name,
                    asked_at=datetime.combine(asked_on, time(), tzinfo=get_current_timezone()),
                    language="",
                    quote=_short(one["how"]),
                    answer_by=answer_by,
                    is_late=answer_by < viewer.today,
                    is_showing=True,
                    competency=names[one["competency"]],
                    show_on=date.fromisoformat(one["show_on"]) if one["show_on"] else None,
                    place=one["place"],
                )
            )
        for one in facts["seen"]:
            author = Person(**{part: one[part] for part in NAMES})
            found.append(
                Asked(
                    public_id=UUID(one["public_id"]),
                    student=student.public_id,
                    name=name,
                    asked_by=author.display_name,
                    asked_at=datetime.fromisoformat(one["at"]),
                    language="",
                    quote=_short(one["note"]),
                    is_seen=True,
                )
            )
    return found


def _short(text: str) -> str:
    return text if len(text) < 120 else f"{text[:117]}…"
