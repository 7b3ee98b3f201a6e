"""The first look of the children of the demonstration's school, what their families say yes to, what is proposed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Student
from accounts.recompute import answer_day
from config.demo.chance import uid
from config.demo.loading.ids import Ids
from config.demo.people import Child, District
from success_plans.choices import ConsentKind, ContactMode, FindingArea, FindingState, ProposalState, Voice
from success_plans.models import Consent, EntryFinding, FamilyWays, Plan, Proposal

SEEN = (
    ("Tells a story in order and remembers who said what.", "Write the story down in three sentences."),
    ("Counts on from any number and explains how.", "Use the same way with tens."),
    ("Asks until something is clear.", "Ask a classmate first, then the class."),
    ("Reads a map and finds the way back.", "Draw a map of the way to school."),
)
TOOLS = ("A talk in the first week", "A task with paper strips", "Reading together")
TIMES = ("after six", "mornings before work", "Saturdays")


def write_entry(plan: District, ids: Ids) -> None:
    """A first look for every child of that school who has a plan; proposals for the child a visitor signs in as."""
    star = plan.children[plan.cast["student"]]
    children = [child for _key, child in sorted(plan.children.items()) if child.school == star.school]
    rows = {p.student_id: p for p in Plan.objects.filter(student__in=[ids.students[c.key] for c in children])}
    zone = ZoneInfo("UTC")
    findings: list[EntryFinding] = []
    consents: list[Consent] = []
    ways: list[FamilyWays] = []
    for number, child in enumerate(children):
        row = rows.get(ids.students[child.key])
        if row is None:
            continue
        author = ids.persons[child.navigator] if child.navigator else row.created_by_id
        day = row.created_at.date() + timedelta(days=2)
        can_do, next_step = SEEN[number % len(SEEN)]
        findings.append(
            EntryFinding(
                public_id=uid(plan.seed, "finding", child.key, "academic"),
                plan=row,
                area=FindingArea.ACADEMIC,
                tool=TOOLS[number % len(TOOLS)],
                found_on=day,
                can_do=can_do,
                next_step=next_step,
                language="en",
                author_id=author,
                created_at=_at(day, zone),
                changed_at=_at(day, zone),
            )
        )
        if number % 3:
            findings.append(
                EntryFinding(
                    public_id=uid(plan.seed, "finding", child.key, "wellbeing"),
                    plan=row,
                    area=FindingArea.WELLBEING,
                    state=FindingState.NOT_ASKED if number % 3 == 1 else FindingState.OPTED_OUT,
                    found_on=day,
                    language="en",
                    author_id=author,
                    created_at=_at(day, zone),
                    changed_at=_at(day, zone),
                )
            )
        for guardian in child.guardians[:1]:
            person = ids.persons[guardian]
            consents.append(
                Consent(
                    public_id=uid(plan.seed, "consent", child.key, "media"),
                    student_id=row.student_id,
                    kind=ConsentKind.MEDIA,
                    given_by_id=person,
                    is_yes=bool(number % 5) or child.key == star.key,
                    given_on=day,
                    created_at=_at(day, zone),
                )
            )
            ways.append(
                FamilyWays(
                    public_id=uid(plan.seed, "ways", child.key),
                    plan=row,
                    guardian_id=person,
                    best_way=(ContactMode.PHONE, ContactMode.MESSAGE)[number % 2],
                    best_time=TIMES[number % len(TIMES)],
                    author_id=person,
                    created_at=_at(day, zone),
                    changed_at=_at(day, zone),
                )
            )
    EntryFinding.objects.bulk_create(findings, batch_size=500)
    Consent.objects.bulk_create(consents, batch_size=500)
    FamilyWays.objects.bulk_create(ways, batch_size=500)
    if rows.get(ids.students[star.key]) is not None and star.guardians:
        _proposals(plan, star, rows[ids.students[star.key]], ids, zone)


def _proposals(plan: District, star: Child, row: Plan, ids: Ids, zone: ZoneInfo) -> None:
    """One that waits for the school, one that was answered, and one the school suggests to the student."""
    student = Student.objects.get(pk=row.student_id)
    guardian = ids.persons[star.guardians[0]]
    adult = ids.persons[star.navigator] if star.navigator else row.created_by_id
    said = (
        (2, guardian, Voice.FAMILY, Voice.STAFF, "Could there be a little more time outside before math?", ""),
        (30, guardian, Voice.FAMILY, Voice.STAFF, "Please send the reading list home on Fridays.", "Yes, from Friday."),
        (1, adult, Voice.STAFF, Voice.STUDENT, "Would you like to show your project to the younger class?", ""),
    )
    Proposal.objects.bulk_create(
        Proposal(
            public_id=uid(plan.seed, "proposal", star.key, number),
            plan=row,
            voice=voice,
            to_voice=to_voice,
            text=text,
            language="en",
            author_id=author,
            created_at=_at(plan.today - timedelta(days=ago), zone),
            answer_by=answer_day(student.school_id, today=plan.today - timedelta(days=ago)),
            state=ProposalState.ACCEPTED if answer else ProposalState.OPEN,
            answer=answer,
            answered_by_id=adult if answer else None,
            answered_at=_at(plan.today - timedelta(days=ago - 4), zone) if answer else None,
        )
        for number, (ago, author, voice, to_voice, text, answer) in enumerate(said)
    )


def _at(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(15), zone)
