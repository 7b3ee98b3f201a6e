"""Plans: what students and families say, needs, goals and intentions, words in somebody else's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.demo.chance import uid
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.people import District
from config.demo.story import GoalPlan, NeedPlan, StatementPlan, Story
from success_plans.choices import GoalState, NeedDomain, NeedState, StatementKind, TemplateKind, Voice
from success_plans.models import Goal, Need, Plan, PlanStatement, TranslationRequest

NEED_REVIEW = timedelta(weeks=8)


def write_plans(plan: District, stories: Sequence[Story], content: Content, ids: Ids) -> None:
    """Everyone's plan, in the order of the children."""
    zone = ZoneInfo(content.people.time_zone)
    stored = Plan.objects.bulk_create(
        Plan(
            public_id=uid(plan.seed, "plan", story.child),
            student_id=ids.students[story.child],
            template=_template(plan, story),
            created_by_id=ids.persons[story.created_by],
            created_at=at_school(story.created_on, zone),
            changed_at=at_school(_last(story), zone),
        )
        for story in stories
    )
    statements: list[PlanStatement] = []
    spoken: list[StatementPlan] = []
    needs: list[Need] = []
    goals: list[Goal] = []
    for row, story in zip(stored, stories, strict=True):
        for number, said in enumerate(story.statements):
            statements.append(_statement(plan, row, story, number, said, zone, ids))
            spoken.append(said)
        needs += [_need(plan, row, story, need, zone, ids) for need in story.needs]
        goals += [_goal(plan, row, story, number, goal, zone, ids) for number, goal in enumerate(story.goals)]
    written = PlanStatement.objects.bulk_create(statements, batch_size=1000)
    Need.objects.bulk_create(needs, batch_size=1000)
    Goal.objects.bulk_create(goals, batch_size=1000)
    TranslationRequest.objects.bulk_create(
        (
            _translation(plan, row, said, language, text, asker, zone, ids)
            for row, said in zip(written, spoken, strict=True)
            for language, text, asker in said.translations
        ),
        batch_size=1000,
    )


def _template(plan: District, story: Story) -> TemplateKind:
    """Full where a need is open; the plan of the student a visitor signs in as stays light, for its conference."""
    has_needs = any(not need.met for need in story.needs) and story.child != plan.cast["student"]
    return TemplateKind.FULL if has_needs else TemplateKind.LIGHT


def at_school(day: date, zone: ZoneInfo) -> datetime:
    """Three in the afternoon of that day."""
    return datetime.combine(day, time(15), zone)


def _last(story: Story) -> date:
    days = [story.created_on, *(s.said_on for s in story.statements), *(g.made_on for g in story.goals)]
    return max([*days, *(n.opened_on for n in story.needs)])


def _statement(
    plan: District, row: Plan, story: Story, number: int, said: StatementPlan, zone: ZoneInfo, ids: Ids
) -> PlanStatement:
    moment = at_school(said.said_on, zone)
    return PlanStatement(
        public_id=uid(plan.seed, "statement", story.child, number),
        plan=row,
        kind=StatementKind(said.kind),
        voice=Voice(said.voice),
        text=said.snippet.text,
        language=said.snippet.language,
        author_id=ids.persons[said.author],
        scribe_id=ids.persons[said.scribe] if said.scribe else None,
        said_on=said.said_on,
        created_at=moment,
        changed_at=moment,
    )


def _need(plan: District, row: Plan, story: Story, need: NeedPlan, zone: ZoneInfo, ids: Ids) -> Need:
    moment = at_school(need.opened_on, zone)
    return Need(
        public_id=uid(plan.seed, "need", story.child, need.domain),
        plan=row,
        domain=NeedDomain(need.domain),
        text=need.snippet.text,
        language=need.snippet.language,
        author_id=ids.persons[need.author],
        opened_on=need.opened_on,
        review_on=need.opened_on + NEED_REVIEW,
        state=NeedState.MET if need.met else NeedState.OPEN,
        state_reason="It is in place now, and it helps." if need.met else "",
        created_at=moment,
        changed_at=moment,
    )


def _goal(plan: District, row: Plan, story: Story, number: int, goal: GoalPlan, zone: ZoneInfo, ids: Ids) -> Goal:
    moment = at_school(goal.made_on, zone)
    content = goal.content
    return Goal(
        public_id=uid(plan.seed, "goal", story.child, number),
        plan=row,
        text=goal.text,
        why=goal.why,
        language=goal.language,
        competency_id=ids.competencies[content.competency] if content else None,
        measure=content.measure if content else "",
        baseline=content.baseline if content else "",
        target=content.target if content else "",
        steps=content.steps if content else "",
        due_on=goal.due_on,
        helper_id=ids.persons[goal.helper] if goal.helper else None,
        state=GoalState(goal.state),
        author_id=ids.persons[goal.author],
        created_at=moment,
        changed_at=moment,
    )


def _translation(
    plan: District,
    row: PlanStatement,
    said: StatementPlan,
    language: str,
    text: str,
    asker: str,
    zone: ZoneInfo,
    ids: Ids,
) -> TranslationRequest:
    moment = at_school(min(said.said_on + timedelta(days=1), plan.today - timedelta(days=1)), zone)
    return TranslationRequest(
        public_id=uid(plan.seed, "translation", row.public_id, language),
        statement=row,
        language=language,
        asked_by_id=ids.persons[asker],
        asked_at=moment,
        text=text,
        translated_by_id=ids.persons[asker] if text else None,
        translated_at=moment + timedelta(hours=20) if text else None,
        of_version=1,
    )
