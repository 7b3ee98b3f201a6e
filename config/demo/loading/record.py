"""Check-ins and talks with families: about three and two for every student who has a navigator, written in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from config.demo.chance import stream, timely, uid
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.people import Child, District
from success_plans.choices import CheckInHow, ContactMode, ContactOutcome, ContactPurpose, Interpreter
from success_plans.models import CheckIn, ContactAttempt

CHECK_INS = 3
NOTES = {
    CheckInHow.WELL: (
        "",
        "",
        "Told me about the book on the way to class.",
        "Likes the new seat by the window.",
        "The plan for this week is clear to both of us.",
    ),
    CheckInHow.CELEBRATE: ("Explained the whole task to a partner.", "Finished the model and wants to show it.", ""),
    CheckInHow.FOLLOW_UP: ("Would like more time to practice. We look at it on Thursday.", "Asked about the art club."),
    CheckInHow.NOT_MET: ("", "Away on a field trip."),
}
OFTEN = (CheckInHow.WELL,) * 6 + (CheckInHow.CELEBRATE,) * 2 + (CheckInHow.FOLLOW_UP,) + (CheckInHow.NOT_MET,)
TALKED = (
    "We talked about what works at home and what comes next.",
    "They are glad about the reading at home. We talk again in spring.",
    "They asked how the next step is chosen. I sent them the map.",
)


def write_record(plan: District, content: Content, ids: Ids) -> int:
    """What navigators wrote down this school year. Returns how many rows."""
    zone = ZoneInfo(content.people.time_zone)
    days = [day for day in plan.years.current.days if day < plan.today]
    if len(days) < CHECK_INS:
        return 0
    check_ins: list[CheckIn] = []
    contacts: list[ContactAttempt] = []
    for key, child in plan.children.items():
        mine = [day for day in days if day >= child.entered_on]
        if child.navigator is None or len(mine) < CHECK_INS:
            continue
        check_ins += _check_ins(plan, key, child, mine, zone, ids)
        contacts += _contacts(plan, key, child, mine, zone, ids)
    CheckIn.objects.bulk_create(check_ins, batch_size=1000)
    ContactAttempt.objects.bulk_create(contacts, batch_size=1000)
    return len(check_ins) + len(contacts)


def _at(day: date, hour: int, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour, minute), zone)


def _check_ins(plan: District, key: str, child: Child, days: list[date], zone: ZoneInfo, ids: Ids) -> Iterator[CheckIn]:
    rng = stream(plan.seed, "check-ins", key)
    for number, day in enumerate(sorted(rng.sample(days, CHECK_INS))):
        how = rng.choice(OFTEN)
        at = _at(day, rng.randrange(8, 15), rng.randrange(60), zone)
        yield CheckIn(
            public_id=uid(plan.seed, "check-in", key, number),
            student_id=ids.students[key],
            by_id=ids.persons[child.navigator or ""],
            met_at=at,
            how=how,
            mode=ContactMode.IN_PERSON,
            note=rng.choice(NOTES[how]),
            language="en",
            key=uid(plan.seed, "check-in key", key, number),
            created_at=at,
        )


def _contacts(
    plan: District, key: str, child: Child, days: list[date], zone: ZoneInfo, ids: Ids
) -> Iterator[ContactAttempt]:
    if not child.guardians:
        return
    rng = stream(plan.seed, "contacts", key)
    guardian = child.guardians[0]
    second = timely(rng, days[1:], after=3, within=28)
    first = rng.choice(days[: days.index(second)])
    held = (ContactOutcome.HELD, rng.choice((ContactMode.PHONE, ContactMode.IN_PERSON, ContactMode.VIDEO)))
    tries = [(second, *held)]
    if rng.random() < 0.5:
        tries.insert(0, (first, ContactOutcome.LEFT_MESSAGE, ContactMode.PHONE))
    speaks = plan.adults[guardian].languages
    for number, (day, outcome, mode) in enumerate(tries):
        at = _at(day, 16, rng.randrange(60), zone)
        is_held = outcome == ContactOutcome.HELD
        yield ContactAttempt(
            public_id=uid(plan.seed, "contact", key, number),
            student_id=ids.students[key],
            guardian_id=ids.persons[guardian],
            by_id=ids.persons[child.navigator or ""],
            tried_at=at,
            mode=mode,
            purpose=ContactPurpose.CONVERSATION,
            outcome=outcome,
            interpreter=Interpreter.PHONE if is_held and "en" not in speaks else Interpreter.NOT_NEEDED,
            language="en" if is_held else "",
            note=rng.choice(TALKED) if is_held else "",
            key=uid(plan.seed, "contact key", key, number),
            created_at=at,
        )
