"""Plans that are kept elsewhere, with the accommodations teachers need from them, and the pathways students follow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from zoneinfo import ZoneInfo

from config.demo.chance import stream, uid
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.loading.plans import at_school
from config.demo.people import Child, District
from success_plans.choices import PointerKind
from success_plans.models import PathwayChoice, Plan, PlanPointer

KEPT_WHERE = {
    PointerKind.IEP: "The district's system for individual plans, office of the specialist",
    PointerKind.SECTION_504: "The paper binder in the school office",
    PointerKind.ENGLISH_LEARNER: "The district's language team",
}
ACCOMMODATIONS = {
    PointerKind.IEP: (
        "Directions one step at a time, said and written. A quiet seat for longer texts. Time and a half.",
        "Texts read aloud, in every subject. Answers may be told instead of written.",
        "A break of five minutes after half an hour of work. A timer that can be seen.",
    ),
    PointerKind.SECTION_504: (
        "Large print, and a seat near the board.",
        "May leave the room for water and medicine without asking.",
        "A second set of books at home.",
    ),
    PointerKind.ENGLISH_LEARNER: (
        "A word list with pictures before each new topic. Drafts may be in the home language.",
        "Questions in writing before they are asked aloud. A partner who speaks the same language, if wanted.",
        "A two language dictionary at every task, also when something is shown alone.",
    ),
}
WITH_504, LEARNS_ENGLISH = 0.04, 0.3
PATHWAYS = (
    (
        "How things are built",
        "Engineering and design",
        "The bridge project in grade 5",
        "A morning at the town's building yard",
    ),
    ("Animals and how they live", "Life science", "The school garden", "A week with the nature center's team"),
    ("Telling stories in pictures", "Media and design", "The school paper", "Make one page of the yearbook"),
    ("Cooking for many people", "Food and hospitality", "Fractions with recipes", "Plan the lunch of the spring fair"),
    ("Helping when somebody is hurt", "Health", "First aid day", "A talk with a nurse at the clinic"),
    ("Games that people make up", "Computing", "The coding hour", "Show a game at the library's evening"),
    ("Music", "Arts", "The school choir", "Record one song with the music teacher"),
    ("Cars and bicycles", "", "", "Mend a bicycle with the repair group on Saturday"),
)
FOLLOWS, FOLLOWS_TWO = {True: 0.7, False: 0.2}, 0.2
"""The share with a pathway in grade 6 and up, and before; and of these, with a second one."""
MIDDLE = 6
AFTER, REVIEWED = timedelta(days=6), timedelta(weeks=40)


def write_elsewhere(plan: District, content: Content, ids: Ids) -> None:
    """Pointers for about one student in eight, pathways for most older and some younger students.

    An English learner plan is drawn among those who speak something else at home; nothing about learning is asked.
    """
    zone = ZoneInfo(content.people.time_zone)
    plans = {row.student_id: row for row in Plan.objects.filter(student__in=ids.students.values())}
    pointers: list[PlanPointer] = []
    pathways: list[PathwayChoice] = []
    for child in plan.children.values():
        row = plans.get(ids.students[child.key])
        if row is None:
            continue
        day = min(row.created_at.astimezone(zone).date() + AFTER, plan.today - timedelta(days=1))
        pointers += _pointers(plan, child, row, day, zone, ids)
        pathways += _pathways(plan, child, row, day, zone, ids)
    PlanPointer.objects.bulk_create(pointers, batch_size=500)
    PathwayChoice.objects.bulk_create(pathways, batch_size=500)


def _kinds(child: Child, rng: Random) -> Iterator[PointerKind]:
    draw = rng.random()
    if child.specialist is not None and draw < 0.6:
        yield PointerKind.IEP
    elif draw > 1 - WITH_504:
        yield PointerKind.SECTION_504
    if child.languages[0] != "en" and rng.random() < LEARNS_ENGLISH:
        yield PointerKind.ENGLISH_LEARNER


def _pointers(plan: District, child: Child, row: Plan, day: date, zone: ZoneInfo, ids: Ids) -> Iterator[PlanPointer]:
    if child.key == plan.cast["student"]:
        return  # whom a visitor signs in as keeps an everyday plan
    rng = stream(plan.seed, "pointers", child.key)
    for kind in _kinds(child, rng):
        author = _author(child, row, ids)
        yield PlanPointer(
            public_id=uid(plan.seed, "pointer", child.key, kind.value),
            plan=row,
            kind=kind,
            kept_where=KEPT_WHERE[kind],
            case_manager_id=ids.persons[child.specialist] if child.specialist else author,
            accommodations=rng.choice(ACCOMMODATIONS[kind]),
            language="en",
            review_on=max(day + REVIEWED, plan.today + timedelta(weeks=4)),
            author_id=author,
            created_at=at_school(day, zone),
            changed_at=at_school(day, zone),
        )


def _pathways(plan: District, child: Child, row: Plan, day: date, zone: ZoneInfo, ids: Ids) -> Iterator[PathwayChoice]:
    rng = stream(plan.seed, "pathways", child.key)
    if rng.random() >= FOLLOWS[child.grade >= MIDDLE] and child.key != plan.cast["student"]:
        return
    count = 2 if rng.random() < FOLLOWS_TWO else 1
    for number, (interest, pathway, entry, upcoming) in enumerate(rng.sample(PATHWAYS, count)):
        yield PathwayChoice(
            public_id=uid(plan.seed, "pathway", child.key, number),
            plan=row,
            interest=interest,
            pathway=pathway,
            entry_point=entry,
            next_experience=upcoming,
            language="en",
            author_id=ids.persons[child.key] if number else _author(child, row, ids),
            created_at=at_school(day, zone),
            changed_at=at_school(day, zone),
        )


def _author(child: Child, row: Plan, ids: Ids) -> int:
    return ids.persons[child.navigator] if child.navigator else row.created_by_id
