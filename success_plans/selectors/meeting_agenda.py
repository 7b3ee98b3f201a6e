"""What the agenda of a meeting is built from: words, goals, actions and needs as this reader may see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.choices import GuardianBlock, SensitiveDomain
from accounts.households import limited_blocks
from accounts.models import Student
from accounts.permissions import Permission, Viewer, domains_for
from assessments.choices import Shape
from assessments.models import MasterySummary
from competencies import wording
from success_plans.agenda import Fact, Facts
from success_plans.choices import (
    OPENED_BY,
    GoalState,
    NeedState,
    ProposalState,
    StatementKind,
    Subject,
    Voice,
)
from success_plans.models import (
    Decision,
    Goal,
    Meeting,
    Need,
    Plan,
    PlanStatement,
    Proposal,
)
from success_plans.selectors.closeness import IS_PORTAL, goal_is_closed
from success_plans.selectors.holds import HeldSet, withheld_from
from success_plans.selectors.meeting_words import Line, decided, name_of, words_of
from supports.choices import SupportState, SupportType
from supports.models import Support
from supports.selectors.delivery import delivery_of

MORE = (SupportType.ENRICHMENT, SupportType.ACCELERATION)
RUNNING = (SupportState.PLANNED, SupportState.RUNNING)


# ------------------------------------------------------------------ what the agenda is built from
def facts_of(
    *,
    viewer: Viewer,
    student: Student,
    meeting: Meeting,
    earlier: Sequence[Meeting],
    language: str,
    allowed: frozenset[Permission],
    strangers: frozenset[int],
) -> Facts[Line]:
    """Everything the agenda of this meeting is built from, for this reader. A constant number of queries."""
    held = withheld_from(viewer=viewer, student=student)
    limits = limited_blocks(viewer, student)
    domains = domains_for(viewer, student)
    is_portal = bool(IS_PORTAL & allowed)
    is_staff = Permission.EDIT_PLAN in allowed
    plan = (
        Plan.objects.filter(pk=meeting.plan_id)
        .prefetch_related(
            Prefetch(
                "statements",
                PlanStatement.objects.filter(withdrawn_at__isnull=True, audience="circle")
                .exclude(text="")
                .select_related("author", "scribe")
                .prefetch_related("translations")
                .order_by("said_on", "pk"),
            ),
            Prefetch(
                "goals",
                Goal.objects.select_related("author").prefetch_related("translations").order_by("created_at", "pk"),
            ),
            Prefetch(
                "needs",
                Need.objects.filter(audience="circle")
                .select_related("author")
                .prefetch_related("translations")
                .order_by("opened_on", "pk"),
            ),
        )
        .get()
    )
    statements = [
        row
        for row in plan.statements.all()
        if row.author_id not in strangers and not held.covers(Subject.STATEMENT, row.public_id)
    ]
    supports = _supports(student, held, is_staff=is_staff or viewer.person_id is None)
    return Facts(
        voice=_voice(viewer, meeting, statements, language),
        strengths=[
            Fact(row.said_on, Line(said=words_of(row, language, "statement")))
            for row in statements
            if row.kind == StatementKind.STRENGTH
        ],
        shown=[] if GuardianBlock.EVIDENCE in limits else _shown(student, language, allowed),
        goals=[
            Fact(timezone.localdate(row.changed_at), line, is_open=row.state == GoalState.ACTIVE)
            for row in plan.goals.all()
            if row.author_id not in strangers and not held.covers(Subject.GOAL, row.public_id)
            for line in goal_lines(viewer, row, language, domains, is_portal=is_portal)
        ],
        actions=_actions(viewer, domains, supports, language, strangers, is_portal=is_portal),
        decisions=_still_open(viewer, earlier, strangers, language),
        needs=[]
        if GuardianBlock.NEEDS in limits
        else _needs(viewer, domains, plan.needs.all(), language, held, strangers, is_portal=is_portal),
        proposals=_proposals(viewer, plan, language, held, strangers),
        enrichment=[
            Fact(row.starts_on, Line(text=_title(row, language)))
            for row in supports
            if row.type in MORE and row.state in RUNNING and row.ends_on > viewer.today
        ],
        added=[
            Fact(timezone.localdate(meeting.changed_at), Line(text=line.strip(), language=meeting.language))
            for line in meeting.agenda_extra.splitlines()
            if line.strip()
        ],
    )


def _voice(viewer: Viewer, meeting: Meeting, statements: Sequence[PlanStatement], language: str) -> list[Fact[Line]]:
    """What the student wrote for this meeting; else hopes and what adults should know, in the student's voice."""
    on = timezone.localdate(meeting.changed_at)
    prepared = meeting.conference
    code = str(prepared.get("language") or meeting.language)
    labels = {
        "proud": _("I am proud of"),
        "edge": _("At my edge"),
        "next": _("What I want next"),
        "questions": _("My questions for the adults"),
    }
    lines = [
        Fact(on, Line(text=str(prepared[name]), note=label, language=code))
        for name, label in labels.items()
        if prepared.get(name)
    ]
    if meeting.student_words:
        lines.insert(0, Fact(on, Line(text=meeting.student_words, language=code)))
    if lines:
        return lines
    own = [
        row
        for row in statements
        if row.voice == Voice.STUDENT and row.kind in {StatementKind.HOPE, StatementKind.KNOW, StatementKind.INTEREST}
    ]
    return [Fact(row.said_on, Line(said=words_of(row, language, "statement"))) for row in own[-3:]]


