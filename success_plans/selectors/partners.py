"""What a partner sees: its pathways with coarse counts, and the students whose family agreed, by name and no more.

Counts are of the first day of the quarter, nothing under ten, and in steps of five: whoever looks every day, or
compares two pathways, learns of nobody who came or went (docs/privacy.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import get_language

from accounts.choices import PartnerKind, RelationshipKind
from accounts.households import other_household
from accounts.models import Partner, PartnerMember, Relationship, Student
from accounts.partners.selectors import my_partners
from accounts.permissions import Permission, Viewer, current, students_for
from accounts.signing import is_own_answer
from assessments.choices import EvidenceKind
from assessments.models import Evidence
from competencies import wording as words
from competencies.choices import PathwayState
from competencies.models import Competency, Pathway, PathwayVersion
from competencies.pathway_content import partners_in, published_of, tell
from success_plans.choices import ConsentKind, MembershipState
from success_plans.coarse import count_words, quarter_start
from success_plans.models import Consent, PathwayMembership
from success_plans.selectors.consents import Answered, is_heard, said_on
from success_plans.selectors.pathways import expected_of, in_language, next_of, way_of

PARTNER = ConsentKind.PARTNER


@dataclass(frozen=True, slots=True)
class PartnerPathway:
    """A pathway of a partner; `count` in words. `where` it is read: "public", "design", or "" (a draft of others)."""

    public_id: UUID
    title: str
    language: str
    state_word: str
    is_open: bool
    where: str
    count: str


@dataclass(frozen=True, slots=True)
class OnPathway:
    """A student on a pathway of the partner: the way in and what comes next, nothing else."""

    pathway: str
    way: str
    next_experience: str


@dataclass(frozen=True, slots=True)
class PartnerStudent:
    """A student whose family agreed to this partner."""

    pk: int
    public_id: UUID
    name: str
    on: list[OnPathway]


@dataclass(frozen=True, slots=True)
class PartnerHome:
    """A partner's own page."""

    names: list[str]
    as_of: date
    pathways: list[PartnerPathway]
    students: list[PartnerStudent]


@dataclass(frozen=True, slots=True)
class Sent:
    """What this person wrote, and what became of it: `state` is waiting, counted, beside or withdrawn."""

    on: date
    competency: str
    note: str
    state: str
    answer: str
    answer_language: str


def of_partners(partner_ids: Collection[int]) -> Q:
    """Pathways that are a partner's, or hold an experience there in their draft or in what is published."""
    draft = Q(experiences__partner__in=partner_ids, experiences__removed_at__isnull=True)
    return Q(partner__in=partner_ids) | draft | Q(pk__in=_reaching(partner_ids))


def _reaching(partner_ids: Collection[int]) -> list[int]:
    """Pathways whose published version has an experience with one of these partners. Two queries."""
    wanted = Q(pk__in=[])
    for public_id in Partner.objects.filter(pk__in=partner_ids).values_list("public_id", flat=True):
        wanted |= Q(content__experiences__contains=[{"partner_id": str(public_id)}])
    newest = Q(number=F("pathway__published_number"))
    return list(PathwayVersion.objects.filter(newest, wanted).values_list("pathway_id", flat=True))


def partner_home(*, viewer: Viewer) -> PartnerHome | None:
    """The page of somebody who speaks for a partner; None for everybody else. Seven queries at most."""
    mine = my_partners(viewer=viewer)
    if not mine:
        return None
    ids = [one.pk for one in mine]
    as_of = quarter_start(viewer.today)
    rows = list(Pathway.objects.filter(of_partners(ids)).distinct().order_by("title", "pk"))
    then = Q(starts_on__lte=as_of) & (Q(ended_on__isnull=True) | Q(ended_on__gt=as_of))
    counts = dict(
        PathwayMembership.objects.filter(then, pathway__in=rows)
        .values("pathway")
        .annotate(n=Count("student", distinct=True))
        .values_list("pathway", "n")
    )
    language = _language()
    return PartnerHome(
        names=[one.name for one in mine],
        as_of=as_of,
        pathways=[
            PartnerPathway(
                public_id=row.public_id,
                title=in_language(row, "title", language, row.language),
                language=language if row.translations.get(language, {}).get("title") else row.language,
                state_word=str(PathwayState(row.state).label),
                is_open=row.state == PathwayState.PUBLISHED,
                where="public" if row.published_number else "design" if row.partner_id in ids else "",
                count=count_words(counts.get(row.pk, 0)),
            )
            for row in rows
        ],
        students=_students(viewer, ids),
    )


