"""Who may do what at the addresses of `assessments.urls.work`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.choices import FileKind, RelationshipKind
from accounts.models import StoredFile
from assessments.choices import ModerationReason
from assessments.models import Moderation, SubmissionFile
from tests import factories as make
from tests.cast import World, relate
from tests.permissions.matrix import (
    ADULTS,
    CLASS,
    DISTRICT,
    EDIT,
    FAMILY,
    LEADS,
    READ_EVIDENCE,
    SAID_WHY,
    SELF,
    SIGNED_IN,
    TEACHERS,
    TEAM,
    Row,
    opens,
)

# who was asked to judge one work of Maya: that work opens for them, and nothing else about her
ASKED = frozenset({"teacher_next_door"})
HAND_IN = opens(SELF | ADULTS, ask=LEADS, denies=FAMILY | TEAM | SAID_WHY)
OWN_LOOK = opens(ASKED)

ROWS: list[Row] = [
    Row("section_assignments", "section", GET=CLASS),
    Row("assignment_add", "section", GET=CLASS, POST=CLASS),
    Row("assignment", "given_work", GET=CLASS, POST=CLASS),
    Row("assignment_close", "given_work", POST=CLASS),
    Row("assignment_invite", "given_work", POST=CLASS),
    Row("assignment_answers", "given_check", GET=CLASS, POST=CLASS),
    Row("student_work", "maya", GET=READ_EVIDENCE),
    Row("submission_edit", "maya_work", GET=READ_EVIDENCE, POST=HAND_IN),
    Row("score", "maya_work", GET=EDIT, POST=EDIT),
    Row("scoring_alone", "maya_work", POST=EDIT),
    Row("work_file", "file_of_work", GET=opens(SELF | FAMILY | ADULTS | ASKED)),
    Row("my_scorings", GET=SIGNED_IN),
    Row("scoring", "asked_scoring", GET=OWN_LOOK, POST=OWN_LOOK),
    Row("scoring_undo", "asked_scoring", POST=OWN_LOOK),
    Row("scoring_talk", "asked_scoring", POST=OWN_LOOK),
    Row("moderations", GET=SIGNED_IN),
    Row("moderation", "moderation", GET=EDIT, POST=EDIT),
    Row("instrument_agreement", "judged_instrument", GET=opens(TEACHERS | ASKED | DISTRICT)),
]

BODIES: dict[str, dict[str, Any]] = {}
"""What is sent along with a POST, by what the address is about."""


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """Work of the class that two people judge blind, Maya's among it; a check; a work to talk about."""
    teacher, next_door = world.people["teacher"], world.people["teacher_next_door"]
    version = make.InstrumentVersionFactory(instrument__school=world.school, instrument__created_by=teacher)
    make.CriterionFactory(version=version, competency=world.idea["compare"], name="Shows which is more")
    work = make.AssignmentFactory(version=version, section=world.section, created_by=teacher, is_blind=True)
    maya = make.SubmissionFactory(assignment=work, student=world.student)
    stored = StoredFile.objects.create(
        student=world.student,
        kind=FileKind.DOCUMENT,
        file="files/of-a-work",
        content_type="application/pdf",
        size=10,
        digest="0" * 64,
        added_by=world.people["student"],
    )
    SubmissionFile.objects.create(submission=maya, file=stored)
    until = world.today + timedelta(days=20)
    relate(next_door, RelationshipKind.RATER, [world.student], ends_on=until + timedelta(days=1))
    asked = make.ScoringFactory(submission=maya, rater=next_door, invited_by=teacher, invited_until=until)
    check = make.InstrumentVersionFactory(instrument__school=world.school, instrument__created_by=teacher)
    make.ItemFactory(version=check, competency=world.idea["compare"])
    make.SubmissionFactory(
        assignment=make.AssignmentFactory(version=version, section=world.section, created_by=teacher),
        student=world.student,
    )
    return {
        "given_work": work,
        "given_check": make.AssignmentFactory(version=check, section=world.section, created_by=teacher),
        "maya_work": {"public_id": work.public_id, "student_id": world.student.public_id},
        "asked_scoring": asked,
        "file_of_work": stored,
        "moderation": Moderation.objects.create(
            submission=maya, competency=world.idea["compare"], because=ModerationReason.ASKED, asked_by=teacher
        ),
        "judged_instrument": version.instrument,
    }
