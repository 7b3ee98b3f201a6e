"""Writing the plan: statements, needs, goals. Two people editing the same text both keep theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Student
from accounts.permissions import Viewer
from competencies.models import Competency
from success_plans.choices import (
    Audience,
    GoalState,
    Horizon,
    MeasureKind,
    NeedDomain,
    NeedSource,
    NeedState,
    StatementKind,
    Subject,
    Voice,
)
from success_plans.errors import PlanError, TextChangedError, taken_back
from success_plans.models import Amendment, Goal, Need, Plan, PlanStatement, TranslationRequest
from success_plans.services.changes import note_change

NEED_REVIEW = timedelta(weeks=8)
LONGEST_TEXT = 4000


def plan_of(*, by: Viewer, student: Student) -> Plan:
    """The student's plan, made with the first sentence. Must run inside a transaction."""
    plan, _is_new = Plan.objects.get_or_create(student=student, defaults={"created_by_id": by.actor_id})
    return plan


def _words(text: str) -> str:
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not words:
        raise PlanError(_("Write a few words first."))
    if len(words) > LONGEST_TEXT:
        raise PlanError(_("That is longer than 4,000 characters. Shorten it a little, or add it in two parts."))
    return words


# ------------------------------------------------------------------ statements
def say(
    *,
    by: Viewer,
    student: Student,
    kind: StatementKind,
    voice: Voice,
    text: str,
    language: str,
    author_id: int | None = None,
    audience: Audience = Audience.CIRCLE,
) -> PlanStatement:
    """Add a sentence. `author_id` differs from the acting person when an adult writes down what a child or a family
    member said; the acting person is then kept as the scribe."""
    with transaction.atomic():
        plan = plan_of(by=by, student=student)
        author = author_id or by.actor_id
        row = PlanStatement.objects.create(
            plan=plan,
            kind=kind,
            voice=voice,
            text=_words(text),
            language=language,
            author_id=author,
            scribe_id=by.actor_id if author != by.actor_id else None,
            said_on=by.today,
            audience=audience,
        )
        note_change(by=by, plan=plan, action="statement.add", row=row)
    return row


def reword(*, by: Viewer, statement: PlanStatement, text: str, version: int) -> PlanStatement:
    """Change one's own sentence (or one written down for somebody). The old wording stays in the history.

    Raises TextChangedError with the current row when it was changed meanwhile, PlanError for empty or long text and
    for what was taken back, PermissionError for somebody else's words.
    """
    words = _words(text)
    with transaction.atomic():
        row = (
            PlanStatement.objects.select_for_update(of=("self",)).select_related("plan", "author").get(pk=statement.pk)
        )
        _require_mine(by, row)
        if row.withdrawn_at is not None:
            raise PlanError(taken_back())
        if row.version != version:
            raise TextChangedError(current=row, theirs=row.text, mine=words)
        if row.text == words:
            return row
        row.text = words
        row.version += 1
        row.changed_at = timezone.now()
        row.save(update_fields=["text", "version", "changed_at"])
        note_change(by=by, plan=row.plan, action="statement.reword", row=row)
    return row


def withdraw(*, by: Viewer, statement: PlanStatement, version: int) -> None:
    """Take one's own sentence off the plan. The row and its history stay."""
    with transaction.atomic():
        row = (
            PlanStatement.objects.select_for_update(of=("self",)).select_related("plan", "author").get(pk=statement.pk)
        )
        _require_mine(by, row)
        if row.withdrawn_at is not None:
            return
        if row.version != version:
            raise TextChangedError(current=row, theirs=row.text, mine="")
        row.withdrawn_at = timezone.now()
        row.version += 1
        row.save(update_fields=["withdrawn_at", "version"])
        note_change(by=by, plan=row.plan, action="statement.withdraw", row=row)


def _require_mine(by: Viewer, row: PlanStatement) -> None:
    if by.actor_id not in {row.author_id, row.scribe_id}:
        raise PermissionError


# ------------------------------------------------------------------ needs
def note_need(
    *,
    by: Viewer,
    student: Student,
    domain: NeedDomain,
    text: str,
    language: str,
    outside: str = "",
    source: NeedSource = NeedSource.ADULT,
    audience: Audience = Audience.CIRCLE,
    review_on: date | None = None,
) -> Need:
    """Add an entry to the running record of needs; without another day it is looked at again in eight weeks.

    A need outside school is closed by its domain, family and basic needs, whatever was chosen.
    """
    if review_on is not None and review_on <= by.today:
        raise PlanError(_("Choose a day to come for looking at it again."))
    with transaction.atomic():
        plan = plan_of(by=by, student=student)
        row = Need.objects.create(
            plan=plan,
            domain=NeedDomain.BASIC if outside else domain,
            outside=outside,
            source=source,
            audience=audience,
            text=_words(text),
            language=language,
            author_id=by.actor_id,
            opened_on=by.today,
            review_on=review_on or by.today + NEED_REVIEW,
        )
        note_change(by=by, plan=plan, action="need.add", row=row)
    return row


