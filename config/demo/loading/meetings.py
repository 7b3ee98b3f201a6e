"""Meetings that were held and one that comes, what they decided, and the log of every support that runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from config.demo.chance import stream, timely, uid, uid_text
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.people import Child, District
from success_plans.choices import AttendeeRole, Interpreter, MeetingKind, MeetingState, TemplateKind
from success_plans.models import Decision, Meeting, MeetingAttendee, Plan, PlanStatement
from supports.choices import SessionState, Setting, SupportState, SupportType
from supports.models import Support, SupportSession

HELD_FOR = {TemplateKind.LIGHT: 0.2, TemplateKind.FULL: 1.0}
"""The share whose meeting was held; for a light plan that is the family conference, which is one line elsewhere."""
WAS_HELD, WAS_AWAY = 0.86, 0.09
BACK = timedelta(days=70)
DECIDED = {
    "en": (
        "We read together for ten minutes before bed.",
        "Choose a book about something loved, with the librarian.",
        "A seat near the front of the music room until the concert.",
        "Send a photo of the project home when it is done.",
        "Look for a chess club on the way home.",
    ),
    "es": (
        "Leemos juntos diez minutos antes de dormir.",
        "Elegir con la bibliotecaria un libro sobre algo que le gusta.",
        "Un lugar cerca del frente en la sala de música hasta el concierto.",
        "Mandar a casa una foto del proyecto cuando esté listo.",
        "Buscar un club de ajedrez camino a casa.",
    ),
}
ASSENT = {"en": "That sounds good. I want to show my project.", "es": "Nos parece bien. Gracias por escucharnos."}
PREPARED = {
    "proud": "My bridge. It held four books and a shoe.",
    "edge": "Fractions with different bottoms. I can do it with paper strips.",
    "next": "I want to try ratios with recipes.",
    "questions": "Can I show my bridge to grade 4? Can we cook at school?",
}


def write_meetings(plan: District, content: Content, ids: Ids) -> None:
    """Meetings, their guests and decisions, and the sessions of running supports; in the order of the children."""
    zone = ZoneInfo(content.people.time_zone)
    plans = {student: (pk, kind) for student, pk, kind in Plan.objects.values_list("student_id", "pk", "template")}
    demo = next(c for c in plan.classes if c.key == plan.demo_class)
    meetings: list[Meeting] = []
    guests: list[MeetingAttendee] = []
    decided: list[tuple[Decision, Support | None]] = []
    for child in plan.children.values():
        found = plans.get(ids.students[child.key])
        if found is None or child.navigator is None:
            continue
        pk, kind = found
        rng = stream(plan.seed, "meeting", child.key)
        is_shown = child.key in demo.students
        days = [day for day in plan.years.current.days if child.entered_on <= day < plan.today]
        if not days:
            continue
        if is_shown or rng.random() < HELD_FOR[TemplateKind(kind)]:
            row = _held(plan, child, pk, days, rng, zone, ids)
            meetings.append(row)
            guests += _guests(plan, child, row, ids, was_there=True)
            decided += _decisions(plan, child, row, rng, zone, ids)
        if is_shown and rng.random() < 0.5 or child.key == plan.cast["student"]:
            row = _coming(plan, child, pk, rng, zone, ids)
            meetings.append(row)
            guests += _guests(plan, child, row, ids, was_there=None)
    Meeting.objects.bulk_create(meetings, batch_size=1000)
    MeetingAttendee.objects.bulk_create(guests, batch_size=1000)
    Support.objects.bulk_create([support for _row, support in decided if support is not None], batch_size=1000)
    Decision.objects.bulk_create([row for row, _support in decided], batch_size=1000)


def write_sessions(plan: District, content: Content) -> None:
    """A line for every session a running support was due, most of them held."""
    zone = ZoneInfo(content.people.time_zone)
    rows = Support.objects.filter(state=SupportState.RUNNING, starts_on__lt=plan.today).order_by("pk")
    SupportSession.objects.bulk_create(
        (line for row in rows.iterator() for line in _sessions(plan, row, zone)), batch_size=5000
    )


def _held(
    plan: District, child: Child, pk: int, days: Sequence[date], rng: Random, zone: ZoneInfo, ids: Ids
) -> Meeting:
    day = timely(rng, days, after=18, within=38)
    begins = datetime.combine(day, time(15, rng.choice((0, 15, 30))), zone)
    held = begins + timedelta(minutes=25)
    language = child.voice if child.voice in ASSENT else "en"
    return Meeting(
        public_id=uid(plan.seed, "meeting", child.key, "held"),
        plan_id=pk,
        kind=MeetingKind.PLAN,
        state=MeetingState.HELD,
        starts_at=begins,
        place="Library corner",
        is_student_led=True,
        interpreter=Interpreter.PROFESSIONAL if language != "en" else Interpreter.NOT_NEEDED,
        interpreter_language=language if language != "en" else "",
        language=language,
        assent=ASSENT[language],
        next_on=plan.today + timedelta(days=14),
        started_at=begins,
        held_at=held,
        called_by_id=_caller(child, ids),
        created_at=begins - timedelta(days=10),
        changed_at=held,
        version=3,
    )


def _coming(plan: District, child: Child, pk: int, rng: Random, zone: ZoneInfo, ids: Ids) -> Meeting:
    day = _school_day(plan.today + timedelta(days=rng.randrange(4, 13)))
    said = datetime.combine(plan.today - timedelta(days=2), time(15), zone)
    is_star = child.key == plan.cast["student"]
    conference = {}
    if is_star:
        strengths = PlanStatement.objects.filter(plan=pk, kind="strength", voice="student").order_by("pk")
        conference = {
            **PREPARED,
            "language": "en",
            "evidence": [],
            "strengths": [str(one) for one in strengths.values_list("public_id", flat=True)[:2]],
        }
    return Meeting(
        public_id=uid(plan.seed, "meeting", child.key, "coming"),
        plan_id=pk,
        kind=MeetingKind.CONFERENCE,
        starts_at=datetime.combine(day, time(16), zone),
        place="Our classroom",
        is_student_led=True,
        language="en",
        conference=conference,
        student_words="I want to start with my bridge." if is_star else "",
        called_by_id=_caller(child, ids),
        created_at=said - timedelta(days=3),
        changed_at=said,
    )


def _caller(child: Child, ids: Ids) -> int:
    assert child.navigator is not None
    return ids.persons[child.navigator]


def _guests(plan: District, child: Child, row: Meeting, ids: Ids, *, was_there: bool | None) -> list[MeetingAttendee]:
    people = [(ids.persons[child.key], AttendeeRole.STUDENT), (_caller(child, ids), AttendeeRole.NAVIGATOR)]
    people += [(ids.persons[key], AttendeeRole.FAMILY) for key in child.guardians[:1]]
    return [
        MeetingAttendee(meeting=row, person_id=person, role=role, was_there=was_there)
        for person, role in dict(people).items()
    ]


def _decisions(
    plan: District, child: Child, row: Meeting, rng: Random, zone: ZoneInfo, ids: Ids
) -> list[tuple[Decision, Support | None]]:
    """Two or three; the first is the family's, the next the navigator's, and one may stay without a person."""
    found: list[tuple[Decision, Support | None]] = []
    assert row.held_at is not None
    held_on = row.held_at.astimezone(zone).date()
    every = range(len(DECIDED[row.language]))
    for number, place in enumerate(rng.sample(every, rng.choice((2, 2, 3)))):
        text = DECIDED[row.language][place]
        owner = _caller(child, ids) if number == 1 or not child.guardians else ids.persons[child.guardians[0]]
        due = held_on + timedelta(weeks=rng.choice((6, 8, 10)))
        support = None
        if number < 2:
            support = Support(
                public_id=uid(plan.seed, "meeting-support", child.key, number),
                student_id=ids.students[child.key],
                type=SupportType.FAMILY if number == 0 else SupportType.CORE,
                setting=Setting.HOME if number == 0 else Setting.SCHOOL,
                title=text[:200],
                owner_id=owner,
                minutes=10,
                sessions_per_week=1 if number == 0 else 0,
                starts_on=held_on,
                ends_on=due,
                state=SupportState.RUNNING if due > plan.today else SupportState.FINISHED,
                end_reason="" if due > plan.today else "Done as we said.",
                family_wordings={language: {"title": said[place][:200]} for language, said in DECIDED.items()},
                shared_at=row.held_at,
                created_by_id=_caller(child, ids),
                created_at=row.held_at,
            )
        decision = Decision(
            public_id=uid(plan.seed, "decision", child.key, number),
            meeting=row,
            text=text,
            language=row.language,
            owner_id=owner if number < 2 else None,
            due_on=due if number < 2 else None,
            support=support,
            author_id=_caller(child, ids),
            key=uid(plan.seed, "decision-key", child.key, number),
            created_at=row.held_at - timedelta(minutes=10 - number),
        )
        found.append((decision, support))
    return found


def _sessions(plan: District, row: Support, zone: ZoneInfo) -> Iterator[SupportSession]:
    rng = stream(plan.seed, "session", row.public_id)
    days = {1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 2, 3), 5: (0, 1, 2, 3, 4)}.get(row.sessions_per_week, ())
    begins = max(row.starts_on, plan.today - BACK)
    ends = min(plan.today, row.ends_on + timedelta(days=1))
    if row.sessions_per_week == 0:
        begins, ends, days = row.starts_on, row.starts_on + timedelta(days=1), (row.starts_on.weekday(),)
    for ago in range((ends - begins).days):
        day = begins + timedelta(days=ago)
        if day.weekday() not in days:
            continue
        draw = rng.random()
        state = SessionState.HELD if draw < WAS_HELD else SessionState.CANCELLED
        if WAS_HELD <= draw < WAS_HELD + WAS_AWAY:
            state = SessionState.ABSENT
        name = uid_text(plan.seed, "session", row.public_id, day)
        yield SupportSession(
            public_id=name,
            support=row,
            held_on=day,
            state=state,
            minutes=max(row.minutes, 1) if state == SessionState.HELD else 0,
            by_id=row.owner_id,
            key=name,
            created_at=datetime.combine(day, time(15, rng.randrange(60)), zone),
        )


def _school_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))
