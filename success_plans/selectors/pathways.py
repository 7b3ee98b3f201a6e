"""Pathways as a student finds them, and the student on them. No level goes into any list here.

Every student of a school gets the same pathways in the same order; only those that name an interest the student told
come first, because the student said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import Student
from accounts.permissions import Viewer
from assessments.models import MasterySummary
from competencies import wording as words
from competencies.models import Competency, Pathway, PathwayExperience
from competencies.pathway_content import Telling, published, published_of, tell
from competencies.texts import Text
from success_plans.choices import MembershipState, StatementKind, Voice
from success_plans.models import PathwayChoice, PathwayDraw, PathwayDrawCall, PathwayMembership, PlanStatement
from success_plans.pathway_doors import open_to
from success_plans.selectors.holds import withheld_from


@dataclass(frozen=True, slots=True)
class PathwayCard:
    """A pathway in the list. `is_mine`: it names an interest this student told; `state`: where the student stands."""

    public_id: UUID
    title: Text
    promise: Text
    interests: list[str]
    partner: str
    is_mine: bool
    state: str
    state_word: str


@dataclass(frozen=True, slots=True)
class Step:
    """An experience of a pathway one is on."""

    public_id: UUID
    title: str
    kind: str
    is_next: bool


@dataclass(frozen=True, slots=True)
class MembershipView:
    """A student on one pathway, as the pathway is published. `draw_on`: the day of the draw that is announced while
    one waits; `gone`: what was chosen to come next and is no part of the pathway any more."""

    public_id: UUID
    version: int
    pathway: UUID
    title: Text
    way: str
    next_experience: str
    next_kind: str
    gone: str
    words: str
    language: str
    state: str
    state_word: str
    starts_on: date | None
    ended_on: date | None
    asked_on: date
    offered_until: date | None
    draw_on: date | None
    draw: UUID | None
    steps: list[Step]
    partner: str
    partner_id: UUID | None

    @property
    def is_in(self) -> bool:
        """Takes part now."""
        return self.state == MembershipState.IN

    @property
    def is_waiting(self) -> bool:
        """Waits for a place."""
        return self.state == MembershipState.WAITING

    @property
    def is_offered(self) -> bool:
        """A place is kept."""
        return self.state == MembershipState.OFFERED


# ------------------------------------------------------------------ what there is
def open_pathways(*, viewer: Viewer, student: Student) -> list[PathwayCard]:
    """Every pathway of the student's school: those with an own interest first, then by title. Four queries."""
    language = _language()
    rows = list(Pathway.objects.filter(open_to(student)).select_related("partner"))
    said = published_of([row.pk for row in rows])
    mine = own_interests(viewer=viewer, student=student)
    states = dict(
        PathwayMembership.objects.filter(student=student)
        .exclude(state=MembershipState.LEFT)
        .values_list("pathway_id", "state")
    )
    cards = []
    for row in rows:
        told = tell(said[row.pk], language=language)
        state = states.get(row.pk, "")
        cards.append(
            PathwayCard(
                public_id=row.public_id,
                title=told.title,
                promise=told.promise,
                interests=list(told.interests),
                partner=row.partner.name if row.partner is not None else "",
                is_mine=any(names(interest, mine) for interest in said[row.pk]["interests"]),
                state=state,
                state_word=str(MembershipState(state).label) if state else "",
            )
        )
    return sorted(cards, key=lambda card: (not card.is_mine, card.title.text.casefold(), card.public_id))


def names(interest: str, said: str) -> bool:
    """Whether what a student said names this interest, as a word of its own."""
    return bool(interest) and f" {_plain(interest)} " in f" {said} "


def own_interests(*, viewer: Viewer, student: Student) -> str:
    """What the student said about their interests, as plain words. Two queries."""
    told = PlanStatement.objects.filter(
        plan__student=student, kind=StatementKind.INTEREST, voice=Voice.STUDENT, withdrawn_at__isnull=True
    ).values_list("text", flat=True)
    followed = PathwayChoice.objects.filter(
        plan__student=student, ended_on__isnull=True, memberships__isnull=True
    ).values_list("interest", flat=True)
    return _plain(" ".join([*told, *followed]))


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def pathway_for(*, viewer: Viewer, student: Student, public_id: UUID) -> Pathway | None:
    """A pathway this student may join, or is on; None otherwise. One query."""
    mine = Q(memberships__student=student) & ~Q(memberships__state=MembershipState.LEFT)
    return (
        Pathway.objects.filter(open_to(student) | mine, public_id=public_id)
        .select_related("partner")
        .distinct()
        .first()
    )