def end_need(*, by: Viewer, need: Need, state: NeedState, reason: str, version: int) -> Need:
    """A need is met, or no longer true. It stays in the record with the reason."""
    with transaction.atomic():
        row = Need.objects.select_for_update(of=("self",)).select_related("plan", "author").get(pk=need.pk)
        if row.version != version:
            raise TextChangedError(current=row, theirs=str(row.get_state_display()), mine=str(NeedState(state).label))
        row.state = state
        row.state_reason = reason.strip()[:500]
        row.version += 1
        row.changed_at = timezone.now()
        row.save(update_fields=["state", "state_reason", "version", "changed_at"])
        note_change(by=by, plan=row.plan, action="need.end", row=row)
    return row


# ------------------------------------------------------------------ goals
@dataclass(frozen=True, slots=True)
class GoalText:
    """A goal as written. With measure, baseline, target, date and helper it is a goal; else an intention."""

    text: str
    why: str = ""
    measure: str = ""
    baseline: str = ""
    target: str = ""
    due_on: date | None = None
    steps: str = ""
    helper_id: int | None = None
    competency: Competency | None = None
    horizon: Horizon = Horizon.NOW
    measure_kind: MeasureKind = MeasureKind.COMPETENCY
    how_where: str = ""


def set_goal(*, by: Viewer, student: Student, goal: GoalText, language: str, voice: Voice = Voice.STAFF) -> Goal:
    """Add a goal or an intention in somebody's voice."""
    with transaction.atomic():
        plan = plan_of(by=by, student=student)
        row = Goal(plan=plan, language=language, author_id=by.actor_id, voice=voice)
        _fill(row, goal)
        row.save()
        note_change(by=by, plan=plan, action="goal.add", row=row)
    return row


def change_goal(*, by: Viewer, goal: Goal, to: GoalText, version: int, language: str = "") -> Goal:
    """Change a goal, perhaps its language; the earlier wording stays in the history. TextChangedError when it was
    changed meanwhile."""
    with transaction.atomic():
        row = Goal.objects.select_for_update(of=("self",)).select_related("plan", "author").get(pk=goal.pk)
        if row.version != version:
            raise TextChangedError(current=row, theirs=row.text, mine=to.text)
        _fill(row, to)
        row.language = language or row.language
        row.version += 1
        row.changed_at = timezone.now()
        row.save()
        note_change(by=by, plan=row.plan, action="goal.change", row=row)
    return row


def end_goal(
    *,
    by: Viewer,
    goal: Goal,
    state: GoalState,
    version: int,
    reason: str = "",
    voice: Voice = Voice.STAFF,
    language: str = "en",
) -> Goal:
    """A goal is reached, changed into another, paused, or taken up again; the reason stays with it as a statement."""
    with transaction.atomic():
        row = Goal.objects.select_for_update(of=("self",)).select_related("plan", "author").get(pk=goal.pk)
        if row.version != version:
            raise TextChangedError(current=row, theirs=str(row.get_state_display()), mine=str(GoalState(state).label))
        row.state = state
        row.version += 1
        row.changed_at = timezone.now()
        row.save(update_fields=["state", "version", "changed_at"])
        if reason.strip():
            Amendment.objects.create(
                plan=row.plan,
                about=Subject.GOAL,
                about_id=row.public_id,
                voice=voice,
                text=_words(reason),
                language=language,
                author_id=by.actor_id,
            )
        note_change(by=by, plan=row.plan, action="goal.end", row=row)
    return row


def _fill(row: Goal, goal: GoalText) -> None:
    row.text = _words(goal.text)
    row.why = goal.why.strip()[:LONGEST_TEXT]
    row.measure = goal.measure.strip()[:300]
    row.baseline = goal.baseline.strip()[:300]
    row.target = goal.target.strip()[:300]
    row.due_on = goal.due_on
    row.steps = goal.steps.strip()[:LONGEST_TEXT]
    row.helper_id = goal.helper_id
    row.competency = goal.competency
    row.horizon = goal.horizon
    row.measure_kind = goal.measure_kind
    row.how_where = goal.how_where.strip()[:300]


# ------------------------------------------------------------------ languages
def ask_for_language(*, by: Viewer, text: PlanStatement | Goal | Need, language: str) -> TranslationRequest:
    """Ask for a text in a language; asking twice is one wish. Staff find it on Today."""
    field = {PlanStatement: "statement", Goal: "goal", Need: "need"}[type(text)]
    with transaction.atomic():
        row, is_new = TranslationRequest.objects.get_or_create(
            **{field: text}, language=language, defaults={"asked_by_id": by.actor_id, "of_version": text.version}
        )
        if is_new:
            audit.record(
                by=by.person_id,
                action="translation.ask",
                subject_type="translationrequest",
                subject_id=row.public_id,
                students=[text.plan.student_id],
            )
    return row


def answer_translation(*, by: Viewer, wish: TranslationRequest, text: str) -> TranslationRequest:
    """A person's translation. The original stays beside it, and says which wording it translates."""
    words = _words(text)
    with transaction.atomic():
        row = TranslationRequest.objects.select_for_update().get(pk=wish.pk)
        original = row.statement or row.goal or row.need
        assert original is not None
        row.text = words
        row.of_version = original.version
        row.translated_by_id = by.actor_id
        row.translated_at = timezone.now()
        row.save()
        audit.record(
            by=by.person_id,
            action="translation.answer",
            subject_type="translationrequest",
            subject_id=row.public_id,
            students=[original.plan.student_id],
        )
    return row
