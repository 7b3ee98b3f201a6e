"""A student's works: what was asked, what was handed in, the student's own view and what adults saw, side by side."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from accounts.choices import FileKind
from accounts.households import no_other_household
from accounts.media import family_allows_media
from accounts.models import Enrolment, StoredFile, Student
from accounts.permissions import Permission, Viewer, can, permissions_on, students_for
from assessments.choices import ScoringKind
from assessments.models import Assignment, CriterionScore, Moderation, Scoring, Submission
from assessments.selectors.assignments import FormChoice, forms_of
from assessments.selectors.criteria import CriterionLine, LevelSaid, criteria_of, said


@dataclass(frozen=True, slots=True)
class WorkFile:
    """A file of a work as a page shows it; `words` say what it holds."""

    public_id: UUID
    kind: str
    words: str
    language: str

    @property
    def is_picture(self) -> bool:
        """Shown as a picture."""
        return self.kind == FileKind.PICTURE

    @property
    def is_audio(self) -> bool:
        """Played."""
        return self.kind == FileKind.AUDIO


@dataclass(frozen=True, slots=True)
class Artifact:
    """What was handed in: words and files, in the form the student took."""

    text: str
    language: str
    files: tuple[WorkFile, ...]
    handed_at: datetime | None
    by: str
    is_scribed: bool
    version: int
    group: str
    form: FormChoice | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One finished judgement: whose, with which levels by criterion (its key), with what note."""

    by: str
    note: str
    language: str
    on: datetime | None
    levels: dict[int, LevelSaid]


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided together after two judgements."""

    name: str
    level: LevelSaid
    reason: str
    by: str
    on: datetime | None


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One work in a student's list. `state` is none, handed or judged."""

    assignment: UUID
    title: str
    section: str
    due_on: date | None
    state: str
    handed_at: datetime | None
    is_closed: bool


def works_of(*, viewer: Viewer, student: Student) -> list[WorkLine]:
    """The works of the classes a student sits in, and whatever they handed in before; newest first. Two queries."""
    seat = Enrolment.objects.filter(student=student, section=OuterRef("section"), is_active=True)
    mine = Submission.objects.filter(assignment=OuterRef("pk"), student=student)
    judged = mine.filter(
        Q(scorings__kind=ScoringKind.TEACHER, scorings__scores__evidence__isnull=False) | Q(responses__isnull=False)
    )
    rows = (
        Assignment.objects.filter(Exists(seat) | Exists(mine), opens_on__lte=viewer.today)
        .select_related("section")
        .annotate(is_judged=Exists(judged))
        .order_by("-opens_on", "-pk")
    )
    handed = dict(
        Submission.objects.filter(student=student, assignment__in=rows).values_list("assignment_id", "submitted_at")
    )
    return [
        WorkLine(
            assignment=row.public_id,
            title=row.title,
            section=row.section.title,
            due_on=row.due_on,
            state="judged" if row.is_judged else "handed" if handed.get(row.pk) else "none",
            handed_at=handed.get(row.pk),
            is_closed=row.closed_at is not None,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """One work of one student, for the student, the family and the adults of their circle."""

    criteria: list[CriterionLine]
    artifact: Artifact
    forms: list[FormChoice]
    own: Judged | None
    judged: list[Judged]
    decided: list[Decided]
    is_being_judged: bool
    began: bool


def submission_page(*, viewer: Viewer, student: Student, assignment: Assignment, language: str) -> SubmissionPage:
    """What was asked and handed in, the own view, and each judgement that may be seen: one whose evidence is there.

    Of a work two people judge blind, nothing of either stands here before both are done. A constant number of queries.
    """
    criteria = criteria_of(viewer=viewer, version=assignment.version, language=language)
    forms = forms_of(viewer=viewer, version=assignment.version)
    row = Submission.objects.filter(assignment=assignment, student=student).select_related("submitted_by").first()
    artifact = artifact_of(viewer=viewer, row=row, student=student, forms=forms)
    if row is None:
        return SubmissionPage(criteria, artifact, forms, None, [], [], is_being_judged=False, began=False)
    scorings = list(Scoring.objects.filter(submission=row).select_related("rater").order_by("pk"))
    scores = _scores(scorings)
    begun = [s for s in scorings if s.kind == ScoringKind.TEACHER and (scores[s.pk] or s.finished_at)]
    return SubmissionPage(
        criteria=criteria,
        artifact=artifact,
        forms=forms,
        own=next(
            (_judged(s, scores, criteria) for s in scorings if s.kind == ScoringKind.SELF and (scores[s.pk] or s.note)),
            None,
        ),
        judged=[_judged(s, scores, criteria) for s in begun if _is_out(s, scores)],
        decided=decisions(viewer=viewer, row=row, criteria=criteria),
        is_being_judged=bool(begun) and not any(_is_out(s, scores) for s in begun),
        began=bool(begun) or row.responses.exists(),
    )


def _scores(scorings: list[Scoring]) -> dict[int, list[CriterionScore]]:
    found: dict[int, list[CriterionScore]] = defaultdict(list)
    for score in CriterionScore.objects.filter(scoring__in=scorings):
        found[score.scoring_id].append(score)
    return found


def _is_out(scoring: Scoring, scores: dict[int, list[CriterionScore]]) -> bool:
    """Whether others than the rater may see it: it is finished and became evidence."""
    return scoring.finished_at is not None and any(s.evidence_id is not None for s in scores[scoring.pk])


def _judged(scoring: Scoring, scores: dict[int, list[CriterionScore]], criteria: list[CriterionLine]) -> Judged:
    lines = {line.pk: line for line in criteria}
    return Judged(
        by=scoring.rater.display_name,
        note=scoring.note,
        language=scoring.language,
        on=scoring.finished_at,
        levels={
            s.criterion_id: said(lines[s.criterion_id], s.value) for s in scores[scoring.pk] if s.criterion_id in lines
        },
    )


def decisions(*, viewer: Viewer, row: Submission, criteria: list[CriterionLine]) -> list[Decided]:
    """What was decided about this work, by competency. One query."""
    lines = {line.competency_id: line for line in criteria}
    found = Moderation.objects.filter(submission=row, decided_at__isnull=False).select_related("decided_by")
    return [
        Decided(
            name=lines[one.competency_id].competency,
            level=said(lines[one.competency_id], one.level),
            reason=one.reason,
            by=one.decided_by.display_name if one.decided_by else "",
            on=one.decided_at,
        )
        for one in found.order_by("pk")
        if one.competency_id in lines and one.level is not None
    ]


def artifact_of(
    *, viewer: Viewer, row: Submission | None, student: Student, forms: list[FormChoice], is_unseen: bool = False
) -> Artifact:
    """The work itself. `is_unseen`: for somebody who must not know whose it is; the name is taken out of the words.

    Adults at school see pictures and recordings while the family says yes to keeping them. Three queries at most.
    """
    form = next((f for f in forms if row is not None and f.pk == row.form_id), forms[0] if forms else None)
    if row is None:
        return Artifact("", "", (), None, "", is_scribed=False, version=0, group="", form=form)
    hide = nameless(student) if is_unseen else str
    stored = [
        f.file for f in row.files.select_related("file").order_by("position", "pk") if f.file.withdrawn_at is None
    ]
    if stored and viewer.own_student_id != student.pk and not family_allows_media(student):
        stored = [f for f in stored if f.kind == FileKind.DOCUMENT or f.added_by_id == viewer.person_id]
    return Artifact(
        text=hide(row.text),
        language=row.language,
        files=tuple(WorkFile(f.public_id, f.kind, hide(f.description), f.language) for f in stored),
        handed_at=row.submitted_at,
        by="" if is_unseen or row.submitted_by is None else row.submitted_by.display_name,
        is_scribed=not is_unseen and row.submitted_by_id not in {None, student.person_id},
        version=row.version,
        group="" if is_unseen else row.group_name,
        form=form,
    )


def nameless(student: Student) -> Callable[[str], str]:
    """What puts a dash wherever a text names this student. Pure."""
    person = student.person
    names = {person.given_name, person.family_name, person.preferred_name}
    parts = sorted({part for name in names for part in name.split() if len(part) > 1}, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, parts)) or "(?!)", re.IGNORECASE)
    return lambda text: pattern.sub("–", text)


