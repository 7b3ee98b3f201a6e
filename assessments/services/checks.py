"""Entering the answers of a check: points for each item, and one piece of evidence for each competency of it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Student
from accounts.permissions import Permission, Viewer
from assessments.choices import EvidenceKind
from assessments.errors import EvidenceError, WorkError
from assessments.marking import level_of_points
from assessments.mastery import Scale
from assessments.models import Assignment, Evidence, Item, ItemResponse, Submission
from assessments.services.evidence import NewPiece, record_evidence
from assessments.services.fits import absorb_responses
from assessments.services.requests import request_refresh
from assessments.services.submissions import task_key
from competencies.models import Competency, Level


@dataclass(frozen=True, slots=True)
class Line:
    """One student's points by item (its key; None: not answered) and the version of the work before their eyes."""

    points: Mapping[int, Decimal | None]
    version: int


@dataclass(frozen=True, slots=True)
class Entered:
    """Whose points were written, and who was entered differently meanwhile: nothing of theirs was overwritten."""

    saved: frozenset[int]
    conflicts: frozenset[int]


def record_answers(
    *, by: Viewer, assignment: Assignment, students: Mapping[int, Student], lines: Mapping[int, Line]
) -> Entered:
    """Write the points of these students (by key), and what they come to on each competency.

    Only answered items count: what is missing is missing. A competency's share of points is mapped to its scale
    (`marking.level_of_points`). Points entered anew withdraw the piece they made before. Raises WorkError for
    points an item does not have; nothing is written then.
    """
    items = {item.pk: item for item in Item.objects.filter(version=assignment.version_id)}
    for line in lines.values():
        for pk, points in line.points.items():
            if pk not in items:
                raise WorkError(_("One of the questions belongs to another check. Open the page anew."))
            if points is not None and not (points.is_finite() and 0 <= points <= items[pk].points):
                raise WorkError(
                    _("%(item)s is worth 0 to %(most)s points.")
                    % {"item": items[pk].key, "most": f"{items[pk].points.normalize():f}"}
                )
    with transaction.atomic():
        works = {
            w.student_id: w
            for w in Submission.objects.select_for_update()
            .filter(assignment=assignment, student_id__in=list(lines))
            .order_by("pk")
        }
        before: dict[int, dict[int, Decimal | None]] = defaultdict(dict)
        for row in ItemResponse.objects.filter(submission__in=list(works.values())).select_related("submission"):
            before[row.submission.student_id][row.item_id] = row.points
        changed = {
            student
            for student, line in lines.items()
            if {k: v for k, v in line.points.items() if v is not None}
            != {k: v for k, v in before[student].items() if v is not None}
        }
        conflicts = {s for s in changed if (works[s].version if s in works else 0) != lines[s].version}
        saved = changed - conflicts
        for student in sorted(saved):
            _write(by, assignment, student, works, lines[student])
        if saved:
            _judge(by, assignment, {pk: students[pk] for pk in saved}, works, lines, items)
            answers = ItemResponse.objects.filter(submission__in=[works[pk] for pk in saved])
            absorb_responses(by=by, response_ids=list(answers.values_list("pk", flat=True)))
    return Entered(frozenset(saved), frozenset(conflicts))


def _write(by: Viewer, assignment: Assignment, student: int, works: dict[int, Submission], line: Line) -> None:
    work = works.get(student)
    if work is None:
        work = works[student] = Submission.objects.create(
            assignment=assignment, student_id=student, language=assignment.language, version=0
        )
    work.version += 1
    work.changed_at = timezone.now()
    work.save(update_fields=["version", "changed_at"])
    given = {item: points for item, points in line.points.items() if points is not None}
    work.responses.exclude(item_id__in=list(given)).delete()
    ItemResponse.objects.bulk_create(
        [
            ItemResponse(
                submission=work, item_id=item, points=points, marked_by_id=by.actor_id, marked_at=timezone.now()
            )
            for item, points in sorted(given.items())
        ],
        update_conflicts=True,
        unique_fields=["submission", "item"],
        update_fields=["points", "marked_by", "marked_at"],
    )


def _judge(
    by: Viewer,
    assignment: Assignment,
    students: Mapping[int, Student],
    works: Mapping[int, Submission],
    lines: Mapping[int, Line],
    items: Mapping[int, Item],
) -> None:
    """One piece for each student and competency that has an answer; what stood there before is withdrawn."""
    request_refresh(students)
    Evidence.objects.filter(
        student__in=list(students),
        task_key=task_key(assignment),
        kind=EvidenceKind.TEACHER,
        withdrawn_at__isnull=True,
        superseded_at__isnull=True,
    ).update(
        withdrawn_at=timezone.now(),
        withdrawn_by_id=by.actor_id,
        withdrawal_reason=_("The points of the check were entered anew."),
    )
    scales, public_ids = _scales({item.competency_id for item in items.values()})
    pieces = []
    for student, row in students.items():
        got: dict[int, tuple[Decimal, Decimal]] = {}
        for item, points in lines[student].points.items():
            if points is not None:
                had, out_of = got.get(items[item].competency_id, (Decimal(0), Decimal(0)))
                got[items[item].competency_id] = (had + points, out_of + items[item].points)
        handed = works[student].submitted_at
        pieces += [
            NewPiece(
                key=uuid.uuid4(),
                student=row.public_id,
                competency=public_ids[competency],
                value=level_of_points(points, out_of, scales[competency]),
                observed_on=timezone.localdate(handed) if handed else by.today,
                context=assignment.version.context,
                task_key=task_key(assignment),
                task_title=assignment.title,
                note=_("%(points)s of %(all)s points")
                % {"points": f"{points.normalize():f}", "all": f"{out_of.normalize():f}"},
                instrument_id=assignment.version_id,
                form_id=works[student].form_id,
            )
            for competency, (points, out_of) in sorted(got.items())
        ]
    try:
        record_evidence(by=by, pieces=pieces, section_id=assignment.section_id, permission=Permission.SCORE_WORK)
    except EvidenceError as error:
        raise WorkError(str(error)) from error
    audit.record(
        by=by.person_id,
        action="check.enter",
        subject_type="assignment",
        subject_id=assignment.public_id,
        students=list(students),
    )


def _scales(competencies: set[int]) -> tuple[dict[int, Scale], dict[int, uuid.UUID]]:
    levels: dict[int, list[Decimal]] = defaultdict(list)
    for scale, value in Level.objects.order_by("value").values_list("scale_id", "value"):
        levels[scale].append(value.normalize())
    rows = Competency.objects.filter(pk__in=competencies).select_related("framework")
    found = {r.pk: Scale(tuple(levels[r.framework.scale_id]), r.framework.target.normalize()) for r in rows}
    return found, {r.pk: r.public_id for r in rows}
