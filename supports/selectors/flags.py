"""Live flags as cards: one sentence, the exact pieces, owner, dates. A constant number of queries for any class."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Count, Func, Max, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.permissions import Permission, Viewer, students_for
from assessments.models import Evidence
from assessments.selectors.rubrics import recordable
from competencies import wording as words
from competencies.models import Competency
from supports.choices import LIVE_FLAG_STATES, READY_RULES, FlagState, RuleName
from supports.models import ClassNotice, Flag
from supports.rules import ADULT_RULES, NEED_RULES
from supports.wording import flag_sentence

MARKS = {"READY_NEXT": "shown", "READY_DEEPER": "deeper"}


@dataclass(frozen=True, slots=True)
class NextStep:
    """A competency that can be chosen next."""

    public_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class FlagCard:
    """One live flag, ready to show. `kind` says what to offer: need, look (addressed to the adults), next, deeper."""

    public_id: UUID
    version: int
    student: UUID
    name: str
    short_name: str
    kind: str
    rule: str
    rule_version: int
    sentence: str
    competency: str
    competency_public_id: UUID
    section_id: int | None
    section_title: str
    evidence: list[dict[str, Any]]
    marks: list[str]
    ahead: list[str]
    next_steps: list[NextStep]
    seen: bool
    owner: str
    opened_on: date
    review_on: date
    lapse_on: date
    needed_id: int
    student_id: int


@dataclass(frozen=True, slots=True)
class ReadyGroup:
    """Students of one class who are ready after the same competency: one card, one tap for all."""

    key: str
    section_title: str
    competency: str
    cards: list[FlagCard]
    next_steps: list[NextStep]


@dataclass(frozen=True, slots=True)
class Notice:
    """Many of a class share a need: change the teaching first. The single cards are folded under it."""

    public_id: UUID
    section_title: str
    competency: str
    students: int
    of_students: int
    lapse_on: date
    cards: list[FlagCard]


@dataclass(frozen=True, slots=True)
class Board:
    """What waits for this viewer. Everything is ordered by name."""

    version: str
    needs: list[FlagCard]
    notices: list[Notice]
    ready: list[ReadyGroup]
    need_students: int
    ready_students: int
    student_ids: frozenset[int]


def live_flags(*, viewer: Viewer) -> QuerySet[Flag]:
    """Live flags this viewer owns, of students in their circle."""
    return Flag.objects.filter(
        owner=viewer.person_id,
        state__in=LIVE_FLAG_STATES,
        student__in=students_for(viewer, Permission.READ_FLAGS),
    )


def board_version(*, viewer: Viewer) -> str:
    """A token that changes whenever the board would: cheap enough to ask every four seconds. Two queries."""
    return _version(viewer, list(_notices(viewer).values_list("pk", flat=True)))


def _version(viewer: Viewer, notices: Collection[int]) -> str:
    """The token of a board with these class notices. One query."""
    facts = live_flags(viewer=viewer).aggregate(
        n=Count("pk"),
        ids=Sum("pk"),
        versions=Sum("version"),
        through=Max("evidence_through"),
        reasons=Sum(Func(Cast("reason", TextField()), function="hashtext", output_field=BigIntegerField())),
        pieces=Sum(Func(Cast("evidence_ids", TextField()), function="hashtext", output_field=BigIntegerField())),
    )
    text = repr((sorted(facts.items(), key=lambda kv: kv[0]), sorted(notices), viewer.today, get_language()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def board(*, viewer: Viewer) -> Board:
    """Everything that waits for this viewer; about ten queries, however many students."""
    notices = list(_notices(viewer).select_related("section").order_by("section__title", "pk"))
    version = _version(viewer, [notice.pk for notice in notices])
    cards, names = _cards_and_names(live_flags(viewer=viewer), also={n.competency_id for n in notices})
    folded: set[UUID] = set()
    shown: list[Notice] = []
    for notice in notices:
        mine = [
            c
            for c in cards
            if c.kind == "need" and c.section_id == notice.section_id and c.needed_id == notice.competency_id
        ]
        folded |= {c.public_id for c in mine}
        shown.append(
            Notice(
                public_id=notice.public_id,
                section_title=notice.section.title,
                competency=names[notice.competency_id],
                students=notice.students,
                of_students=notice.of_students,
                lapse_on=notice.lapse_on,
                cards=mine,
            )
        )
    needs = [c for c in cards if c.kind in {"need", "look"} and c.public_id not in folded]
    ready = [c for c in cards if c.kind in {"next", "deeper"}]
    return Board(
        version=version,
        needs=needs,
        notices=shown,
        ready=_groups(ready),
        need_students=len({c.student for c in needs}),
        ready_students=len({c.student for c in ready}),
        student_ids=frozenset(c.student_id for c in cards),
    )


def student_flags(*, viewer: Viewer, student_id: int) -> list[FlagCard]:
    """The live flags of one student, whoever owns them; empty when the viewer may not read flags of them."""
    rows = Flag.objects.filter(
        student_id=student_id, student__in=students_for(viewer, Permission.READ_FLAGS), state__in=LIVE_FLAG_STATES
    )
    return _flag_cards(rows)


def student_card(*, viewer: Viewer, flag: Flag) -> list[FlagCard]:
    """The card of one live flag; empty when it ended."""
    rows = Flag.objects.filter(
        pk=flag.pk, state__in=LIVE_FLAG_STATES, student__in=students_for(viewer, Permission.READ_FLAGS)
    )
    return _flag_cards(rows)


def flag_by_id(*, viewer: Viewer, public_id: UUID) -> Flag | None:
    """The flag, live or ended, of a student the viewer may act for; None when it is not theirs to see."""
    return (
        Flag.objects.select_related("student__person", "competency", "section", "owner")
        .filter(public_id=public_id, student__in=students_for(viewer, Permission.ACT_ON_FLAGS))
        .first()
    )


def flags_by_ids(*, viewer: Viewer, public_ids: Collection[UUID]) -> list[Flag]:
    """The live ones among these that the viewer may act on."""
    return list(
        Flag.objects.filter(
            public_id__in=public_ids,
            state__in=LIVE_FLAG_STATES,
            student__in=students_for(viewer, Permission.ACT_ON_FLAGS),
        ).order_by("pk")
    )


def next_competency(*, viewer: Viewer, public_id: UUID) -> Competency | None:
    """A competency that can be chosen as a next step: evidence can be recorded on it, its framework is published."""
    return recordable(viewer=viewer).filter(public_id=public_id, framework__is_published=True).first()


def _flag_cards(rows: QuerySet[Flag]) -> list[FlagCard]:
    """Cards of these flags, by the students' names."""
    return _cards_and_names(rows, also=frozenset())[0]


