"""Who may do what at the addresses of `assessments.urls.instruments`."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from assessments.choices import InstrumentState
from assessments.models import AnchorLevel, AnchorWork, Assignment, Contribution, InstrumentForm
from tests import factories as make
from tests.cast import World
from tests.permissions.matrix import (
    DISTRICT,
    FAMILY,
    LEADS,
    NAVIGATOR,
    SAID_WHY,
    SELF,
    STAFF,
    TEACHERS,
    TEAM,
    Row,
    opens,
)

WRITERS = TEACHERS | {"teacher_next_door"}
STAFF_HERE = WRITERS | NAVIGATOR | TEAM | LEADS | SAID_WHY | DISTRICT | {"former_teacher"}
GIVEN = SELF | FAMILY | {"classmate", "other_guardian"}  # their class has a task with it
READERS = STAFF_HERE | GIVEN

LIBRARY = opens(STAFF)
ADD = opens(WRITERS | {"teacher_elsewhere"} | DISTRICT)
READ = opens(READERS)
WRITE = opens(WRITERS, denies=READERS)
WRITE_DRAFT = opens(WRITERS, denies=STAFF_HERE)
COPY = opens(WRITERS | DISTRICT)
PRACTISE = opens(STAFF_HERE)

ROWS: list[Row] = [
    Row("instruments", GET=LIBRARY),
    Row("instrument_add", GET=ADD, POST=ADD),
    Row("instrument", "instrument", GET=READ),
    Row("instrument_edit", "instrument", GET=WRITE, POST=WRITE),
    Row("instrument_publish", "instrument", GET=WRITE, POST=WRITE),
    Row("instrument_draft", "instrument", POST=WRITE),
    Row("instrument_share", "instrument", POST=WRITE),
    Row("instrument_retire", "instrument", POST=WRITE),
    Row("instrument_copy", "instrument", POST=COPY),
    Row("instrument_competencies", "instrument", GET=WRITE, POST=WRITE),
    Row("instrument_items", "instrument", GET=WRITE, POST=WRITE),
    Row("criterion_add", "instrument", GET=WRITE, POST=WRITE),
    Row("criterion_edit", "draft_criterion", GET=WRITE_DRAFT, POST=WRITE_DRAFT),
    Row("criterion_change", "draft_criterion", POST=WRITE_DRAFT),
    Row("instrument_form_add", "instrument", GET=WRITE, POST=WRITE),
    Row("instrument_form_edit", "draft_form", GET=WRITE_DRAFT, POST=WRITE_DRAFT),
    Row("instrument_form_remove", "draft_form", POST=WRITE_DRAFT),
    Row("instrument_say", "instrument", GET=READ, POST=READ),
    Row("contribution_answer", "contribution", GET=WRITE, POST=WRITE),
    Row("anchor_add", "instrument", GET=WRITE, POST=WRITE),
    Row("calibrate", "anchor", GET=PRACTISE, POST=PRACTISE),
    Row("anchor_picture", "anchor", GET=PRACTISE),
    Row("anchor_retire", "anchor", POST=WRITE_DRAFT),
]
BODIES: dict[str, dict[str, Any]] = {}


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """A rubric of Riverside that Math 5 was given, its next draft, what Maya's family said about it, and an anchor."""
    teacher, compare = world.people["teacher"], world.idea["compare"]
    instrument = make.InstrumentFactory(school=world.school, created_by=teacher)
    version = make.InstrumentVersionFactory(instrument=instrument, title="Explain a comparison")
    criterion = make.CriterionFactory(version=version, competency=compare)
    draft = make.InstrumentVersionFactory(instrument=instrument, number=2, state=InstrumentState.DRAFT)
    Assignment.objects.create(
        key=uuid.uuid4(), version=version, section=world.section, title="Compare", language="en",
        opens_on=world.today, created_by=teacher,
    )  # fmt: skip
    anchor = AnchorWork.objects.create(
        version=version, title="Bridge", picture="anchors/gone-from-disk", content_type="image/png", language="en",
        created_by=teacher,
    )  # fmt: skip
    AnchorLevel.objects.create(anchor=anchor, criterion=criterion, value=Decimal(3), reason="It compares.")
    return {
        "instrument": instrument,
        "draft_criterion": make.CriterionFactory(version=draft, competency=compare),
        "draft_form": InstrumentForm.objects.create(version=draft, title="Paper", language="en"),
        "contribution": Contribution.objects.create(
            key=uuid.uuid4(), version=version, kind="proposal", speaker="family", text="Let them draw it.",
            language="en", author=world.people["guardian"],
        ),
        "anchor": anchor,
    }  # fmt: skip