def _students(viewer: Viewer, partner_ids: Collection[int], only: Student | None = None) -> list[PartnerStudent]:
    """The students this viewer sees as a partner, by name, on the pathways of the partner their family agreed to."""
    seen = students_for(viewer, Permission.SEE_AS_PARTNER)
    people = {
        row.pk: row
        for row in (seen.filter(pk=only.pk) if only is not None else seen)
        .select_related("person")
        .order_by("person__sort_name", "pk")
    }
    agreed = _agreed_partners(people)
    found: dict[int, list[OnPathway]] = defaultdict(list)
    language = _language()
    rows = _memberships(people, partner_ids, agreed)
    said = published_of({row.pathway_id for row in rows})
    for row in rows:
        told = tell(said.get(row.pathway_id, {}), language=language)
        found[row.student.alias_of_id or row.student_id].append(
            OnPathway(
                pathway=told.title.text,
                way=way_of(row, told, language=language),
                next_experience=next_of(row, told, language=language).title,
            )
        )
    return [
        PartnerStudent(pk, person.public_id, person.person.display_name, found[pk])
        for pk, person in people.items()
        if found[pk]
    ]


def _memberships(
    students: Iterable[int], partner_ids: Collection[int], agreed: dict[int, set[int]]
) -> list[PathwayMembership]:
    """Where these students take part, on pathways of partners to whom their family agreed."""
    wanted = list(students)
    theirs = Q(student__in=wanted) | Q(student__alias_of__in=wanted)
    rows = (
        PathwayMembership.objects.filter(theirs, state=MembershipState.IN)
        .select_related("student", "pathway", "way", "next_experience")
        .order_by("starts_on", "pk")
    )
    partners = _partners_of([row.pathway for row in rows])
    kept = []
    for row in rows:
        its = partners[row.pathway_id] & set(partner_ids)
        if its & agreed.get(row.student.alias_of_id or row.student_id, set()):
            kept.append(row)
    return kept


def _partners_of(pathways: Iterable[Pathway]) -> dict[int, set[int]]:
    """By pathway, its own partner and those of its experiences, as it is published. At most three queries."""
    rows = {row.pk: row for row in pathways}
    said = published_of(rows.keys())
    named = {one for content in said.values() for one in partners_in(content)}
    keys = {
        str(public_id): pk
        for pk, public_id in Partner.objects.filter(public_id__in=named).values_list("pk", "public_id")
    }
    found = {pk: {row.partner_id} if row.partner_id is not None else set() for pk, row in rows.items()}
    for pk, content in said.items():
        found[pk] |= {keys[one] for one in partners_in(content) if one in keys}
    return found


def _agreed_partners(students: Iterable[int]) -> dict[int, set[int]]:
    """By student, the partners to whom somebody of the family says yes now and nobody says no; the student alone once
    of age (`accounts.signing`). One query."""
    wanted = list(students)
    rows = (
        Consent.objects.filter(
            Q(student__in=wanted) | Q(student__alias_of__in=wanted),
            is_heard(timezone.localdate()),
            kind=PARTNER,
            partner__isnull=False,
            elsewhere="",
        )
        .annotate(alias=F("student__alias_of"), is_own=is_own_answer(timezone.localdate()))
        .order_by(said_on(), "pk")
        .values_list("student_id", "alias", "partner_id", "given_by_id", "is_yes", "withdrawn_at", "is_own")
    )
    newest: dict[tuple[int, int, int], bool | None] = {}
    alone: dict[tuple[int, int], bool | None] = {}
    for student, alias, partner, person, is_yes, withdrawn_at, is_own in rows:
        answer = is_yes if withdrawn_at is None else (False if is_yes else None)
        newest[alias or student, partner or 0, person] = answer
        if is_own:
            alone[alias or student, partner or 0] = answer
    says: dict[tuple[int, int], set[bool | None]] = defaultdict(set)
    for (student, partner, _person), answer in newest.items():
        says[student, partner].add(answer)
    says |= {key: {answer} for key, answer in alone.items() if answer is not None}
    found: dict[int, set[int]] = defaultdict(set)
    for (student, partner), answers in says.items():
        if True in answers and False not in answers:
            found[student].add(partner)
    return dict(found)


def partner_student(*, viewer: Viewer, student: Student) -> PartnerStudent | None:
    """One student as a partner sees them; None where nothing of them is open. Four queries."""
    return next(iter(_students(viewer, [one.pk for one in my_partners(viewer=viewer)], student)), None)


def to_observe(*, viewer: Viewer, student: Student) -> list[tuple[str, str]]:
    """The competencies of the pathways this partner may see the student on: (public id, name)."""
    ids = [one.pk for one in my_partners(viewer=viewer)]
    rows = _memberships([student.pk], ids, _agreed_partners([student.pk]))
    said = published_of({row.pathway_id for row in rows})
    wanted = expected_of(viewer=viewer, contents=[said[pk] for pk in sorted(said)])
    open_now = set(Competency.objects.filter(pk__in=wanted, is_assessable=True).values_list("pk", flat=True))
    known = words.known(open_now, language=_language()) if open_now else {}
    return [(str(known[pk].public_id), known[pk].name) for pk in wanted if pk in known]


