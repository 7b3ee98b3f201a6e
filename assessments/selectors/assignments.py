"""The work of a class: what was given, who handed in, what was judged. By name, never by level."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from accounts.choices import RelationshipKind
from accounts.models import Enrolment, Person, Relationship, Section, Student
from accounts.permissions import Permission, Viewer, current, sections_for, students_for
from assessments.choices import InstrumentState, ScoringKind
from assessments.models import Accommodation, Assignment, Criterion, InstrumentVersion, Item, Scoring, Submission


@dataclass(frozen=True, slots=True)
class LibraryChoice:
    """A published instrument one can use now."""

    pk: int
    public_id: UUID
    title: str
    kind: str
    kind_label: str
    has_criteria: bool
    has_items: bool
    is_group_task: bool


def library(*, viewer: Viewer, school_id: int) -> list[LibraryChoice]:
    """The newest published version of each instrument of the school and of the district, by title. One query."""
    newest = (
        InstrumentVersion.objects.filter(instrument=OuterRef("instrument"), state=InstrumentState.PUBLISHED)
        .order_by("-number")
        .values("pk")[:1]
    )
    rows = (
        InstrumentVersion.objects.filter(
            Q(instrument__school_id=school_id) | Q(instrument__school__isnull=True),
            state=InstrumentState.PUBLISHED,
            instrument__retired_at__isnull=True,
            pk=newest,
        )
        .select_related("instrument")
        .annotate(
            has_criteria=Exists(Criterion.objects.filter(version=OuterRef("pk"))),
            has_items=Exists(Item.objects.filter(version=OuterRef("pk"))),
        )
        .order_by("title", "pk")
    )
    return [
        LibraryChoice(
            row.pk,
            row.public_id,
            row.title,
            row.instrument.kind,
            str(row.instrument.get_kind_display()),
            row.has_criteria,
            row.has_items,
            row.is_group_task,
        )
        for row in rows
        if row.has_criteria or row.has_items
    ]


@dataclass(frozen=True, slots=True)
class AssignmentLine:
    """One work of a class, with how many handed in and how many were judged."""

    public_id: UUID
    title: str
    instrument: str
    opens_on: date
    due_on: date | None
    is_blind: bool
    is_closed: bool
    handed_in: int
    judged: int


def assignments_of(*, viewer: Viewer, section: Section) -> list[AssignmentLine]:
    """The works of a class, newest first. One query."""
    rows = (
        Assignment.objects.filter(section=section)
        .select_related("version")
        .annotate(
            handed=Count("submissions", filter=Q(submissions__submitted_at__isnull=False), distinct=True),
            judged=Count(
                "submissions",
                filter=Q(
                    submissions__scorings__kind=ScoringKind.TEACHER, submissions__scorings__finished_at__isnull=False
                )
                | Q(submissions__responses__isnull=False),
                distinct=True,
            ),
        )
        .order_by("-opens_on", "-pk")
    )
    return [
        AssignmentLine(
            row.public_id,
            row.title,
            row.version.title,
            row.opens_on,
            row.due_on,
            row.is_blind,
            row.closed_at is not None,
            row.handed,
            row.judged,
        )
        for row in rows
    ]


def assignment_by_id(*, viewer: Viewer, public_id: UUID) -> Assignment | None:
    """A work; whether this viewer may open it is for the loader of its class, or of its student, to say."""
    return (
        Assignment.objects.select_related("section__school", "version__instrument", "created_by")
        .filter(public_id=public_id)
        .first()
    )


def seated(*, viewer: Viewer, section: Section) -> list[Student]:
    """Who sits in the class today and may be read by this viewer, by name. One query."""
    seat = Enrolment.objects.filter(current(viewer.today), student=OuterRef("pk"), section=section, is_active=True)
    return list(
        students_for(viewer, Permission.READ_EVIDENCE)
        .filter(Exists(seat))
        .select_related("person")
        .order_by("person__sort_name", "pk")
    )


@dataclass(frozen=True, slots=True)
class FormChoice:
    """A form of the task with what goes with it."""

    pk: int
    title: str
    instructions: str
    language: str
    accommodations: tuple[tuple[str, str], ...]


def forms_of(*, viewer: Viewer, version: InstrumentVersion) -> list[FormChoice]:
    """The forms of a task with their accommodations (whom each helps first, in words). Two queries."""
    helps: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in Accommodation.objects.filter(form__version=version).order_by("position", "pk"):
        helps[row.form_id].append((str(row.get_helps_display()), row.text))
    return [
        FormChoice(form.pk, form.title, form.instructions, form.language, tuple(helps[form.pk]))
        for form in version.forms.order_by("position", "pk")
    ]


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One student's line. `state` is none, handed or judged; `mine` is what became of the viewer's own judgement.

    `waits`: a judgement is finished and waits, unseen, for the second one. `second` names the colleague who was asked
    and has not finished. `can_invite`: this student handed in, and nobody else was asked to judge it.
    """

    student_id: int
    public_id: UUID
    name: str
    submission: UUID | None
    form_id: int | None
    group: str
    state: str
    handed_at: datetime | None
    mine: str
    waits: bool
    second: str
    can_invite: bool


