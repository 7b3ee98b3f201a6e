"""Working notes of navigators, of the last weeks, each with the day on which it goes."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from config.demo.chance import stream, uid
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.loading.plans import at_school
from config.demo.people import District
from success_plans.models import WorkingNote
from success_plans.services.notes import KEPT

SHARE = 0.3
TEXTS = (
    "Ask about the new puppy on Monday.",
    "Bring the book about volcanoes to the next check-in.",
    "The math club has a free seat. Ask whether this sounds good.",
    "Look up the date of the spring concert before we talk.",
    "Liked to begin with a drawing. Try that again.",
    "Tell the science teacher about the bird house.",
)


def write_notes(plan: District, content: Content, ids: Ids) -> None:
    """A note for about three students in ten, and for the one a visitor signs in as."""
    zone = ZoneInfo(content.people.time_zone)
    rows: list[WorkingNote] = []
    for child in plan.children.values():
        rng = stream(plan.seed, "note", child.key)
        if child.navigator is None or (rng.random() >= SHARE and child.key != plan.cast["student"]):
            continue
        day = max(child.entered_on, plan.today - timedelta(days=rng.randrange(1, 40)))
        if day >= plan.today:
            continue
        rows.append(
            WorkingNote(
                public_id=uid(plan.seed, "working note", child.key),
                student_id=ids.students[child.key],
                author_id=ids.persons[child.navigator],
                text=rng.choice(TEXTS),
                created_at=at_school(day, zone),
                changed_at=at_school(day, zone),
                purge_on=day + KEPT,
            )
        )
    WorkingNote.objects.bulk_create(rows, batch_size=500)