def _shown(student: Student, language: str, allowed: frozenset[Permission]) -> list[Fact[Line]]:
    """Competencies that are shown, by the day the last piece of evidence was observed."""
    if Permission.READ_EVIDENCE not in allowed:
        return []
    rows = list(
        MasterySummary.objects.filter(
            student=student, shape__in=[Shape.SHOWN, Shape.DEEPER], last_observed_on__isnull=False
        ).order_by("last_observed_on", "competency_id")
    )
    ids = {row.competency_id for row in rows}
    names = wording.names(ids, language=language)
    levels = wording.level_words(ids, language=language)
    found = []
    for row in rows:
        assert row.last_observed_on is not None
        word = levels[row.competency_id].word(row.held) if row.held is not None else ""
        found.append(Fact(row.last_observed_on, Line(text=names[row.competency_id], mark=row.shape, word=word)))
    return found


def goal_lines(viewer: Viewer, row: Goal, language: str, domains: frozenset[str], *, is_portal: bool) -> Iterable[Line]:
    """The line of a goal; of one that is closed to this reader whom to ask, and for family and student nothing."""
    if not goal_is_closed(row.measure_kind, domains, viewer.person_id, row.author_id, row.helper_id):
        yield Line(said=words_of(row, language, "goal"), note=_goal_note(row))
    elif not is_portal:
        yield Line(owner=row.author.display_name)


def _goal_note(row: Goal) -> str:
    if row.state != GoalState.ACTIVE:
        return str(row.get_state_display())
    if row.measure and row.baseline and row.target:
        return _("%(measure)s: %(baseline)s → %(target)s") % {
            "measure": row.measure,
            "baseline": row.baseline,
            "target": row.target,
        }
    return ""


def _supports(student: Student, held: HeldSet, *, is_staff: bool) -> list[Support]:
    rows = Support.objects.filter(student=student).select_related("owner").order_by("starts_on", "pk")
    if not is_staff:
        rows = rows.filter(shared_at__isnull=False)
    return [row for row in rows if not held.covers(Subject.SUPPORT, row.public_id)]


def _title(row: Support, language: str) -> str:
    words = row.family_wordings.get(language) or {}
    return words.get("title") or row.title


def _actions(
    viewer: Viewer,
    domains: frozenset[str],
    supports: Sequence[Support],
    language: str,
    strangers: frozenset[int],
    *,
    is_portal: bool,
) -> list[Fact[Line]]:
    how = delivery_of(viewer=viewer, supports=supports)
    found = []
    for row in supports:
        is_open = row.state in RUNNING and row.ends_on >= viewer.today
        on = row.starts_on if is_open else row.ends_on
        owner = name_of(row.owner, strangers)
        closed = (
            row.type == SupportType.COUNSELLING
            and SensitiveDomain.WELLBEING not in domains
            and row.owner_id != viewer.person_id
        )
        if closed and is_portal:
            continue
        line = (
            Line(owner=owner)
            if closed
            else Line(
                text=f"{_title(row, language)} · {owner}", note=how[row.pk].sentence if is_open else row.end_reason
            )
        )
        found.append(Fact(on, line, is_open=is_open))
    return found


def _still_open(
    viewer: Viewer, earlier: Sequence[Meeting], strangers: frozenset[int], language: str
) -> list[Fact[Line]]:
    """Decisions of the last meeting that are still open: without an action, or with one that runs."""
    if not earlier:
        return []
    rows = list(
        Decision.objects.filter(meeting=earlier[0], withdrawn_at__isnull=True)
        .select_related("owner", "author", "support")
        .order_by("created_at", "pk")
    )
    facts = []
    for row, one in zip(rows, decided(viewer, rows, strangers, language), strict=True):
        note = " · ".join(part for part in (one.owner, one.delivery) if part)
        facts.append(
            Fact(
                timezone.localdate(row.created_at),
                Line(text=row.text, note=note, language=row.language),
                is_open=row.support is None or row.support.state in RUNNING,
            )
        )
    return facts


def _needs(
    viewer: Viewer,
    domains: frozenset[str],
    rows: Iterable[Need],
    language: str,
    held: HeldSet,
    strangers: frozenset[int],
    *,
    is_portal: bool,
) -> list[Fact[Line]]:
    """Needs as this reader may know of them: family and student never learn that one exists which is closed to them."""
    facts = []
    for row in rows:
        if held.covers(Subject.NEED, row.public_id) or row.author_id in strangers:
            continue
        closed = OPENED_BY.get(row.domain, "") not in {"", *domains} and row.author_id != viewer.person_id
        if closed and is_portal:
            continue
        line = (
            Line(owner=row.author.display_name)
            if closed
            else Line(said=words_of(row, language, "need"), note=str(row.get_state_display()))
        )
        facts.append(
            Fact(
                row.opened_on if row.state == NeedState.OPEN else timezone.localdate(row.changed_at),
                line,
                is_open=row.state == NeedState.OPEN,
                review_on=row.review_on,
            )
        )
    return facts


def _proposals(viewer: Viewer, plan: Plan, language: str, held: HeldSet, strangers: frozenset[int]) -> list[Fact[Line]]:
    rows = (
        Proposal.objects.filter(plan=plan, state=ProposalState.OPEN)
        .exclude(author__in=strangers)
        .select_related("author")
        .order_by("created_at", "pk")
    )
    return [
        Fact(
            timezone.localdate(row.created_at),
            Line(text=row.text, note=row.author.display_name, language=row.language),
        )
        for row in rows
    ]
