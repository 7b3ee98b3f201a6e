"""Who said yes or no to what, and whether a thing may be done now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Case, DateField, F, Q, QuerySet, When
from django.db.models.functions import Greatest, TruncDate
from django.utils import timezone

from accounts.choices import RelationshipKind
from accounts.households import no_other_household, other_household, speaks_for_family
from accounts.models import Relationship, Student
from accounts.permissions import Permission, Viewer, current, students_for
from accounts.signing import is_own_answer, signs_alone
from success_plans.choices import ConsentKind
from success_plans.models import Consent


@dataclass(frozen=True, slots=True)
class Answered:
    """One person's answer. `is_standing`: it is their newest one, it was not taken back, and they are still asked.

    `elsewhere`: the school it was given at, when a transfer packet brought it; such an answer never stands here.
    """

    public_id: UUID
    about: str
    by: str
    scribe: str
    is_yes: bool
    on: date
    is_standing: bool
    is_taken_back: bool
    is_mine: bool
    elsewhere: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a family may say yes or no to. `mine`: this guardian's standing answer."""

    kind: str
    title: str
    is_open: bool
    answers: list[Answered]
    mine: Answered | None

    @property
    def was_asked(self) -> bool:
        """Whether anybody was asked here; what was said at another school is not an answer here."""
        return any(not answer.elsewhere for answer in self.answers)


def is_heard(on: date) -> Q:
    """For consents: whoever gave it is family of the student on this day, or is the student and signs alone. What
    somebody answered who is neither any more stays in the record and decides nothing."""
    return speaks_for_family(on) | Q(is_own_answer(on))


def said_on() -> Case:
    """For consents: the day of an answer, by which the newest is found (then by pk), however late it was written down.

    What was signed on Monday and typed in on Friday does not speak over a no of Wednesday. A yes taken back is a no of
    the day it was taken back.
    """
    return Case(
        When(is_yes=True, withdrawn_at__isnull=False, then=Greatest("given_on", TruncDate("withdrawn_at"))),
        default=F("given_on"),
        output_field=DateField(),
    )


def may(student: Student, kind: ConsentKind) -> bool:
    """Whether this may be done now: somebody of the family says yes, and nobody says no or took their yes back.

    One query. Asked for the student, whoever looks: a no of either household holds.
    """
    return kind in allowed_kinds(student)


def may_keep_media(student: Student) -> bool:
    """The answer of `accounts.media`: whether pictures and recordings of this student may be kept now. One query."""
    return may(student, ConsentKind.MEDIA)


def allowed_kinds(student: Student) -> frozenset[str]:
    """Everything `may` says yes to, in one query."""
    return _open_kinds(student)


def _open_kinds(student: Student) -> frozenset[str]:
    return _open_by_student(Consent.objects.filter(student=student), timezone.localdate()).get(student.pk, frozenset())


def students_with(rows: QuerySet[Consent], kind: ConsentKind, *, on: date) -> frozenset[int]:
    """The students of these consents for whom this may be done on this day: the rule of `may`, for many. One query."""
    return frozenset(pk for pk, kinds in _open_by_student(rows, on).items() if kind in kinds)


def _open_by_student(rows: QuerySet[Consent], on: date) -> dict[int, frozenset[str]]:
    told: dict[int, list[tuple[Consent, bool]]] = defaultdict(list)
    counting = rows.filter(is_heard(on), about="", partner__isnull=True, elsewhere="")
    for row in counting.annotate(is_own=is_own_answer(on)).order_by(said_on(), "pk"):
        told[row.student_id].append((row, row.is_own))
    return {
        pk: standing_kinds(
            ((row.kind, row.given_by_id, row.is_yes, row.withdrawn_at is not None) for row, _own in several),
            alone={row.given_by_id for row, is_own in several if is_own},
        )
        for pk, several in told.items()
    }