@dataclass(frozen=True, slots=True)
class AssignmentPage:
    """The page of one work of a class."""

    forms: list[FormChoice]
    rows: list[WorkRow]
    groups: list[str]
    handed_in: int
    judged: int
    has_criteria: bool
    has_items: bool


def assignment_page(*, viewer: Viewer, assignment: Assignment) -> AssignmentPage:
    """Every student of the class by name, with where their work is. Seven queries, however many students."""
    students = seated(viewer=viewer, section=assignment.section)
    works = {
        row.student_id: row
        for row in Submission.objects.filter(assignment=assignment, student__in=students).annotate(
            has_points=Exists(Submission.objects.filter(pk=OuterRef("pk"), responses__isnull=False))
        )
    }
    scorings: dict[int, list[Scoring]] = defaultdict(list)
    for scoring in (
        Scoring.objects.filter(submission__in=list(works.values()), kind=ScoringKind.TEACHER)
        .select_related("rater")
        .order_by("pk")
    ):
        scorings[scoring.submission_id].append(scoring)
    rows = [_row(viewer, assignment, student, works.get(student.pk), scorings) for student in students]
    return AssignmentPage(
        forms=forms_of(viewer=viewer, version=assignment.version),
        rows=rows,
        groups=sorted({row.group for row in rows if row.group}),
        handed_in=sum(row.handed_at is not None for row in rows),
        judged=sum(row.state == "judged" for row in rows),
        has_criteria=assignment.version.criteria.exists(),
        has_items=assignment.version.items.exists(),
    )


def _row(
    viewer: Viewer,
    assignment: Assignment,
    student: Student,
    work: Submission | None,
    scorings: dict[int, list[Scoring]],
) -> WorkRow:
    given = scorings[work.pk] if work else []
    done = [one for one in given if one.finished_at is not None]
    mine = next((one for one in given if one.rater_id == viewer.person_id), None)
    waiting = next((one for one in given if one.finished_at is None and one.rater_id != viewer.person_id), None)
    has_points = bool(work and work.__dict__["has_points"])
    is_judged = has_points or bool(done)
    handed = work.submitted_at if work else None
    return WorkRow(
        student_id=student.pk,
        public_id=student.public_id,
        name=student.person.display_name,
        submission=work.public_id if work else None,
        form_id=work.form_id if work else None,
        group=work.group_name if work else "",
        state="judged" if is_judged else "handed" if handed else "none",
        handed_at=handed,
        mine="" if mine is None else "done" if mine.finished_at else "begun",
        waits=assignment.is_blind and len(done) == 1 and (waiting is not None or mine is None),
        second=waiting.rater.display_name if waiting and waiting.invited_by_id else "",
        can_invite=assignment.is_blind and handed is not None and len(given) < 2,
    )


def colleagues(*, viewer: Viewer, assignment: Assignment) -> list[tuple[str, str]]:
    """Who teaches at the school of this class today and can be asked to judge: (public id, name), by name."""
    working = Relationship.objects.filter(
        current(viewer.today),
        person=OuterRef("pk"),
        kind__in=[RelationshipKind.SECTION, RelationshipKind.SUBSTITUTE, RelationshipKind.CASELOAD],
        student__school_id=assignment.section.school_id,
    )
    rows = (
        Person.objects.filter(Exists(working), is_active=True).exclude(pk=viewer.actor_id).order_by("sort_name", "pk")
    )
    return [(str(row.public_id), row.display_name) for row in rows]


@dataclass(frozen=True, slots=True)
class ToJudge:
    """A work that waits for this viewer's judgement. `name` is empty where the work is judged without one."""

    address: UUID
    student: UUID | None
    name: str
    title: str
    section: str
    is_begun: bool
    until: date | None


def works_to_judge(*, viewer: Viewer, section: Section | None = None) -> list[ToJudge]:
    """What colleagues asked this viewer to judge, and what they began themselves and did not finish. One query."""
    rows = (
        Scoring.objects.filter(
            rater=viewer.person_id,
            kind=ScoringKind.TEACHER,
            finished_at__isnull=True,
            submission__student__in=students_for(viewer, Permission.SCORE_WORK),
        )
        .select_related("submission__assignment__section", "submission__student__person")
        .annotate(begun=Exists(Scoring.objects.filter(pk=OuterRef("pk"), scores__isnull=False)))
        .order_by("submission__assignment__title", "pk")
    )
    if section is not None:
        rows = rows.filter(submission__assignment__section=section)
    found = []
    for row in rows:
        work = row.submission
        unseen = row.invited_by_id is not None
        found.append(
            ToJudge(
                address=row.public_id if unseen else work.assignment.public_id,
                student=None if unseen else work.student.public_id,
                name="" if unseen else work.student.person.display_name,
                title=work.assignment.title,
                section="" if unseen else work.assignment.section.title,
                is_begun=row.begun,
                until=row.invited_until,
            )
        )
    return found


def teaches(*, viewer: Viewer, assignment: Assignment) -> bool:
    """Whether this viewer teaches the class of this work now. One query."""
    return sections_for(viewer).filter(pk=assignment.section_id).exists()