def telling(*, viewer: Viewer, pathway: Pathway) -> Telling:
    """What a pathway says in the reader's language, as it was published. One query."""
    return tell(published(pathway), language=_language())


# ------------------------------------------------------------------ the student on them
def memberships_of(*, viewer: Viewer, student: Student) -> list[MembershipView]:
    """The pathways of a student, those they are on first, then by day; nothing while the plan is on hold for this
    reader. Five queries."""
    if withheld_from(viewer=viewer, student=student).whole_plan:
        return []
    rows = list(
        PathwayMembership.objects.filter(Q(student=student) | Q(student__alias_of=student))
        .select_related("pathway__partner", "way", "next_experience")
        .order_by("asked_at", "pk")
    )
    ids = {row.pathway_id for row in rows}
    said = published_of(ids)
    calls = dict(
        PathwayDrawCall.objects.filter(pathway_id__in=ids, draw__isnull=True)
        .order_by("pk")
        .values_list("pathway_id", "draw_on")
    )
    drawn: dict[UUID, UUID] = {}
    for public_id, members in (
        PathwayDraw.objects.filter(drawn_from__overlap=[row.public_id for row in rows])
        .order_by("pk")
        .values_list("public_id", "drawn_from")
    ):
        drawn |= dict.fromkeys(members, public_id)
    found = [_view(row, said.get(row.pathway_id, {}), calls.get(row.pathway_id), drawn) for row in rows]
    return sorted(found, key=lambda one: one.state == MembershipState.LEFT)


def _view(
    row: PathwayMembership, said: Mapping[str, Any], draw_on: date | None, drawn: Mapping[UUID, UUID]
) -> MembershipView:
    language = _language()
    told = tell(said, language=language)
    coming = next_of(row, told, language=language)
    waits = row.state == MembershipState.WAITING
    return MembershipView(
        public_id=row.public_id,
        version=row.version,
        pathway=row.pathway.public_id,
        title=told.title,
        way=way_of(row, told, language=language),
        next_experience=coming.title,
        next_kind=coming.kind,
        gone=coming.gone,
        words=row.words,
        language=row.language,
        state=row.state,
        state_word=str(MembershipState(row.state).label),
        starts_on=row.starts_on,
        ended_on=row.ended_on,
        asked_on=timezone.localtime(row.asked_at).date(),
        offered_until=row.offered_until,
        draw_on=draw_on if waits and row.public_id not in drawn else None,
        draw=drawn.get(row.public_id),
        steps=[
            Step(UUID(one.public_id), one.title.text, one.kind_word, one.public_id == coming.public_id)
            for one in told.experiences
        ],
        partner=row.pathway.partner.name if row.pathway.partner is not None else "",
        partner_id=row.pathway.partner.public_id if row.pathway.partner is not None else None,
    )


@dataclass(frozen=True, slots=True)
class Coming:
    """What comes next on a pathway. `gone`: what was chosen, where the pathway as it is published does without it."""

    title: str = ""
    kind: str = ""
    public_id: str = ""
    gone: str = ""


def next_of(row: PathwayMembership, told: Telling, *, language: str) -> Coming:
    """The next experience in the words of the published version, or what became of it. No query."""
    chosen = row.next_experience
    if chosen is None:
        return Coming()
    there = next((one for one in told.experiences if one.public_id == str(chosen.public_id)), None)
    if there is None:
        is_in = row.state == MembershipState.IN
        return Coming(gone=in_language(chosen, "title", language, row.pathway.language) if is_in else "")
    return Coming(there.title.text, there.kind_word, there.public_id)


def way_of(row: PathwayMembership, told: Telling, *, language: str) -> str:
    """The way in that was used: in the words of the published version, else as it was. No query."""
    if row.way is None:
        return ""
    there = next((way for way in told.ways_in if way.public_id == str(row.way.public_id)), None)
    return there.title.text if there else in_language(row.way, "title", language, row.pathway.language)


