"""Works two people judged differently: what each saw, and what may be decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from accounts.models import Student
from accounts.permissions import Permission, Viewer, students_for
from assessments.agreement import position
from assessments.choices import EvidenceKind, ScoringKind
from assessments.models import CriterionScore, Evidence, Moderation, Submission
from assessments.selectors.assignments import forms_of
from assessments.selectors.criteria import CriterionLine, LevelSaid, criteria_of, plain, said
from assessments.selectors.submissions import Artifact, artifact_of
from competencies import wording as words
from competencies.models import Level

WHOLE_LEVEL = 1
HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Given:
    """One person's level on one competency of a work, as it stands."""

    competency_id: int
    rater_id: int
    rater: str
    value: Decimal


def given_levels(*, viewer: Viewer, submission_id: int) -> list[Given]:
    """The judgements of a work that became evidence, as corrected since, oldest first. One query.

    What was decided together is nobody's own judgement and is not among them.
    """
    work = Submission.objects.select_related("assignment").get(pk=submission_id)
    rows = (
        Evidence.objects.filter(
            student_id=work.student_id,
            task_key=f"work:{work.assignment.public_id}",
            kind=EvidenceKind.TEACHER,
            rater__isnull=False,
            value__isnull=False,
            superseded_at__isnull=True,
            withdrawn_at__isnull=True,
        )
        .select_related("rater")
        .order_by("recorded_at", "pk")
    )
    return [
        Given(row.competency_id, row.rater_id, row.rater.display_name, row.value)
        for row in rows
        if row.rater is not None and row.rater_id is not None and row.value is not None
    ]


def apart(*, viewer: Viewer, submission_id: int) -> list[int]:
    """The competencies on which the judgements of a work lie a whole level or more apart. Two queries."""
    found: dict[int, list[Decimal]] = {}
    for one in given_levels(viewer=viewer, submission_id=submission_id):
        found.setdefault(one.competency_id, []).append(one.value)
    scales: dict[int, list[Decimal]] = {}
    for competency, value in (
        Level.objects.filter(scale__frameworks__competencies__in=list(found))
        .order_by("value")
        .values_list("scale__frameworks__competencies", "value")
    ):
        scales.setdefault(competency, []).append(value)
    return [
        competency
        for competency, values in found.items()
        if len(values) > 1
        and position(max(values), scales[competency]) - position(min(values), scales[competency]) >= WHOLE_LEVEL
    ]


@dataclass(frozen=True, slots=True)
class ModerationLine:
    """One work that waits for a talk."""

    public_id: UUID
    student: UUID
    name: str
    title: str
    competency: str
    because: str
    opened_at: datetime


def open_moderations(*, viewer: Viewer, language: str) -> list[ModerationLine]:
    """What waits, of the students whose evidence this viewer records, oldest first. Two queries."""
    rows = list(
        Moderation.objects.filter(
            decided_at__isnull=True, submission__student__in=students_for(viewer, Permission.RECORD_EVIDENCE)
        )
        .select_related("submission__assignment", "submission__student__person")
        .order_by("opened_at", "pk")
    )
    names = words.names({row.competency_id for row in rows}, language=language)
    return [
        ModerationLine(
            row.public_id,
            row.submission.student.public_id,
            row.submission.student.person.display_name,
            row.submission.assignment.title,
            names[row.competency_id],
            str(row.get_because_display()),
            row.opened_at,
        )
        for row in rows
    ]


def moderation_by_id(*, viewer: Viewer, public_id: UUID) -> Moderation | None:
    """A moderation; whether this viewer may open it is for the loader of its student to say."""
    return (
        Moderation.objects.select_related(
            "submission__student__person", "submission__assignment__version", "competency", "decided_by"
        )
        .filter(public_id=public_id)
        .first()
    )


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two saw: the level on the competency, those on its criteria, and the note."""

    by: str
    level: LevelSaid
    criteria: list[tuple[str, LevelSaid]]
    note: str
    language: str


@dataclass(frozen=True, slots=True)
class ModerationPage:
    """The two judgements side by side, the work, and the levels that may be decided, lowest first."""

    competency: str
    sides: list[Side]
    artifact: Artifact
    choices: list[tuple[str, str, str]]
    decided: LevelSaid | None
    criteria: list[CriterionLine]


def moderation_page(*, viewer: Viewer, row: Moderation, student: Student, language: str) -> ModerationPage:
    """Everything needed to decide. `choices`: (as a form sends it, shape, word), within the range of the two."""
    work = row.submission
    lines = criteria_of(viewer=viewer, version=work.assignment.version, language=language)
    mine = [line for line in lines if line.competency_id == row.competency_id]
    scale = words.level_words([row.competency_id], language=language)[row.competency_id]
    given = [g for g in given_levels(viewer=viewer, submission_id=work.pk) if g.competency_id == row.competency_id]
    scored: dict[int, list[CriterionScore]] = {}
    for score in CriterionScore.objects.filter(
        scoring__submission=work, scoring__kind=ScoringKind.TEACHER, criterion__in=[line.pk for line in mine]
    ).select_related("scoring"):
        scored.setdefault(score.scoring.rater_id, []).append(score)
    by_pk = {line.pk: line for line in mine}
    sides = []
    for one in given:
        scores = sorted(scored.get(one.rater_id, []), key=lambda s: list(by_pk).index(s.criterion_id))
        sides.append(
            Side(
                by=one.rater,
                level=LevelSaid(one.value, scale.mark(one.value), scale.word(one.value)),
                criteria=[(by_pk[s.criterion_id].name, said(by_pk[s.criterion_id], s.value)) for s in scores],
                note=scores[0].scoring.note if scores else "",
                language=scores[0].scoring.language if scores else "",
            )
        )
    forms = forms_of(viewer=viewer, version=work.assignment.version)
    return ModerationPage(
        competency=words.names([row.competency_id], language=language)[row.competency_id],
        sides=sides,
        artifact=artifact_of(viewer=viewer, row=work, student=student, forms=forms),
        choices=[
            (plain(v), scale.mark(v), scale.word(v)) for v in between([g.value for g in given], list(scale.words))
        ],
        decided=None if row.level is None else LevelSaid(row.level, scale.mark(row.level), scale.word(row.level)),
        criteria=mine,
    )


def between(values: list[Decimal], levels: list[Decimal]) -> list[Decimal]:
    """The levels and half steps from the lowest to the highest of these values, both included. Pure."""
    if not values:
        return []
    low, high = min(values), max(values)
    steps = {value for value in levels if low <= value <= high} | {low, high}
    steps |= {level + HALF for level in levels[:-1] if low <= level + HALF <= high}
    return sorted(steps)