def _cards_and_names(rows: QuerySet[Flag], *, also: Collection[int]) -> tuple[list[FlagCard], dict[int, str]]:
    """Cards of these flags, by the students' names; and what their competencies, and `also` these, are called."""
    flags = list(
        rows.select_related("student__person", "section", "owner").order_by(
            "student__person__sort_name", "student_id", "rule", "subject"
        )
    )
    language = get_language() or "en"
    if not flags:
        return [], words.names(also, language=language) if also else {}
    next_ids = {i for flag in flags for i in _next_ids(flag)}
    about = {f.competency_id for f in flags} | {f.earlier_competency_id for f in flags if f.earlier_competency_id}
    names = words.names(about | next_ids | set(also), language=language)
    levels = words.level_words(about, language=language)
    public_ids = dict(Competency.objects.filter(pk__in=about | next_ids).values_list("pk", "public_id"))
    pieces = _pieces({i for f in flags for i in f.evidence_ids})
    levels |= _other_scales(levels, pieces, language)
    return [_card(flag, names, levels, public_ids, pieces) for flag in flags], names


def competencies_of(flags: Iterable[Flag]) -> set[int]:
    """The competencies cards of these flags name."""
    found = {i for flag in flags for i in (*_next_ids(flag), flag.competency_id)}
    return found | {f.earlier_competency_id for f in flags if f.earlier_competency_id}


def drawn(*, viewer: Viewer, flags: Sequence[Flag], known: Mapping[int, words.Known]) -> list[FlagCard]:
    """Cards of flags a page has read already, with what it knows of their competencies. One query, none without flags.

    The page has decided that this viewer reads flags of the student; each flag carries its student, section and owner.
    """
    if not flags:
        return []
    pieces = _pieces({i for flag in flags for i in flag.evidence_ids})
    elsewhere = _other_scales(known, pieces, get_language() or "en")
    names = {pk: one.name for pk, one in known.items()}
    levels = {pk: one.levels for pk, one in known.items()} | elsewhere
    public_ids = {pk: one.public_id for pk, one in known.items()}
    return [_card(flag, names, levels, public_ids, pieces) for flag in flags]


