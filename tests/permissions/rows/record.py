"""Who may do what at the addresses of `success_plans.urls.record`."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from success_plans.choices import ContactMode, ContactOutcome, Subject
from success_plans.models import CheckIn, ContactAttempt, SafetyHold, WorkingNote
from tests.cast import World
from tests.permissions.matrix import (
    ADULTS,
    ALL,
    CIRCLE,
    FAMILY,
    LEADS,
    NAVIGATOR,
    SAID_WHY,
    SELF,
    SIGNED_IN,
    TEAM,
    Row,
    opens,
)

READ = opens(CIRCLE | SAID_WHY, ask=LEADS)
ADD_TO_IT = opens(SELF | FAMILY | ADULTS, ask=LEADS, denies=TEAM | SAID_WHY)
LOOK_IN = opens(ADULTS | TEAM, denies=CIRCLE | LEADS | SAID_WHY)
HOLD = opens(NAVIGATOR, ask=LEADS, denies=CIRCLE | SAID_WHY)
ITS_AUTHOR = opens({"teacher"})

ROWS: list[Row] = [
    Row("student_timeline", "maya", GET=READ),
    Row("timeline_entry", "need_in_the_record", GET=READ, POST=ADD_TO_IT),
    Row("holds", "maya", GET=HOLD, POST=HOLD),
    Row("hold_end", "hold", POST=HOLD),
    Row("check_in", "maya", GET=LOOK_IN, POST=LOOK_IN),
    Row("check_in_group", GET=SIGNED_IN, POST=SIGNED_IN),
    Row("check_in_sync", POST=SIGNED_IN),
    Row("check_in_shell", GET=ALL),
    Row("check_in_worker", GET=ALL),
    Row("check_in_undo", "check_in", POST=ITS_AUTHOR),
    Row("contact_add", "maya", GET=LOOK_IN, POST=LOOK_IN),
    Row("notes", "maya", GET=LOOK_IN, POST=LOOK_IN),
    Row("note_edit", "working_note", GET=ITS_AUTHOR, POST=ITS_AUTHOR),
    Row("note_enter", "working_note", GET=ITS_AUTHOR, POST=ITS_AUTHOR),
]

BODIES: dict[str, dict[str, Any]] = {}
"""What is sent along with a POST, by what the address is about."""


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """A check-in and a working note of the teacher, a talk with the family, a need in the record, a hold."""
    teacher, navigator = world.people["teacher"], world.people["navigator"]
    now = timezone.now()
    check_in, held = (
        CheckIn.objects.create(
            student=world.student, by=by, met_at=now, how="well", note="Fine", language="en", key=uuid.uuid4()
        )
        for by in (teacher, navigator)
    )
    ContactAttempt.objects.create(
        student=world.student,
        guardian=world.people["guardian"],
        by=navigator,
        tried_at=now,
        mode=ContactMode.PHONE,
        outcome=ContactOutcome.HELD,
        note="We talked",
        language="en",
        key=uuid.uuid4(),
    )
    return {
        "check_in": check_in,
        "working_note": WorkingNote.objects.create(
            student=world.student, author=teacher, text="Ask again", purge_on=world.today + timedelta(days=60)
        ),
        "hold": SafetyHold.objects.create(
            student=world.student, about=Subject.CHECK_IN, about_id=held.public_id, reason="Safety", placed_by=navigator
        ),
        "need_in_the_record": {
            "public_id": world.student.public_id,
            "about": Subject.NEED.value,
            "entry": rows["need"].public_id,
        },
    }