def standing_kinds(rows: Iterable[tuple[str, int, bool, bool]], *, alone: Collection[int] = ()) -> frozenset[str]:
    """The kinds that are open, from (kind, person, is yes, is taken back), in the order they were said. Pure.

    `alone`: the student, where the student signs alone; what they say decides, whatever the family said before.
    """
    newest: dict[tuple[str, int], bool | None] = {}
    for kind, person, is_yes, is_taken_back in rows:
        # a yes taken back holds like a no; a no taken back is no answer
        newest[kind, person] = (False if is_yes else None) if is_taken_back else is_yes
    decided = {kind for (kind, person), answer in newest.items() if person in alone and answer is not None}
    counting = {key: answer for key, answer in newest.items() if key[0] not in decided or key[1] in alone}
    yes = {kind for (kind, _person), answer in counting.items() if answer is True}
    no = {kind for (kind, _person), answer in counting.items() if answer is False}
    return frozenset(yes - no)


def consents(*, viewer: Viewer, student: Student) -> list[Asked]:
    """Every kind with its answers, newest first. A guardian reads those of their own household. Two queries."""
    others = other_household(viewer).get(student.pk, frozenset())
    rows = list(
        Consent.objects.filter(student=student)
        .select_related("given_by", "scribe", "partner")
        .annotate(is_own=is_own_answer(viewer.today), counts=is_heard(viewer.today), said=said_on())
        .order_by("-given_on", "-pk")
    )
    standing = standing_kinds(
        (
            (r.kind, r.given_by_id, r.is_yes, r.withdrawn_at is not None)
            for r in sorted(rows, key=lambda r: (r.said, r.pk))
            if not r.about and r.partner_id is None and not r.elsewhere and r.counts
        ),
        alone={r.given_by_id for r in rows if r.is_own},
    )
    newest: dict[tuple[str, str, int | None, int], int] = {}
    for row in sorted((r for r in rows if not r.elsewhere), key=lambda r: (r.said, r.pk)):
        newest[row.kind, row.about, row.partner_id, row.given_by_id] = row.pk
    found = []
    for kind in ConsentKind:
        answers = [
            Answered(
                public_id=row.public_id,
                about=row.partner.name if row.partner is not None else row.about,
                by=row.given_by.display_name,
                scribe=row.scribe.display_name if row.scribe else "",
                is_yes=row.is_yes,
                on=row.given_on,
                is_standing=row.withdrawn_at is None
                and row.counts
                and newest.get((row.kind, row.about, row.partner_id, row.given_by_id)) == row.pk,
                is_taken_back=row.withdrawn_at is not None,
                is_mine=row.given_by_id == viewer.person_id,
                elsewhere=row.elsewhere,
            )
            for row in rows
            if row.kind == kind and row.given_by_id not in others
        ]
        mine = next((a for a in answers if a.is_mine and a.is_standing and not a.about), None)
        found.append(Asked(kind, str(kind.label), kind in standing, answers, mine))
    return found


def consent_by_id(*, viewer: Viewer, public_id: UUID) -> Consent | None:
    """A consent given here about a student whose plan this viewer reads; none of another household."""
    return (
        Consent.objects.select_related("student__person", "student__school")
        .filter(
            no_other_household(viewer, student="student", person="given_by"),
            public_id=public_id,
            elsewhere="",
            student__in=students_for(viewer, Permission.READ_PLAN),
        )
        .first()
    )


def guardians(*, viewer: Viewer, student: Student) -> list[tuple[int, str]]:
    """Family of the student today, by name: (person id, name). A guardian gets their own household. Two queries."""
    others = other_household(viewer).get(student.pk, frozenset())
    rows = (
        Relationship.objects.filter(current(viewer.today), student=student, kind=RelationshipKind.GUARDIAN)
        .exclude(person_id__in=others)
        .select_related("person")
        .order_by("person__sort_name", "person_id")
    )
    return list({row.person_id: row.person.display_name for row in rows}.items())


@dataclass(frozen=True, slots=True)
class Signing:
    """Who is asked: the family, or (`is_alone`) the student of age. `givers`: whose answer an adult may write down."""

    is_alone: bool
    givers: list[tuple[int, str]]


def signing(*, viewer: Viewer, student: Student) -> Signing:
    """Whose yes or no counts today, for the pages that ask. Two queries."""
    if signs_alone(student, on=viewer.today):
        return Signing(True, [(student.person_id, student.person.display_name)])
    return Signing(False, guardians(viewer=viewer, student=student))
