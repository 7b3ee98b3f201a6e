"""The first look: what was found, with which tool, when; pointers to plans kept elsewhere; a class begun at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, jobs
from accounts.models import Student
from accounts.permissions import Viewer
from competencies.models import Competency
from success_plans.choices import (
    ConsentKind,
    FindingArea,
    FindingState,
    PointerKind,
    StatementKind,
    Voice,
)
from success_plans.errors import PlanError, TextChangedError, taken_back
from success_plans.models import EntryFinding, Plan, PlanPointer, PlanStatement
from success_plans.selectors.consents import may
from success_plans.services.blocks import Pointed, change_pointer, point_to, says
from success_plans.services.changes import note_change
from success_plans.services.plans import LONGEST_TEXT, plan_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the first look as written. Without `state` found it says nothing else."""

    area: FindingArea
    found_on: date
    tool: str = ""
    can_do: str = ""
    next_step: str = ""
    competency: Competency | None = None
    state: FindingState = FindingState.FOUND


def note_findings(*, by: Viewer, student: Student, findings: Sequence[Finding], language: str) -> list[EntryFinding]:
    """Add parts of the first look. What stands there already, word for word, is not added twice.

    Wellbeing is noted only while the family says yes to asking; that it was not asked, or that the family chose not
    to, can always be said. Raises PlanError in words, and then nothing is written.
    """
    with transaction.atomic():
        plan = plan_of(by=by, student=student)
        Plan.objects.select_for_update().get(pk=plan.pk)
        here = list(EntryFinding.objects.filter(plan=plan, withdrawn_at__isnull=True))
        written = []
        for finding in findings:
            can_do, next_step = _clean(finding.can_do), _clean(finding.next_step)
            _check(by, student, finding, can_do, next_step)
            competency_id = finding.competency.pk if finding.competency else None
            twins = [
                row
                for row in here
                if (row.area, row.state, row.competency_id) == (finding.area, finding.state, competency_id)
                and (row.can_do, row.next_step, row.tool) == (can_do, next_step, finding.tool.strip()[:200])
            ]
            if twins:
                written.append(twins[0])
                continue
            _put_aside(here, finding.area)
            row = EntryFinding.objects.create(
                plan=plan,
                area=finding.area,
                state=finding.state,
                competency_id=competency_id,
                tool=finding.tool.strip()[:200],
                found_on=finding.found_on,
                can_do=can_do,
                next_step=next_step,
                language=language,
                author_id=by.actor_id,
            )
            here.append(row)
            written.append(row)
            note_change(by=by, plan=plan, action="finding.add", row=row)
    return written


def _put_aside(here: list[EntryFinding], area: str) -> None:
    """That something was not asked gives way to what comes after it; what was found stays."""
    for row in here:
        if row.area == area and row.state != FindingState.FOUND and row.withdrawn_at is None:
            row.withdrawn_at = timezone.now()
            row.version += 1
            row.save(update_fields=["withdrawn_at", "version"])


