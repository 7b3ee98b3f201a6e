"""Observations that wait for a teacher's look, and what became of those a family sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from accounts.households import no_other_household
from accounts.models import Student
from accounts.permissions import Permission, Viewer, students_for
from assessments.choices import EvidenceKind
from assessments.models import Evidence, ObservationAnswer
from assessments.services.observations import UNDO_FOR
from competencies import wording as words
from competencies.choices import WordingKind

CHANGED_WITHIN = timedelta(days=60)
"""How long an answer stands on its author's list; it can be changed after that too, from the piece itself."""
SENT = (EvidenceKind.FAMILY, EvidenceKind.PARTNER)


@dataclass(frozen=True, slots=True)
class WaitingObservation:
    """Something a family or a partner saw that no teacher has looked at yet. `word`: a level, where they chose one."""

    public_id: UUID
    student_pk: int
    student: UUID
    student_name: str
    competency: UUID
    competency_name: str
    note: str
    on: date
    by: str
    kind: str
    mark: str
    word: str


def waiting(*, viewer: Viewer) -> QuerySet[Evidence]:
    """Observations nobody has answered, of anybody: the caller says of whom. Not this viewer's own, and nothing of
    another household."""
    return Evidence.objects.filter(
        no_other_household(viewer, student="student", person="recorded_by"),
        kind__in=SENT,
        is_accepted=False,
        answer__isnull=True,
        withdrawn_at__isnull=True,
        superseded_at__isnull=True,
    ).exclude(recorded_by=viewer.person_id)


def waiting_observations(*, viewer: Viewer, student: Student | None = None) -> list[WaitingObservation]:
    """What waits for this viewer's look: of one student, else of everyone they record for. Three queries at most.

    Oldest first, then by name; never by level.
    """
    rows = waiting(viewer=viewer)
    if student is not None:
        rows = rows.filter(Q(student=student) | Q(student__alias_of=student))
    else:
        mine = students_for(viewer, Permission.RECORD_EVIDENCE)
        rows = rows.filter(Q(student__in=mine) | Q(student__alias_of__in=mine))
    found = list(
        rows.select_related("student__person", "student__alias_of__person", "recorded_by", "competency").order_by(
            "observed_on", "student__person__sort_name", "pk"
        )
    )
    known = words.known({row.competency_id for row in found}, language=get_language() or "en") if found else {}
    return [_line(row, known[row.competency_id]) for row in found]


def _line(row: Evidence, known: words.Known) -> WaitingObservation:
    student = row.student.alias_of or row.student
    return WaitingObservation(
        public_id=row.public_id,
        student_pk=student.pk,
        student=student.public_id,
        student_name=student.person.display_name,
        competency=known.public_id,
        competency_name=known.name,
        note=row.note,
        on=row.observed_on,
        by=row.recorded_by.display_name,
        kind=str(row.get_kind_display()),
        mark=known.levels.mark(row.value) if row.value is not None else "",
        word=known.levels.word(row.value) if row.value is not None else "",
    )


def observation_to_answer(*, viewer: Viewer, public_id: UUID) -> tuple[Evidence, UUID] | None:
    """A family's or partner's piece, with its student's public id for the loader to decide; None for another piece.

    Also one that was answered or changed meanwhile: the page says so.
    """
    row = (
        Evidence.objects.select_related("student__alias_of", "competency", "recorded_by")
        .filter(no_other_household(viewer, student="student", person="recorded_by"), public_id=public_id, kind__in=SENT)
        .first()
    )
    return None if row is None else (row, (row.student.alias_of or row.student).public_id)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of the viewer's that can still be changed."""

    public_id: UUID
    student_pk: int
    student_name: str
    competency_name: str
    is_accepted: bool
    on: date


def answered_lately(*, viewer: Viewer, limit: int = 8) -> list[Answered]:
    """What this viewer answered in the last weeks, of students they still record for, newest first. Two queries."""
    mine = students_for(viewer, Permission.RECORD_EVIDENCE)
    rows = list(
        ObservationAnswer.objects.filter(
            Q(evidence__student__in=mine) | Q(evidence__student__alias_of__in=mine),
            answered_by=viewer.person_id,
            answered_at__gte=timezone.now() - CHANGED_WITHIN,
            evidence__superseded_at__isnull=True,
            evidence__withdrawn_at__isnull=True,
        )
        .exclude(evidence__recorded_by=viewer.person_id)
        .select_related("evidence__student__person", "evidence__student__alias_of__person")
        .order_by("-answered_at", "-pk")[:limit]
    )
    ids = {row.evidence.competency_id for row in rows}
    names = words.names(ids, language=get_language() or "en") if rows else {}
    found = []
    for row in rows:
        student = row.evidence.student.alias_of or row.evidence.student
        found.append(
            Answered(
                public_id=row.evidence.public_id,
                student_pk=student.pk,
                student_name=student.person.display_name,
                competency_name=names.get(row.evidence.competency_id, ""),
                is_accepted=row.is_accepted,
                on=timezone.localdate(row.answered_at),
            )
        )
    return found


