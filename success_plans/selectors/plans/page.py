"""The plan on one page: what is said, where the student is, goals, who helps. A constant number of queries.

Who reads what is decided here, once: `Reader` says on which ground somebody reads. What is closed to an adult of the
circle is shown as existing, with its owner's name; to everybody else, and to family where a document or a safety hold
takes it, it is not there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.choices import GuardianBlock, RelationshipKind
from accounts.households import other_household
from accounts.models import Relationship, Section, Student
from accounts.names import grade_word
from accounts.permissions import Permission, Viewer, domains_for, permissions_on
from competencies import wording as words
from success_plans.choices import (
    AFTER_SCHOOL_FROM_GRADE,
    FAMILY_VOICE,
    STUDENT_VOICE,
    GoalState,
    Horizon,
    PlanState,
    StatementKind,
    Subject,
    TemplateKind,
    Voice,
)
from success_plans.models import PlanStatement
from success_plans.selectors.holds import HeldSet
from success_plans.selectors.places import drawn
from success_plans.selectors.plans.blocks import BlockViews
from success_plans.selectors.plans.reading import Everything, everything
from success_plans.selectors.plans.shapes import Action, Block, Guardian, NeedView, PlanPage, Said, Seen, Teammate
from success_plans.selectors.timeline.reader import Reader
from success_plans.speaking import voice_with
from supports.choices import SupportType
from supports.selectors import flags as flag_cards

FOR_EVERYONE = frozenset({SupportType.CORE, SupportType.ENRICHMENT, SupportType.ACCELERATION})
"""Kinds of help that need no reason: a plan with these alone stays light."""
ADULT_KINDS = (
    RelationshipKind.CASELOAD,
    RelationshipKind.SECTION,
    RelationshipKind.SUBSTITUTE,
    RelationshipKind.TEAM,
)


def plan_page(*, viewer: Viewer, student: Student) -> PlanPage:
    """The plan of a student this viewer was let in to by the loader. Six queries, five without flags."""
    language = get_language() or "en"
    allowed = permissions_on(viewer, student)
    reads_evidence = Permission.READ_EVIDENCE in allowed
    rows = everything(
        viewer=viewer,
        student=student,
        language=language,
        flags=Permission.READ_FLAGS in allowed,
        evidence=reads_evidence,
    )
    reader = _reader(viewer, student, allowed, rows)
    known = words.known(_competencies(rows, evidence=reads_evidence), language=language)
    views = BlockViews(reader, rows, language, known)
    statements = views.said_by_kind()
    goals = [
        views.goal(row) for row in rows.goals if views.is_there(Subject.GOAL, row) and not views.is_goal_closed(row)
    ]
    needs = [n for n in (views.need(row) for row in rows.needs) if n is not None]
    helpers = [h for h in (views.action(row) for row in rows.supports) if h is not None]
    ahead = {GoalState.ACTIVE, GoalState.PAUSED}
    now = [g for g in goals if g.state in ahead]
    is_light = rows.plan is not None and rows.plan.template == TemplateKind.LIGHT
    person = student.person
    return PlanPage(
        student=student.public_id,
        name=person.display_name,
        short_name=person.short_name,
        grade=grade_word(student.grade),
        school=student.school.name if student.school else "",
        languages=person.languages,
        student_blocks=_blocks(statements, [k for k in STUDENT_VOICE if k != StatementKind.AFTER], Voice.STUDENT),
        after_block=_blocks(statements, (StatementKind.AFTER,), Voice.STUDENT)[0] if _is_after(student, rows) else None,
        family_blocks=_blocks(statements, FAMILY_VOICE, Voice.FAMILY),
        staff_blocks=[b for b in _blocks(statements, tuple(StatementKind), Voice.STAFF) if b.said or b.asks],
        goals=[g for g in now if g.horizon == Horizon.NOW],
        after_goals=[g for g in now if g.horizon == Horizon.AFTER_SCHOOL],
        past_goals=[g for g in goals if g.state not in ahead],
        goal_asks=views.goal_asks(row for row in rows.goals if row.state in ahead),
        needs=[n for n in needs if n.is_open],
        past_needs=[n for n in needs if not n.is_open],
        helpers=[h for h in helpers if h.is_running],
        past_helpers=[h for h in helpers if not h.is_running],
        findings=[f for f in (views.finding(row) for row in rows.findings) if f is not None],
        pointers=[views.pointer(row) for row in rows.pointers] if views.reads_pointers else [],
        pathways=[
            views.pathway(row)
            for row in rows.pathways
            if views.is_heard(row.author_id) and row.pk not in {one.choice_id for one in rows.memberships}
        ],
        memberships=[]
        if reader.held.whole_plan and reader.is_family
        else [views.membership(r) for r in rows.memberships],
        ways=views.ways(),
        strands=drawn(known=known, summaries=rows.summaries, focus=rows.focus) if reads_evidence else [],
        team=_team(viewer, rows),
        navigator=_navigator(viewer, rows),
        guardians=_guardians(reader, rows),
        record=_record(rows, known, views) if reads_evidence else [],
        check_ins=rows.check_ins,
        last_check_in=rows.last_check_in,
        flags=_flags(viewer, student, rows, known),
        changed_on=timezone.localtime(rows.plan.changed_at).date() if rows.plan else None,
        state_name=str(PlanState(rows.plan.state).label) if rows.plan else "",
        template_name=str(TemplateKind(rows.plan.template).label) if rows.plan else "",
        suggests_full=is_light and Permission.HOLD_PLAN in allowed and _asks_for_full(rows, needs, helpers),
        allowed=allowed,
        limited=reader.blocks,
        may_edit=Permission.EDIT_PLAN in allowed,
        may_amend=reader.may_amend,
        may_reach=Permission.CONTACT_FAMILY in allowed or Permission.SPEAK_AS_FAMILY in allowed,
        speaks_as=voice_with(allowed) or "",
    )


def _asks_for_full(rows: Everything, needs: Sequence[NeedView], helpers: Sequence[Action]) -> bool:
    """Where needs or supports exist, the full template asks for what they take (domain.md section 3).

    What is open to every student, as enrichment is, asks for nothing more.
    """
    kinds = {row.public_id: row.type for row in rows.supports}
    return any(need.is_open for need in needs) or any(
        helper.is_running and kinds[helper.public_id] not in FOR_EVERYONE for helper in helpers
    )


def _reader(viewer: Viewer, student: Student, allowed: frozenset[Permission], rows: Everything) -> Reader:
    """The reader, from rows that were read already."""
    is_guardian = RelationshipKind.GUARDIAN in viewer.kinds
    limits = rows.limits if is_guardian else frozenset()
    if GuardianBlock.EVERYTHING in limits:
        limits = frozenset(GuardianBlock.values)
    return Reader(
        viewer=viewer,
        student=student,
        allowed=allowed,
        domains=domains_for(viewer, student),
        others=other_household(viewer).get(student.pk, frozenset()),
        blocks=limits,
        held=HeldSet(
            whole_plan=any(hold.about == Subject.PLAN for hold in rows.holds),
            entries=frozenset((hold.about, hold.about_id) for hold in rows.holds if hold.about_id is not None),
        ),
    )


def _competencies(rows: Everything, *, evidence: bool) -> set[int]:
    named = [*(row.competency_id for row in rows.goals), *(row.competency_id for row in rows.findings)]
    ids = {pk for pk in named if pk is not None}
    ids |= flag_cards.competencies_of(rows.flags)
    if evidence:
        ids |= {row.competency_id for row in rows.summaries} | {row.competency_id for row in rows.evidence} | rows.focus
    return ids


def _blocks(
    statements: Mapping[tuple[str, str], tuple[list[Said], list[str]]],
    kinds: Sequence[StatementKind],
    voice: Voice,
) -> list[Block]:
    return [
        Block(kind, str(StatementKind(kind).label), voice, *statements.get((voice, kind), ([], []))) for kind in kinds
    ]


def _is_after(student: Student, rows: Everything) -> bool:
    """From grade 6 on, and wherever somebody spoke of it already."""
    grade = student.grade.lstrip("0")
    asked = grade.isdecimal() and int(grade) >= AFTER_SCHOOL_FROM_GRADE
    return asked or any(
        isinstance(row, PlanStatement) and row.kind == StatementKind.AFTER and row.voice == Voice.STUDENT
        for row in rows.statements
    )


def _team(viewer: Viewer, rows: Everything) -> list[Teammate]:
    """The adults at school around this student. Other households are never listed."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows.links:
        person = rows.people.get(row.person_id)
        if row.kind not in ADULT_KINDS or person is None or not person.is_active:
            continue
        title = row.__dict__.get("section_title") or ""
        why = {RelationshipKind.CASELOAD: _("navigator"), RelationshipKind.TEAM: _("support team")}.get(
            RelationshipKind(row.kind), title
        )
        if row.kind == RelationshipKind.SUBSTITUTE:
            why = _("%(section)s, for now") % {"section": title}
        if why not in found[row.person_id]:
            found[row.person_id].append(why)
    people = sorted(found, key=lambda pk: (rows.people[pk].sort_name, pk))
    return [Teammate(rows.people[pk].display_name, ", ".join(why for why in found[pk] if why)) for pk in people]


