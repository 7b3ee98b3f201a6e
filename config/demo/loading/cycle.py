"""Classes talked through, and the steps of everybody's year: by the daily run itself, from what was written before."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pgtrigger

from accounts.models import School
from accounts.rosters.tables import update_rows
from config.demo.chance import stream, timely, uid
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.people import District
from success_plans.choices import StepName, StepOutcome, TemplateKind
from success_plans.models import ClassReview, CycleStep, Plan, ReviewEntry
from success_plans.recompute import run_school

FINISHED = 0.9
CAME = 0.8
OVERDUE = 2
"""Plan meetings of the district whose day has passed; every other one that was planned was held."""
AT_CONFERENCE = "At the autumn conference, with the family."
STRENGTHS = (
    "Asks the question the others were thinking.",
    "Explains a drawing so that everyone sees it.",
    "Tries a second way when the first one stops.",
    "Notices who sits alone, and goes there.",
    "Keeps at a long piece of work until it is round.",
    "Tells stories that the whole class waits for.",
    "Builds first, and finds the words afterwards.",
    "Laughs about a mistake and mends it.",
)
NEXT = (
    "Show the project to another class.",
    "A harder puzzle of the week, with a partner.",
    "Read aloud to grade 3 once a week.",
    "Ten quiet minutes to begin a text.",
    "Lead the group at the next experiment.",
)


def write_cycle(plan: District, content: Content, ids: Ids) -> None:
    """Reviews of most classes (the demonstration class is left halfway, to be continued), then every school's year.

    Public ids are functions of the seed. Must come after plans, meetings, contacts and sessions: steps follow facts.
    """
    _write_reviews(plan, content, ids)
    for school in School.objects.filter(pk__in=ids.schools.values()).order_by("pk"):
        run_school(school, day=plan.today)
    _hold_conferences(plan, ids)
    _name_steps(plan, ids)


def _name_steps(plan: District, ids: Ids) -> None:
    """Public ids that follow from the seed; that a row was named again is no history of the step."""
    children = {pk: key for key, pk in ids.students.items()}
    with pgtrigger.ignore(f"{CycleStep._meta.label}:update_update"):
        update_rows(
            CycleStep,
            (
                {"id": pk, "public_id": str(uid(plan.seed, "step", children[student], step, number))}
                for pk, student, step, number in CycleStep.objects.values_list("pk", "student_id", "step", "number")
            ),
        )


def _hold_conferences(plan: District, ids: Ids) -> None:
    """Families came to the autumn conference or the plan meeting, written down by hand; then what follows opens.

    Most were talked with before, and two meetings are past their day, so that a visitor sees how that looks.
    """
    begun = {step.school_id: step.opened_on for step in CycleStep.objects.filter(step=StepName.MEETING)}
    children = {pk: key for key, pk in ids.students.items()}
    rows = CycleStep.objects.filter(
        step__in=[StepName.MEETING, StepName.CONVERSATION], done_on__isnull=True, owner__isnull=False
    ).order_by("pk")
    full = set(Plan.objects.filter(template=TemplateKind.FULL).values_list("student_id", flat=True))
    late = [row.pk for row in rows if row.step == StepName.MEETING][-OVERDUE:]
    held = []
    for row in rows:
        is_full = row.step == StepName.MEETING and row.student_id in full
        rng = stream(plan.seed, "conference", children[row.student_id])
        day = min(plan.today, begun[row.school_id] + timedelta(days=rng.randrange(30, 55)))
        came = rng.random() < CAME
        if row.pk not in late if row.step == StepName.MEETING else came:
            held.append(
                {
                    "id": row.pk,
                    "done_on": max(day, row.opened_on),
                    "outcome": StepOutcome.DONE.value,
                    "reason": "At the plan meeting, with the family." if is_full else AT_CONFERENCE,
                    "done_by_id": row.owner_id,
                }
            )
    update_rows(CycleStep, held)
    for school in School.objects.filter(pk__in=ids.schools.values()).order_by("pk"):
        run_school(school, day=plan.today)


def _write_reviews(plan: District, content: Content, ids: Ids) -> None:
    zone = ZoneInfo(content.people.time_zone)
    reviews: list[ClassReview] = []
    entries: list[ReviewEntry] = []
    for room in plan.classes_of("current"):
        rng = stream(plan.seed, "review", room.key)
        is_shown = room.key == plan.demo_class
        if not room.students or not (is_shown or rng.random() < FINISHED):
            continue
        days = [day for day in plan.years.current.days if room.starts_on <= day < plan.today]
        if not days:
            continue
        day = days[-min(7, len(days))] if is_shown else timely(rng, days, after=14, within=34)
        review = ClassReview(
            public_id=uid(plan.seed, "class review", room.key),
            section_id=ids.sections[room.key],
            started_by_id=ids.persons[room.teachers[0]],
            started_on=day,
            finished_on=None if is_shown else day,
        )
        reviews.append(review)
        seats = room.students[: len(room.students) // 3] if is_shown else room.students
        entries += [
            ReviewEntry(
                public_id=uid(plan.seed, "review entry", room.key, child),
                review=review,
                student_id=ids.students[child],
                strength=rng.choice(STRENGTHS),
                next_step=rng.choice(NEXT) if rng.random() < 0.6 else "",
                enrichment_considered=True,
                language="en",
                by_id=ids.persons[room.teachers[0]],
                discussed_on=day,
                changed_at=datetime.combine(day, time(15), zone),
            )
            for child in seats
            if plan.children[child].entered_on <= day
        ]
    ClassReview.objects.bulk_create(reviews)
    ReviewEntry.objects.bulk_create(entries, batch_size=2000)