def answer_of(*, viewer: Viewer, evidence: Evidence) -> ObservationAnswer | None:
    """The answer that stands on a piece of somebody else, where it can still be changed; None otherwise. One query."""
    if evidence.withdrawn_at is not None or evidence.superseded_at is not None:
        return None
    if evidence.recorded_by_id == viewer.person_id:
        return None
    return ObservationAnswer.objects.select_related("answered_by").filter(evidence=evidence).first()


def is_waiting(*, viewer: Viewer, evidence: Evidence) -> bool:
    """Whether this piece still waits for this viewer's look. One query."""
    return waiting(viewer=viewer).filter(pk=evidence.pk).exists()


@dataclass(frozen=True, slots=True)
class SentObservation:
    """What a family sent and what became of it: `state` is waiting, counted, beside or withdrawn."""

    public_id: UUID
    competency: UUID
    competency_name: str
    note: str
    on: date
    by: str
    is_mine: bool
    state: str
    mark: str
    word: str
    answer: str
    answer_language: str
    answered_by: str
    answered_on: date | None


def sent_by_family(*, viewer: Viewer, student: Student, limit: int = 30) -> list[SentObservation]:
    """What this viewer's household sent, newest first, each with its answer. Three queries.

    Nothing of another household, neither words nor answers.
    """
    rows = list(
        Evidence.objects.filter(
            Q(student=student) | Q(student__alias_of=student),
            no_other_household(viewer, student="student", person="recorded_by"),
            kind=EvidenceKind.FAMILY,
            superseded_at__isnull=True,
        )
        .select_related("recorded_by", "answer__answered_by")
        .order_by("-observed_on", "-recorded_at", "-pk")[:limit]
    )
    known = words.known({row.competency_id for row in rows}, language=get_language() or "en") if rows else {}
    return [_sent(viewer, row, known[row.competency_id]) for row in rows]


def _sent(viewer: Viewer, row: Evidence, known: words.Known) -> SentObservation:
    answer = getattr(row, "answer", None)
    state = "withdrawn" if row.withdrawn_at else "waiting"
    if state == "waiting" and answer is not None:
        state = "counted" if answer.is_accepted else "beside"
    return SentObservation(
        public_id=row.public_id,
        competency=known.public_id,
        competency_name=known.name,
        note=row.note,
        on=row.observed_on,
        by=row.recorded_by.display_name,
        is_mine=row.recorded_by_id == viewer.person_id,
        state=state,
        mark=known.levels.mark(row.value) if row.value is not None else "",
        word=known.levels.word(row.value) if row.value is not None else "",
        answer=answer.text if answer else "",
        answer_language=answer.language if answer else "",
        answered_by=answer.answered_by.display_name if answer else "",
        answered_on=timezone.localdate(answer.answered_at) if answer else None,
    )


@dataclass(frozen=True, slots=True)
class CanDo:
    """One level of a competency as a sentence for a family or a student. `text`: its value as a form sends it."""

    text: str
    word: str
    sentence: str


def can_dos(*, viewer: Viewer, competency_id: int, audience: WordingKind) -> list[CanDo]:
    """The levels of a competency in words for this audience, lowest first; [] where nobody has written them.

    Three queries. Families and students choose a sentence, never a bare number.
    """
    language = get_language() or "en"
    levels = words.level_words([competency_id], language=language)[competency_id]
    said = words.sentences([competency_id], audience, language=language)
    return [
        CanDo(f"{value.normalize():f}", word, said[competency_id, value])
        for value, word in levels.words.items()
        if (competency_id, value) in said
    ]


@dataclass(frozen=True, slots=True)
class JustSaved:
    """What was written down a moment ago and can still be taken back: for whom, by the keys of the students."""

    key: str
    student_ids: frozenset[int]


def just_saved(*, viewer: Viewer, key: UUID) -> JustSaved | None:
    """The observation of this key while its author may take it back; else None. One query."""
    rows = Evidence.objects.filter(
        recorded_by=viewer.person_id,
        task_key=str(key),
        withdrawn_at__isnull=True,
        superseded_at__isnull=True,
        recorded_at__gte=timezone.now() - UNDO_FOR,
    )
    found = frozenset(rows.values_list("student_id", flat=True))
    return JustSaved(str(key), found) if found else None
