"""The whole seed, in one transaction: a kill halfway leaves an empty database."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from accounts import audit
from accounts.http import viewer_for
from accounts.models import District as DistrictRow
from accounts.models import Person, School
from assessments.models import RefreshRequest
from config.demo.chance import uid
from config.demo.content import load_content
from config.demo.district import build_district
from config.demo.learning import plan_learning
from config.demo.loading.authoring import write_next_version
from config.demo.loading.circles import write_circles
from config.demo.loading.cycle import write_cycle
from config.demo.loading.elsewhere import write_elsewhere
from config.demo.loading.engine import write_fit, write_judgements
from config.demo.loading.entry import write_entry
from config.demo.loading.flags import History
from config.demo.loading.ids import Ids
from config.demo.loading.instruments import write_instruments
from config.demo.loading.learning import write_catalogue, write_framework, write_learning
from config.demo.loading.mappers import write_mapper
from config.demo.loading.meetings import write_meetings, write_sessions
from config.demo.loading.memberships import write_memberships
from config.demo.loading.notes import write_notes
from config.demo.loading.observations import write_observations
from config.demo.loading.past import write_past_flags
from config.demo.loading.pathways import write_pathways
from config.demo.loading.people import mark, write_people
from config.demo.loading.plans import write_plans
from config.demo.loading.record import write_record
from config.demo.loading.valley import write_valley, write_valley_evidence
from config.demo.loading.versions import write_versions
from config.demo.loading.work import write_work
from config.demo.people import District
from config.demo.story import plan_stories
from supports import recompute, review
from supports.models import ClassNotice, DailyRun

BATCH = 150
Say = Callable[[str], None]


class NotEmptyError(Exception):
    """The database holds something already; the demonstration is never mixed with it."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was written."""

    plan: District
    ids: Ids
    pieces: int
    seconds: float


def is_empty() -> bool:
    """Whether nobody and nothing has been written here yet."""
    return not (DistrictRow.objects.exists() or Person.objects.exists() or School.objects.exists())


def seed(
    *,
    number: int,
    today: date,
    size: str,
    say: Say,
    before_the_end: Callable[[District, Ids], None] | None = None,
) -> Seeded:
    """Write the district of this seed as it stands on `today`. Raises NotEmptyError on a database that is not empty.

    The same number, day and size write the same content, public ids included. `before_the_end` is called with plan
    and keys inside the transaction, once everything else is written.
    """
    started = time.monotonic()
    content = load_content()
    plan = build_district(content, seed=number, today=today, size=size)
    learning = plan_learning(plan, content)
    stories = plan_stories(plan, content)
    say(f"Planned {len(plan.children)} students, {len(plan.classes)} classes, {len(learning.pieces)} pieces of work")
    ids = Ids()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('demonstration'))")
        if not is_empty():
            raise NotEmptyError
        timed = _Timed()
        timed("people", write_people, plan, content, ids)
        by = viewer_for(ids.persons["district_admin"])
        timed("framework", write_framework, by, ids)
        timed("valley", write_valley, by, plan, content, ids)
        timed("catalogue", write_catalogue, content, ids)
        say("People, schools, classes, framework and catalogue are there")
        timed("pathways", write_pathways, plan, content, ids)
        timed("mapper", write_mapper, by, plan)
        timed("instruments", write_instruments, plan, content, ids)
        timed("plans", write_plans, plan, stories, content, ids)
        timed("record", write_record, plan, content, ids)
        timed("learning", write_learning, plan, learning, content, ids)
        timed("seen in the valley", write_valley_evidence, plan, content, ids)
        timed("work", write_work, plan, content, ids)
        timed("judgements", write_judgements, plan, learning, ids)
        timed("fit", write_fit, plan)
        say("Plans, supports and two years of evidence are there")
        _count_rows()
        timed("summaries and flags", _compute, plan, History(plan, content, ids), say)
        timed("past flags", write_past_flags, plan, learning, content, ids)
        timed("notices", _notices, plan, ids)
        timed("meetings", write_meetings, plan, content, ids)
        timed("sessions", write_sessions, plan, content)
        timed("circles", write_circles, plan, content, ids)
        timed("entry", write_entry, plan, ids)
        timed("elsewhere", write_elsewhere, plan, content, ids)
        timed("notes", write_notes, plan, content, ids)
        timed("observations", write_observations, plan, content, ids)
        timed("memberships", write_memberships, plan, content, ids)
        _count_rows()
        timed("versions", write_versions, plan, content, ids)
        timed("cycle", write_cycle, plan, content, ids)
        timed("next version", write_next_version, by, plan, content, ids)
        say(f"Meetings, check-ins and the year of every plan are there ({timed})")
        if before_the_end is not None:
            before_the_end(plan, ids)
        mark(plan)
        audit.record(
            by=by.person_id,
            action="demonstration.seed",
            subject_type="district",
            subject_id=plan.seed,
            details={"size": size, "today": today.isoformat(), "pieces": len(learning.pieces)},
        )
    return Seeded(plan, ids, len(learning.pieces), time.monotonic() - started)


class _Timed:
    """Calls loaders and remembers how long each took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, name: str, load: Callable[..., object], *given: object) -> None:
        started = time.monotonic()
        load(*given)
        self.seconds[name] = time.monotonic() - started

    def __str__(self) -> str:
        return ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())


def _count_rows() -> None:
    """Tell the planner how much was written: nobody else can see these tables yet, and no daemon will count them.

    The workers called here give their statements seconds only; what follows in this long transaction may take longer.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        tables = connection.introspection.django_table_names(only_existing=True)
        cursor.execute("ANALYZE " + ", ".join(map(connection.ops.quote_name, tables)))


def _compute(plan: District, history: History, say: Say) -> None:
    """Summaries and flags by the real path, their history, and the real path again for who was answered."""
    _drain(plan.today)
    say("Summaries and flags are computed")
    answered = history.answer()
    _drain(plan.today)
    history.close()
    say(f"Answers of teachers are in place for {answered} students")


def _drain(today: date) -> None:
    while recompute.refresh_due(today=today, limit=BATCH, seconds=3600):
        pass
    if RefreshRequest.objects.exists():
        raise RuntimeError("Some students could not be computed; see the log.")


def _notices(plan: District, ids: Ids) -> None:
    """Today's daily run has happened: class notices are drawn, and beat does not compute everybody again."""
    for code, pk in ids.schools.items():
        students = sum(child.school == code for child in plan.children.values())
        review.notice_school(DailyRun.objects.create(school_id=pk, day=plan.today, students=students))
    codes = {pk: code for code, pk in ids.competencies.items()}
    sections = {pk: key for key, pk in ids.sections.items()}
    for notice in ClassNotice.objects.all():
        notice.public_id = uid(plan.seed, "notice", sections[notice.section_id], codes[notice.competency_id])
        notice.save(update_fields=["public_id"])