def _clean(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def _check(by: Viewer, student: Student, finding: Finding, can_do: str, next_step: str) -> None:
    if finding.found_on > by.today:
        raise PlanError(_("The day of the first look cannot be a day to come."))
    if finding.state != FindingState.FOUND:
        if can_do or next_step:
            raise PlanError(_("Say what was found, or that it was not asked; not both."))
        return
    if not can_do and not next_step:
        raise PlanError(_("Write what this student can do, or what is next."))
    if len(can_do) > LONGEST_TEXT or len(next_step) > LONGEST_TEXT:
        raise PlanError(_("That is longer than 4,000 characters. Shorten it a little, or add it in two parts."))
    if finding.area == FindingArea.WELLBEING and not may(student, ConsentKind.WELLBEING):
        raise PlanError(_("The family has not said yes to asking how this student feels. Record their answer first."))


def change_finding(
    *, by: Viewer, finding: EntryFinding, can_do: str, next_step: str, tool: str, version: int, language: str = ""
) -> EntryFinding:
    """New words for a part of the first look; the earlier ones stay in the history. TextChangedError on collision,
    PlanError for one that was taken back."""
    can, then = _clean(can_do), _clean(next_step)
    if not can and not then:
        raise PlanError(_("Write what this student can do, or what is next."))
    with transaction.atomic():
        row = EntryFinding.objects.select_for_update(of=("self",)).select_related("plan", "author").get(pk=finding.pk)
        if row.withdrawn_at is not None:
            raise PlanError(taken_back())
        if row.version != version:
            theirs = "\n".join(part for part in (row.can_do, row.next_step) if part)
            raise TextChangedError(current=row, theirs=theirs, mine="\n".join(p for p in (can, then) if p))
        row.can_do, row.next_step, row.tool = can, then, tool.strip()[:200]
        row.language = language or row.language
        row.version += 1
        row.changed_at = timezone.now()
        row.save()
        note_change(by=by, plan=row.plan, action="finding.change", row=row)
    return row


# ------------------------------------------------------------------ pointers
def set_pointer(
    *,
    by: Viewer,
    student: Student,
    kind: PointerKind,
    kept_where: str,
    accommodations: str,
    language: str,
    case_manager_id: int | None = None,
    review_on: date | None = None,
    version: int = 0,
) -> PlanPointer:
    """Say where an IEP, 504 or English learner plan is kept and what its teachers do. Never a copy of it.

    `version` 0: none was there. Raises TextChangedError when it was changed or added meanwhile.
    """
    wanted = Pointed(kept_where, case_manager_id, accommodations, review_on)
    with transaction.atomic():
        plan = plan_of(by=by, student=student)
        Plan.objects.select_for_update().get(pk=plan.pk)
        row = PlanPointer.objects.filter(plan=plan, kind=kind, ended_on__isnull=True).first()
        if row is None:
            return point_to(by=by, student=student, kind=kind, pointer=wanted, language=language)
        if says(row, wanted):
            return row
        return change_pointer(by=by, pointer=row, to=wanted, version=version)


# ------------------------------------------------------------------ a class
@dataclass(frozen=True, slots=True)
class Line:
    """One student's line of the class screen. Empty parts are left alone; an empty line begins the plan."""

    student: Student
    words: str = ""
    can_do: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """What a class submit wrote."""

    plans: int
    sentences: int
    findings: int


def begin_class(
    *,
    by: Viewer,
    lines: Sequence[Line],
    kind: StatementKind,
    is_scribe: bool,
    tool: str,
    found_on: date,
    competency: Competency | None,
    language: str,
) -> Begun:
    """Begin the plans of a class, and add one sentence and one finding a line. A constant number of queries.

    `is_scribe`: the students said it; else these are the adult's words. Sent twice, or by two adults at once, each
    word stands once: plans are locked in order, and what is there already is not added again.
    """
    if found_on > by.today:
        raise PlanError(_("The day of the first look cannot be a day to come."))
    for line in lines:
        if max(len(line.words), len(line.can_do), len(line.next_step)) > LONGEST_TEXT:
            raise PlanError(_("That is longer than 4,000 characters. Shorten it a little, or add it in two parts."))
    students = {line.student.pk: line.student for line in lines}
    voice = Voice.STUDENT if is_scribe else Voice.STAFF
    tool = tool.strip()[:200]
    with transaction.atomic():
        before = set(Plan.objects.filter(student__in=students).values_list("student_id", flat=True))
        Plan.objects.bulk_create(
            (Plan(student_id=pk, created_by_id=by.actor_id) for pk in sorted(students) if pk not in before),
            ignore_conflicts=True,
        )
        plans = {p.student_id: p for p in Plan.objects.filter(student__in=students).select_for_update().order_by("pk")}
        said = set(
            PlanStatement.objects.filter(
                plan__in=plans.values(), kind=kind, voice=voice, withdrawn_at__isnull=True
            ).values_list("plan_id", "text")
        )
        found = set(
            EntryFinding.objects.filter(
                plan__in=plans.values(), area=FindingArea.ACADEMIC, withdrawn_at__isnull=True, tool=tool
            ).values_list("plan_id", "can_do", "next_step", "competency_id")
        )
        statements, findings = [], []
        competency_id = competency.pk if competency else None
        for line in lines:
            plan = plans[line.student.pk]
            words, can_do, then = _clean(line.words), _clean(line.can_do), _clean(line.next_step)
            if words and (plan.pk, words) not in said:
                author = line.student.person_id if is_scribe else by.actor_id
                statements.append(
                    PlanStatement(
                        plan=plan,
                        kind=kind,
                        voice=voice,
                        text=words,
                        language=language,
                        author_id=author,
                        scribe_id=by.actor_id if is_scribe else None,
                        said_on=by.today,
                    )
                )
            if (can_do or then) and (plan.pk, can_do, then, competency_id) not in found:
                findings.append(
                    EntryFinding(
                        plan=plan,
                        area=FindingArea.ACADEMIC,
                        competency_id=competency_id,
                        tool=tool,
                        found_on=found_on,
                        can_do=can_do,
                        next_step=then,
                        language=language,
                        author_id=by.actor_id,
                    )
                )
        PlanStatement.objects.bulk_create(statements)
        EntryFinding.objects.bulk_create(findings)
        new = [plan for pk, plan in plans.items() if pk not in before]
        Plan.objects.filter(pk__in={row.plan_id for row in statements} | {row.plan_id for row in findings}).update(
            changed_at=timezone.now()
        )
        audit.record_many(
            [
                *((by.person_id, "plan.begin", "plan", p.public_id, [p.student_id], "", {}) for p in new),
                *_rows(by, "statement.add", statements),
                *_rows(by, "finding.add", findings),
            ]
        )
        jobs.facts_changed(students)
    return Begun(len(new), len(statements), len(findings))


def _rows(
    by: Viewer, action: str, rows: Sequence[PlanStatement | EntryFinding]
) -> list[tuple[int | None, str, str, object, list[int], str, dict[str, object]]]:
    return [
        (by.person_id, action, row._meta.model_name or "", row.public_id, [row.plan.student_id], "", {}) for row in rows
    ]
