"""Proposed changes: a family or a student asks the school, the school suggests something to them. Words and a clock."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Student
from accounts.permissions import Viewer
from accounts.recompute import answer_day
from success_plans.choices import ProposalState, Voice
from success_plans.errors import PlanError, TextChangedError
from success_plans.models import Goal, Proposal
from success_plans.services.plans import LONGEST_TEXT, plan_of

ANSWERS = frozenset({ProposalState.ACCEPTED, ProposalState.PARTLY, ProposalState.DECLINED})


def propose(
    *, by: Viewer, student: Student, voice: Voice, to_voice: Voice, text: str, language: str, goal: Goal | None = None
) -> Proposal:
    """Propose a change. Sent twice while it is open, it is one proposal. Raises PlanError for no words."""
    words = text.replace("\x00", "").strip()
    if not words:
        raise PlanError(_("Write a few words first."))
    if len(words) > LONGEST_TEXT:
        raise PlanError(_("That is longer than 4,000 characters. Shorten it a little, or add it in two parts."))
    with transaction.atomic():
        plan = plan_of(by=by, student=student)
        type(plan).objects.select_for_update().get(pk=plan.pk)
        same = Proposal.objects.filter(
            plan=plan, author_id=by.actor_id, to_voice=to_voice, text=words, goal=goal, state=ProposalState.OPEN
        ).first()
        if same is not None:
            return same
        row = Proposal.objects.create(
            plan=plan,
            goal=goal,
            voice=voice,
            to_voice=to_voice,
            text=words,
            language=language,
            author_id=by.actor_id,
            answer_by=answer_day(student.school_id, today=by.today),
        )
        _record(by, row, student.pk, "proposal.add")
    return row


def answer_proposal(*, by: Viewer, proposal: Proposal, state: ProposalState, answer: str, version: int) -> Proposal:
    """Yes, in part, or not this time. The school always says a few words with it; a child or a family need not.

    Raises TextChangedError when it was answered or taken back meanwhile.
    """
    words = answer.replace("\x00", "").strip()[:LONGEST_TEXT]
    if state not in ANSWERS:
        raise PlanError(_("Choose an answer."))
    if proposal.to_voice == Voice.STAFF and not words:
        raise PlanError(_("Write a sentence with your answer; they will read it."))
    with transaction.atomic():
        row = _locked(proposal, version, words)
        row.state = state
        row.answer = words
        row.answered_by_id = by.actor_id
        row.answered_at = timezone.now()
        row.version += 1
        row.save()
        _record(by, row, row.plan.student_id, "proposal.answer")
    return row


def take_back(*, by: Viewer, proposal: Proposal, version: int) -> Proposal:
    """Take back one's own proposal while nobody has answered. PermissionError for somebody else's."""
    if proposal.author_id != by.actor_id:
        raise PermissionError
    with transaction.atomic():
        row = _locked(proposal, version, "")
        row.state = ProposalState.WITHDRAWN
        row.version += 1
        row.save()
        _record(by, row, row.plan.student_id, "proposal.withdraw")
    return row


def _locked(proposal: Proposal, version: int, mine: str) -> Proposal:
    row = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("plan", "author", "answered_by")
        .get(pk=proposal.pk)
    )
    if row.state != ProposalState.OPEN or row.version != version:
        theirs = f"{row.get_state_display()}: {row.answer}" if row.answer else str(row.get_state_display())
        raise TextChangedError(current=row, theirs=theirs, mine=mine)
    return row


def _record(by: Viewer, row: Proposal, student_id: int, action: str) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="proposal",
        subject_id=row.public_id,
        students=[student_id],
        details={"state": row.state},
    )
