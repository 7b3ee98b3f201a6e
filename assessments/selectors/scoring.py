"""Judging a work: the artifact, the rubric, what one saw so far, and, once both are done, what the other saw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from accounts.models import Student
from accounts.permissions import Permission, Viewer, students_for
from assessments.choices import ScoringKind
from assessments.models import Assignment, CriterionScore, Scoring, Submission
from assessments.selectors.assignments import forms_of, seated
from assessments.selectors.criteria import CriterionLine, criteria_of, said
from assessments.selectors.submissions import Artifact, Decided, Judged, artifact_of, decisions, nameless
from competencies import wording as words
from competencies.models import Competency
from competencies.nearby import around

UNDO = timedelta(minutes=10)
AFTER = 4  # next steps named after a judgement


@dataclass(frozen=True, slots=True)
class Talk:
    """A competency of a work on which people may talk: `state` is "" (one may ask), open or decided."""

    competency: UUID
    name: str
    state: str
    moderation: UUID | None
    differs: bool


@dataclass(frozen=True, slots=True)
class ScoringPage:
    """One person's look at one work.

    `mine` holds the levels so far by criterion; `waits`: finished, and unseen by others until the second is done;
    `others` are there only when they may be seen. `mates`: classmates of the group, for the next one to look at.
    """

    scoring: Scoring | None
    version: int
    criteria: list[CriterionLine]
    artifact: Artifact
    mine: dict[int, Decimal]
    own_view: Judged | None
    is_finished: bool
    counts: bool
    waits: bool
    may_undo: bool
    others: list[Judged]
    decided: list[Decided]
    talks: list[Talk]


def scoring_page(
    *, viewer: Viewer, student: Student, assignment: Assignment, language: str, is_unseen: bool = False
) -> ScoringPage:
    """The page of this viewer's own judgement. `is_unseen`: judged without name, file names and own view.

    Nothing of anybody else's levels is read before it may be shown: the viewer is done, and each is evidence.
    """
    forms = forms_of(viewer=viewer, version=assignment.version)
    work = Submission.objects.filter(assignment=assignment, student=student).select_related("submitted_by").first()
    criteria = criteria_of(viewer=viewer, version=assignment.version, language=language)
    lines = {line.pk: line for line in criteria}
    artifact = artifact_of(viewer=viewer, row=work, student=student, forms=forms, is_unseen=is_unseen)
    rows = [] if work is None else list(work.scorings.select_related("rater").order_by("pk"))
    scoring = next((r for r in rows if r.rater_id == viewer.person_id and r.kind == ScoringKind.TEACHER), None)
    scores = [] if scoring is None else list(scoring.scores.all())
    counts = any(s.evidence_id is not None for s in scores)
    done = scoring is not None and scoring.finished_at is not None
    others: list[Judged] = []
    talks: list[Talk] = []
    if work is not None and scoring is not None and done and counts:
        visible = [r for r in rows if r.pk != scoring.pk and r.kind == ScoringKind.TEACHER and r.finished_at]
        others = [one for r in visible if (one := _judged(r, lines)).levels]
        talks = _talks(work, criteria, {s.criterion_id: s.value for s in scores}, others, language)
    decided = decisions(viewer=viewer, row=work, criteria=criteria) if work is not None and counts else []
    if is_unseen:
        hide = nameless(student)
        others = [replace(one, note=hide(one.note)) for one in others]
        decided = [replace(one, reason=hide(one.reason)) for one in decided]
    view = next((r for r in rows if r.kind == ScoringKind.SELF), None)
    own_view = _judged(view, lines, only_out=False) if view is not None and not is_unseen else None
    return ScoringPage(
        scoring=scoring,
        version=0 if scoring is None else scoring.version,
        criteria=criteria,
        artifact=artifact,
        mine={s.criterion_id: s.value for s in scores},
        own_view=own_view if own_view and (own_view.levels or own_view.note) else None,
        is_finished=done,
        counts=counts,
        waits=done and not counts,
        may_undo=done and _may_undo(scoring, assignment, others, counts),
        others=others,
        decided=decided,
        talks=talks,
    )


def _may_undo(scoring: Scoring | None, assignment: Assignment, others: list[Judged], counts: bool) -> bool:
    if scoring is None or scoring.finished_at is None or scoring.finished_at < timezone.now() - UNDO:
        return False
    return not (assignment.is_blind and counts and others)


def _judged(row: Scoring, lines: dict[int, CriterionLine], *, only_out: bool = True) -> Judged:
    scores = CriterionScore.objects.filter(scoring=row)
    if only_out:
        scores = scores.filter(evidence__isnull=False)
    return Judged(
        by=row.rater.display_name,
        note=row.note,
        language=row.language,
        on=row.finished_at,
        levels={s.criterion_id: said(lines[s.criterion_id], s.value) for s in scores if s.criterion_id in lines},
    )


def _talks(
    work: Submission, criteria: list[CriterionLine], mine: dict[int, Decimal], others: list[Judged], language: str
) -> list[Talk]:
    if not others:
        return []
    known = {row.competency_id: row for row in work.moderations.order_by("pk")}
    ids = list(dict.fromkeys(line.competency_id for line in criteria if line.pk in mine))
    public_ids = dict(Competency.objects.filter(pk__in=ids).values_list("pk", "public_id"))
    names = words.names(ids, language=language)
    found = []
    for pk in ids:
        row = known.get(pk)
        theirs = [said_.value for one in others for key, said_ in one.levels.items() if _about(criteria, key) == pk]
        ours = [value for key, value in mine.items() if _about(criteria, key) == pk]
        if not theirs:
            continue
        found.append(
            Talk(
                competency=public_ids[pk],
                name=names[pk],
                state="" if row is None else "open" if row.decided_at is None else "decided",
                moderation=None if row is None else row.public_id,
                differs=sorted(theirs) != sorted(ours),
            )
        )
    return found


def _about(criteria: list[CriterionLine], criterion: int) -> int:
    return next(line.competency_id for line in criteria if line.pk == criterion)


def scoring_by_id(*, viewer: Viewer, public_id: UUID) -> Scoring | None:
    """This viewer's own look at a work of which they may judge; None for anybody else's. One query."""
    return (
        Scoring.objects.select_related(
            "submission__student__person", "submission__student__school", "submission__assignment__version"
        )
        .filter(
            public_id=public_id,
            rater=viewer.person_id,
            kind=ScoringKind.TEACHER,
            submission__student__in=students_for(viewer, Permission.SCORE_WORK),
        )
        .first()
    )


@dataclass(frozen=True, slots=True)
class NextStep:
    """A competency that builds on what was just judged."""

    public_id: UUID
    name: str
    after: str


def what_comes_next(*, viewer: Viewer, criteria: list[CriterionLine], language: str) -> list[NextStep]:
    """The competencies the continuum puts directly after those of this rubric, in its order. Six queries."""
    ids = {line.competency_id for line in criteria}
    graph = around(ids)
    found = [
        (node, next(before for before in graph.predecessors[node] if before in ids))
        for node in graph.order
        if node not in ids and not ids.isdisjoint(graph.predecessors[node])
    ][:AFTER]
    names = words.names({pk for pair in found for pk in pair}, language=language)
    public_ids = dict(Competency.objects.filter(pk__in=[node for node, _b in found]).values_list("pk", "public_id"))
    return [NextStep(public_ids[node], names[node], names.get(before, "")) for node, before in found]


@dataclass(frozen=True, slots=True)
class Beside:
    """The works before and after this one in the class, by name: for whoever judges one after the other."""

    earlier: tuple[UUID, str] | None
    later: tuple[UUID, str] | None


def beside(*, viewer: Viewer, student: Student, assignment: Assignment) -> Beside:
    """The neighbours of a student in the class list. One query."""
    row = [(s.public_id, s.person.display_name) for s in seated(viewer=viewer, section=assignment.section)]
    place = next((n for n, (public_id, _name) in enumerate(row) if public_id == student.public_id), None)
    if place is None:
        return Beside(None, None)
    return Beside(row[place - 1] if place else None, row[place + 1] if place + 1 < len(row) else None)