def _card(
    flag: Flag,
    names: dict[int, str],
    levels: dict[int, words.LevelWords],
    public_ids: dict[int, UUID],
    pieces: dict[int, Evidence],
) -> FlagCard:
    mine = sorted((pieces[i] for i in flag.evidence_ids if i in pieces), key=lambda e: (e.observed_on, e.order_key))
    steps = [NextStep(public_ids[i], names[i]) for i in _next_ids(flag) if i in public_ids]
    shown = mine[-4:]
    person = flag.student.person
    return FlagCard(
        public_id=flag.public_id,
        version=flag.version,
        student=flag.student.public_id,
        name=person.display_name,
        short_name=person.short_name,
        kind=_kind(flag.rule),
        rule=str(RuleName(flag.rule).label),
        rule_version=flag.rule_version,
        sentence=flag_sentence(
            flag.reason,
            competency=names[flag.competency_id],
            earlier=names.get(flag.earlier_competency_id or 0, ""),
            next_step=_joined(step.name for step in steps[:2]),
        ),
        competency=names[flag.competency_id],
        competency_public_id=public_ids[flag.competency_id],
        section_id=flag.section_id,
        section_title=flag.section.title if flag.section else "",
        evidence=[
            {
                "on": e.observed_on,
                "what": e.task_title or e.get_context_display(),
                "mark": levels[e.competency_id].mark(e.value),
                "word": levels[e.competency_id].word(e.value),
            }
            for e in mine
        ],
        marks=[levels[e.competency_id].mark(e.value) for e in shown] or ["open"],
        ahead=["open"] if flag.rule in READY_RULES else [],
        next_steps=steps,
        seen=flag.state == FlagState.ACKNOWLEDGED,
        owner=flag.owner.display_name,
        opened_on=flag.opened_on,
        review_on=flag.review_on,
        lapse_on=flag.lapse_on,
        needed_id=flag.earlier_competency_id or flag.competency_id,
        student_id=flag.student_id,
    )


def _kind(rule: str) -> str:
    if rule == RuleName.READY_NEXT:
        return "next"
    if rule == RuleName.READY_DEEPER:
        return "deeper"
    assert rule in NEED_RULES | ADULT_RULES
    return "need" if rule in NEED_RULES else "look"


def _next_ids(flag: Flag) -> list[int]:
    listed = str(flag.reason.get("params", {}).get("next", ""))
    return [int(i) for i in listed.split(",") if i]


def _joined(names: Iterable[str]) -> str:
    return _(" or ").join(names)


def _pieces(ids: Collection[int]) -> dict[int, Evidence]:
    return {
        e.pk: e
        for e in Evidence.objects.filter(pk__in=ids).only(
            "pk", "observed_on", "order_key", "task_title", "context", "value", "competency_id"
        )
    }


def _other_scales(here: Collection[int], pieces: Mapping[int, Evidence], language: str) -> dict[int, words.LevelWords]:
    """Words of levels for pieces recorded on other competencies than the cards name. No query where there is none."""
    missing = {e.competency_id for e in pieces.values()} - set(here)
    return words.level_words(missing, language=language) if missing else {}


def _groups(cards: Sequence[FlagCard]) -> list[ReadyGroup]:
    grouped: dict[tuple[str, str, str], list[FlagCard]] = defaultdict(list)
    for card in cards:
        grouped[card.section_title, card.competency, card.kind].append(card)
    found = []
    for (section, competency, kind), mine in grouped.items():
        steps = mine[0].next_steps if kind == "next" else [NextStep(mine[0].competency_public_id, competency)]
        found.append(ReadyGroup(f"{kind}-{mine[0].public_id}", section, competency, mine, steps))
    return sorted(found, key=lambda g: (g.section_title, g.competency, g.key))


def _notices(viewer: Viewer) -> QuerySet[ClassNotice]:
    return ClassNotice.objects.filter(
        Q(section__teaching__person=viewer.person_id, section__teaching__is_active=True),
        ended_on__isnull=True,
        lapse_on__gt=viewer.today,
    ).distinct()