def sent_by_me(*, viewer: Viewer, student: Student, limit: int = 30) -> list[Sent]:
    """What this person wrote about the student as a partner, newest first, with the answer; never a level, and never
    what anybody else saw. Two queries."""
    rows = list(
        Evidence.objects.filter(
            Q(student=student) | Q(student__alias_of=student),
            recorded_by=viewer.person_id,
            kind=EvidenceKind.PARTNER,
            superseded_at__isnull=True,
        )
        .select_related("answer")
        .order_by("-observed_on", "-recorded_at", "-pk")[:limit]
    )
    names = words.names({row.competency_id for row in rows}, language=_language()) if rows else {}
    found = []
    for row in rows:
        answer = getattr(row, "answer", None)
        state = "withdrawn" if row.withdrawn_at else "waiting"
        if state == "waiting" and answer is not None:
            state = "counted" if answer.is_accepted else "beside"
        found.append(
            Sent(
                on=row.observed_on,
                competency=names.get(row.competency_id, ""),
                note=row.note,
                state=state,
                answer=answer.text if answer else "",
                answer_language=answer.language if answer else "",
            )
        )
    return found


# ------------------------------------------------------------------ for the family
@dataclass(frozen=True, slots=True)
class PartnerAsked:
    """A partner the family may say yes or no to. `sees`: who of it sees the student now, by name."""

    public_id: UUID
    name: str
    kind: str
    about: str
    pathways: list[str]
    is_open: bool
    sees: list[str]
    answers: list[Answered]
    mine: Answered | None


def partners_of(*, viewer: Viewer, student: Student) -> list[PartnerAsked]:
    """The partners of the student's pathways, and those somebody of the family answered about before, by name. A
    guardian reads the answers of their own household. Seven queries at most."""
    language = _language()
    on: dict[int, set[str]] = defaultdict(set)
    live = PathwayMembership.objects.filter(student=student).exclude(state=MembershipState.LEFT)
    rows_on = [row.pathway for row in live.select_related("pathway")]
    said = published_of({row.pk for row in rows_on})
    theirs = _partners_of(rows_on)
    for row in rows_on:
        for pk in theirs[row.pk]:
            on[pk].add(tell(said.get(row.pk, {}), language=language).title.text)
    others = other_household(viewer).get(student.pk, frozenset())
    rows = list(
        Consent.objects.filter(student=student, kind=PARTNER, partner__isnull=False)
        .annotate(counts=is_heard(viewer.today), said=said_on())
        .select_related("given_by", "scribe")
        .order_by("-given_on", "-pk")
    )
    newest: dict[tuple[int | None, int], int] = {}
    for one in sorted((r for r in rows if not r.elsewhere), key=lambda r: (r.said, r.pk)):
        newest[one.partner_id, one.given_by_id] = one.pk
    shown = [one for one in rows if one.given_by_id not in others]
    ids = set(on) | {one.partner_id for one in shown if one.partner_id is not None}
    agreed = _agreed_partners([student.pk]).get(student.pk, set())
    sees = _who_sees(viewer, student, ids)
    found = []
    for partner in Partner.objects.filter(pk__in=ids).order_by("name", "pk"):
        answers = [
            Answered(
                public_id=one.public_id,
                about=partner.name,
                by=one.given_by.display_name,
                scribe=one.scribe.display_name if one.scribe else "",
                is_yes=one.is_yes,
                on=one.given_on,
                is_standing=one.withdrawn_at is None
                and one.counts
                and newest.get((one.partner_id, one.given_by_id)) == one.pk,
                is_taken_back=one.withdrawn_at is not None,
                is_mine=one.given_by_id == viewer.person_id,
                elsewhere=one.elsewhere,
            )
            for one in shown
            if one.partner_id == partner.pk
        ]
        found.append(
            PartnerAsked(
                public_id=partner.public_id,
                name=partner.name,
                kind=str(PartnerKind(partner.kind).label),
                about=partner.about,
                pathways=sorted(on.get(partner.pk, ())),
                is_open=partner.pk in agreed,
                sees=sees.get(partner.pk, []),
                answers=answers,
                mine=next((a for a in answers if a.is_mine and a.is_standing), None),
            )
        )
    return found


def _who_sees(viewer: Viewer, student: Student, partner_ids: Collection[int]) -> dict[int, list[str]]:
    linked = Relationship.objects.filter(current(viewer.today), student=student, kind=RelationshipKind.PARTNER)
    found: dict[int, list[str]] = defaultdict(list)
    for member in (
        PartnerMember.objects.filter(
            current(viewer.today), partner__in=partner_ids, person__in=linked.values("person_id")
        )
        .select_related("person")
        .order_by("person__sort_name", "pk")
    ):
        found[member.partner_id].append(member.person.display_name)
    return found


def partner_by_id(*, viewer: Viewer, student: Student, public_id: UUID) -> Partner | None:
    """A partner this family may answer about: one that stands on their page and has not ended."""
    if public_id not in {one.public_id for one in partners_of(viewer=viewer, student=student)}:
        return None
    today = timezone.localdate()
    return Partner.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=today), public_id=public_id).first()


def _language() -> str:
    return (get_language() or "en").split("-")[0]