def in_language(row: Any, name: str, language: str, own: str) -> str:
    """A text of an experience or a way in this language, else as it was written."""
    said = (row.translations or {}).get(language, {}) if language != own else {}
    return str(said.get(name) or getattr(row, name))


def membership_by_id(*, viewer: Viewer, public_id: UUID) -> PathwayMembership | None:
    """The membership, for the loader to decide about its student; None when there is none."""
    return (
        PathwayMembership.objects.select_related("student__person", "student__alias_of", "pathway")
        .filter(public_id=public_id)
        .first()
    )


def is_in(row: PathwayMembership) -> bool:
    """Whether the student takes part, and does not wait."""
    return row.state == MembershipState.IN


def leads_to(*, viewer: Viewer, pathway: Pathway) -> list[words.Known]:
    """The competencies of a pathway, in its own order. Three queries."""
    ids = expected_of(viewer=viewer, contents=[published(pathway)])
    known = words.known(set(ids), language=_language()) if ids else {}
    return [known[pk] for pk in ids if pk in known]


def membership_view(*, viewer: Viewer, membership: PathwayMembership) -> MembershipView | None:
    """One membership as people see it."""
    student = membership.student.alias_of or membership.student
    found = memberships_of(viewer=viewer, student=student)
    return next((one for one in found if one.public_id == membership.public_id), None)


def expected_of(*, viewer: Viewer, contents: Iterable[Mapping[str, Any]]) -> list[int]:
    """The keys of the competencies these documents name, in their order, without those that are retired. One query."""
    named = [str(one["public_id"]) for content in contents for one in content.get("competencies", ())]
    known = {
        str(public_id): pk
        for pk, public_id in Competency.objects.filter(public_id__in=named, retired_at__isnull=True).values_list(
            "pk", "public_id"
        )
    }
    return list(dict.fromkeys(known[one] for one in named if one in known))


def experience_by_id(*, viewer: Viewer, pathway: Pathway, public_id: UUID | None) -> PathwayExperience | None:
    """An experience of this pathway; None for none and for one of another pathway."""
    return PathwayExperience.everything.filter(pathway=pathway, public_id=public_id).first() if public_id else None


def way_to(*, viewer: Viewer, student: Student, choice: UUID) -> UUID | None:
    """The membership behind a line of the plan, while it goes on; None for a line somebody wrote by hand."""
    return (
        PathwayMembership.objects.filter(student=student, choice__public_id=choice)
        .exclude(state=MembershipState.LEFT)
        .values_list("public_id", flat=True)
        .first()
    )


# ------------------------------------------------------------------ what carries over
@dataclass(frozen=True, slots=True)
class Carried:
    """A competency of a pathway and what a student has of it already. `pieces`: how many pieces of evidence."""

    public_id: UUID
    name: str
    mark: str
    pieces: int


@dataclass(frozen=True, slots=True)
class CarriesOver:
    """What carries over into a pathway, each part in the pathway's own order: shown, begun, and new."""

    shown: list[Carried]
    begun: list[Carried]
    new: list[Carried]


def carries_over(*, viewer: Viewer, student: Student, pathway: Pathway) -> CarriesOver:
    """What of this pathway the student has shown, has begun, and finds new. Nothing is lost anywhere. Four queries."""
    order = expected_of(viewer=viewer, contents=[published(pathway)])
    summaries = {row.competency_id: row for row in MasterySummary.objects.filter(student=student, competency__in=order)}
    known = words.known(set(order), language=_language()) if order else {}
    parts: tuple[list[Carried], list[Carried], list[Carried]] = ([], [], [])
    for pk in order:
        summary = summaries.get(pk)
        pieces = summary.pieces if summary is not None else 0
        place = 0 if summary is not None and summary.is_demonstrated else 1 if pieces else 2
        mark = summary.shape if summary is not None and pieces else "open"
        parts[place].append(Carried(known[pk].public_id, known[pk].name, mark, pieces))
    return CarriesOver(*parts)


def _language() -> str:
    return (get_language() or "en").split("-")[0]