def _navigator(viewer: Viewer, rows: Everything) -> str:
    return ", ".join(
        rows.people[row.person_id].display_name
        for row in rows.links
        if row.kind == RelationshipKind.CASELOAD and row.person_id in rows.people
    )


def _is_current(row: Relationship, on: date) -> bool:
    return row.starts_on <= on and (row.ends_on is None or row.ends_on > on)


def _guardians(reader: Reader, rows: Everything) -> list[Guardian]:
    """Family of today: by name, but the other household as a relation alone, without a word about it."""
    found = []
    if reader.is_blocked(GuardianBlock.CONTACT):
        return []
    for row in rows.links:
        person = rows.people.get(row.person_id)
        if row.kind != RelationshipKind.GUARDIAN or person is None or not _is_current(row, reader.viewer.today):
            continue
        if row.person_id in reader.others:
            found.append(Guardian("", [], False))
        else:
            found.append(Guardian(person.display_name, person.languages, row.person_id == reader.viewer.person_id))
    return found


def _record(rows: Everything, known: Mapping[int, words.Known], views: BlockViews) -> list[Seen]:
    return [
        Seen(
            public_id=row.public_id,
            on=row.observed_on,
            task=row.task_title,
            competency=known[row.competency_id].name,
            mark=known[row.competency_id].levels.mark(row.value),
            word=known[row.competency_id].levels.word(row.value),
            note=row.note,
            by=views.name(row.recorded_by_id),
        )
        for row in rows.evidence
        if views.is_there(Subject.EVIDENCE, row)
    ]


def _flags(
    viewer: Viewer, student: Student, rows: Everything, known: Mapping[int, words.Known]
) -> list[flag_cards.FlagCard]:
    for flag in rows.flags:
        flag.student = student
        flag.owner = rows.people[flag.owner_id]
        if flag.section_id is not None:
            flag.section = Section(pk=flag.section_id, title=flag.__dict__.get("section_title") or "")
    return flag_cards.drawn(viewer=viewer, flags=rows.flags, known=known)
