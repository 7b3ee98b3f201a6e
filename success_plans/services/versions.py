"""Agreeing a plan: consultation, immutable versions, what family and student answer, review."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import audit, jobs
from accounts.models import Person, Student
from accounts.permissions import Viewer
from success_plans.choices import AgreementAnswer, PlanState, TemplateKind, Voice
from success_plans.errors import PlanError
from success_plans.models import Agreement, EntryFinding, Goal, Need, Plan, PlanStatement, PlanVersion
from success_plans.selectors.moments import snapshot
from success_plans.selectors.templates import current_template
from success_plans.services.plans import LONGEST_TEXT
from success_plans.versions.snapshot import digest, to_json

MOVES: dict[str, frozenset[str]] = {
    PlanState.DRAFT: frozenset({PlanState.CONSULTATION}),
    PlanState.CONSULTATION: frozenset({PlanState.DRAFT}),
    PlanState.AGREED: frozenset({PlanState.REVIEW}),
    PlanState.REVIEW: frozenset({PlanState.CONSULTATION}),
}
"""Where the next version may go from where it stands. Agreed is reached by agreeing a version, and by nothing else."""

AGREES_FROM = frozenset({PlanState.CONSULTATION, PlanState.REVIEW})


def move(*, by: Viewer, student: Student, to: PlanState) -> Plan:
    """Share the next version with the family, take it back to write on, or open an agreed plan for review.

    Asking for where it stands already changes nothing; PlanError for a step that is not one.
    """
    with transaction.atomic():
        plan = _locked(student)
        if plan.state == to:
            return plan
        if to not in MOVES[plan.state]:
            raise PlanError(_("The plan is %(state)s. This step comes at another time.") % {"state": _state(plan)})
        plan.state = to
        plan.save(update_fields=["state"])
        _record(by, plan, f"plan.{to}")
    return plan


def agree_version(*, by: Viewer, student: Student, reason: str) -> PlanVersion:
    """Write down the plan as it stands as its next version, with a copy of its template; it never changes again.

    PlanError when the family has not been consulted, without a reason, or when nothing changed since the last one:
    two people who agree at once make one version.
    """
    words = reason.replace("\x00", "").strip()[:500]
    if not words:
        raise PlanError(_("Say in a few words what this version is for."))
    with transaction.atomic():
        plan = lock_whole(student)
        if plan.state not in AGREES_FROM:
            raise PlanError(_("Share the plan with the family first. Then it can be agreed."))
        at = _now()
        whole = snapshot(viewer=by, student=student, at=at)
        newest = plan.versions.order_by("-number").first()
        if newest is not None and newest.digest == digest(whole):
            raise PlanError(_("Nothing changed since version %(n)d.") % {"n": newest.number})
        template = current_template(viewer=by, kind=TemplateKind(plan.template))
        row = PlanVersion.objects.create(
            plan=plan,
            number=(plan.versions.aggregate(top=Max("number"))["top"] or 0) + 1,
            content=to_json(whole),
            digest=digest(whole),
            template={"kind": template.kind, "number": template.number, "content": template.content},
            reason=words,
            author_id=by.actor_id,
            as_of=at,
        )
        plan.state = PlanState.AGREED
        plan.save(update_fields=["state"])
        _record(by, plan, "version.agree", row, {"number": row.number, "digest": row.digest})
    return row


def answer(
    *,
    by: Viewer,
    version: PlanVersion,
    person: Person,
    answer: AgreementAnswer,
    statement: str,
    language: str,
) -> Agreement:
    """What a guardian or the student says to a version; every answer is kept, the newest of a person holds.

    Whoever writes down what somebody else said is kept as the scribe. PlanError for a version that is not the newest
    (the plan went on meanwhile) and for a statement that is too long.
    """
    words = statement.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(words) > LONGEST_TEXT:
        raise PlanError(_("That is longer than 4,000 characters. Shorten it a little, or add it in two parts."))
    with transaction.atomic():
        plan = Plan.objects.select_for_update().select_related("student").get(pk=version.plan_id)
        if plan.versions.filter(number__gt=version.number).exists():
            raise PlanError(_("There is a newer version of the plan. Please read and answer that one."))
        last = version.agreements.filter(person=person).order_by("-created_at", "-pk").first()
        if last is not None and (last.answer, last.statement) == (answer, words):
            return last
        is_student = plan.student.person_id == person.pk
        row = Agreement.objects.create(
            of_version=version,
            person=person,
            voice=Voice.STUDENT if is_student else Voice.FAMILY,
            answer=answer,
            statement=words,
            language=language,
            scribe_id=by.actor_id if by.actor_id != person.pk else None,
        )
        _record(by, plan, "version.answer", row, {"number": version.number, "answer": str(answer)})
        jobs.facts_changed([plan.student_id])
    return row


def use_template(*, by: Viewer, student: Student, kind: TemplateKind) -> Plan:
    """Ask this student's plan with the light or the full template from now on. Agreed versions stay as they are."""
    with transaction.atomic():
        plan = _locked(student)
        if plan.template != kind:
            plan.template = kind
            plan.save(update_fields=["template"])
            _record(by, plan, f"plan.template.{kind}")
    return plan


def lock_whole(student: Student) -> Plan:
    """The plan with all its texts, locked until the transaction ends. PlanError before anything is written in it.

    Texts first, then the plan: the order in which whoever edits takes them.
    """
    for model in (PlanStatement, Need, Goal, EntryFinding):
        list(model._default_manager.select_for_update().filter(plan__student=student).order_by("pk").values("pk"))
    return _locked(student)


def _locked(student: Student) -> Plan:
    plan = Plan.objects.select_for_update().filter(student=student).first()
    if plan is None:
        raise PlanError(_("Nothing is written in this plan yet. Begin with a strength."))
    return plan


def _now() -> datetime:
    """The database's clock: the one history is written by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def _state(plan: Plan) -> str:
    return str(plan.get_state_display())


def _record(
    by: Viewer,
    plan: Plan,
    action: str,
    subject: PlanVersion | Agreement | None = None,
    details: dict[str, object] | None = None,
) -> None:
    about = subject or plan
    audit.record(
        by=by.person_id,
        action=action,
        subject_type=about._meta.model_name or "",
        subject_id=about.public_id,
        students=[plan.student_id],
        details=details,
    )
