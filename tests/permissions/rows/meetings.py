"""Who may do what at the addresses of `success_plans.urls.meetings`, and at those of support sessions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from success_plans.choices import MeetingKind, MeetingState
from success_plans.models import Decision, Meeting, MeetingAttendee
from supports.models import SupportSession
from tests.cast import World
from tests.permissions.matrix import (
    ADULTS,
    CIRCLE,
    KNOWN,
    LEADS,
    NOBODY,
    SAID_WHY,
    SELF,
    Row,
    opens,
)

READ = opens(CIRCLE | SAID_WHY, ask=LEADS)
EDIT = opens(ADULTS, denies=CIRCLE | LEADS | SAID_WHY)
LOG = opens(ADULTS)

ROWS: list[Row] = [
    Row("meetings", "maya", GET=READ),
    Row("meeting_plan", "maya", GET=EDIT, POST=EDIT),
    Row("meeting", "meeting", GET=READ),
    Row("meeting_print", "meeting", GET=READ),
    Row("meeting_pdf", "meeting", GET=READ),
    Row("plan_pdf", "maya", GET=READ),
    Row("conference_pdf", "maya", GET=READ),
    Row("timeline_pdf", "maya", GET=READ),
    Row("meeting_edit", "meeting", GET=EDIT, POST=EDIT),
    Row("meeting_cancel", "meeting", POST=EDIT),
    Row("meeting_run", "meeting", GET=EDIT, POST=EDIT),
    Row("decision_edit", "decision", GET=opens(ADULTS), POST=opens(ADULTS)),
    Row("conference", "maya", GET=READ, POST=opens(SELF, ask=LEADS, denies=CIRCLE | SAID_WHY)),
    Row("conference_show", "maya", GET=READ),
    # ---- the log of supports
    Row("session_add", GET=opens(KNOWN), POST=opens(NOBODY)),
    Row("session_undo", "batch", POST=opens({"teacher"})),
    Row("support", "support", GET=LOG),
    Row("support_referral", "support", POST=LOG),
    Row("support_end", "support", POST=LOG),
]

BODIES: dict[str, dict[str, Any]] = {}
"""What is sent along with a POST, by what the address is about."""


@dataclass
class Batch:
    """A submit, by what its address calls it."""

    public_id: uuid.UUID


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """What these addresses are about; `rows` holds what the stage has made already."""
    navigator, teacher = world.people["navigator"], world.people["teacher"]
    meeting = Meeting.objects.create(
        plan=rows["plan"],
        kind=MeetingKind.CONFERENCE,
        state=MeetingState.RUNNING,
        starts_at=timezone.now() + timedelta(days=2),
        started_at=timezone.now(),
        language="en",
        called_by=navigator,
        student_words="I want to show my bridge.",
    )
    MeetingAttendee.objects.create(meeting=meeting, person=world.student.person, role="student")
    MeetingAttendee.objects.create(meeting=meeting, name="Ms Ortiz", role="partner")
    decision = Decision.objects.create(
        meeting=meeting, text="Read together", language="en", author=navigator, key=uuid.uuid4()
    )
    session = SupportSession.objects.create(
        support=rows["support"],
        held_on=world.today,
        minutes=20,
        by=teacher,
        key=uuid.uuid4(),
        batch=uuid.uuid4(),
        note="It went well.",
    )
    return {"meeting": meeting, "decision": decision, "batch": Batch(session.batch)}