def file_of_work(*, viewer: Viewer, public_id: UUID) -> StoredFile | None:
    """A file of a work this viewer may open: who reads the student's evidence, or was asked to judge this very work.

    Pictures and recordings while the family says yes to keeping them; the student, and who added one, without asking.
    """
    asked = Scoring.objects.filter(
        submission__files__file=OuterRef("pk"), rater=viewer.person_id, kind=ScoringKind.TEACHER
    )
    row = (
        StoredFile.objects.select_related("student__person")
        .filter(
            Q(student__in=students_for(viewer, Permission.READ_EVIDENCE))
            | Q(Exists(asked), student__in=students_for(viewer, Permission.SCORE_WORK)),
            no_other_household(viewer, student="student", person="added_by"),
            Exists(Submission.objects.filter(files__file=OuterRef("pk"))),
            public_id=public_id,
            withdrawn_at__isnull=True,
        )
        .first()
    )
    if row is None or row.kind == FileKind.DOCUMENT:
        return row
    allowed = permissions_on(viewer, row.student)
    is_family = bool(allowed & {Permission.SPEAK_AS_FAMILY, Permission.SPEAK_AS_STUDENT})
    return row if is_family or row.added_by_id == viewer.person_id or family_allows_media(row.student) else None


def reason_for(viewer: Viewer, row: StoredFile) -> str:
    """On what ground this viewer opens the file, for the log of looks."""
    decision = can(viewer, Permission.READ_EVIDENCE, row.student)
    return decision.reason if decision.allowed else can(viewer, Permission.SCORE_WORK, row.student).reason


def own_levels(*, viewer: Viewer, student: Student, assignment: Assignment) -> dict[int, Decimal]:
    """The student's own view as it stands, by criterion: what a form begins with. One query."""
    rows = CriterionScore.objects.filter(
        scoring__submission__assignment=assignment, scoring__submission__student=student, scoring__kind=ScoringKind.SELF
    )
    return dict(rows.values_list("criterion_id", "value"))


def concerns(*, viewer: Viewer, student: Student, assignment: Assignment) -> bool:
    """Whether a work is for this student: they sit in its class, or handed it in when they did. One query."""
    seat = Enrolment.objects.filter(student=student, section=assignment.section_id, is_active=True)
    return seat.exists() or Submission.objects.filter(assignment=assignment, student=student).exists()
