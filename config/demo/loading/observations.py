"""What families saw at home, one answered and one waiting, and two observations with a small drawn picture."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from accounts.choices import FileKind
from accounts.models import Enrolment, StoredFile
from assessments.choices import Context, EvidenceKind
from assessments.models import Evidence, EvidenceFile, ObservationAnswer
from config.demo.chance import uid
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.loading.plans import at_school
from config.demo.people import District
from supports.models import Focus

SEEN_AT_HOME = (
    (9, "At the market she worked out which bag of rice costs less for a pound, and told her brother why."),
    (4, "She halved the pancake recipe and wrote the new amounts on a card."),
    (2, "She cut the cake into twelfths and gave each of us the same number of pieces."),
)
ANSWER = "Thank you. This is just what we look for, and we will build on it in class."
SEEN_IN_CLASS = (
    (
        6,
        "Explained to the table with a strip of paper why the two pieces are the same.",
        "A strip cut into twelve parts",
    ),
    (3, "Drew it first, then wrote it down without the drawing.", "A number line with five marks"),
)


def write_observations(plan: District, content: Content, ids: Ids) -> None:
    """For the student a visitor signs in as: her family's words, and her teacher's two observations.

    None carries a level, so that what everything adds up to stays what the evidence of the plan says.
    """
    child = plan.children[plan.cast["student"]]
    student, teacher = ids.students[child.key], ids.persons[plan.cast["teacher"]]
    sections = Enrolment.objects.filter(student=student, is_active=True, section__ends_on__gt=plan.today)
    focus = (
        Focus.objects.filter(section__in=sections.values("section"), starts_on__lte=plan.today, ends_on__gt=plan.today)
        .order_by("competency__position", "pk")
        .values_list("competency_id", flat=True)
        .first()
    )
    if focus is None:
        return
    zone = ZoneInfo(content.people.time_zone)

    def piece(number: int, ago: int, **more: Any) -> Evidence:
        key = uid(plan.seed, "observation", str(number))
        day = plan.today - timedelta(days=ago)
        return Evidence(
            public_id=uid(plan.seed, "observation-id", str(number)),
            key=key,
            order_key=key,
            task_key=str(key),
            student_id=student,
            competency_id=focus,
            context=Context.OBSERVATION,
            observed_on=day,
            recorded_at=at_school(day, zone),
            **more,
        )

    guardian = ids.persons[child.guardians[0]]
    home = [
        piece(
            number, ago, kind=EvidenceKind.FAMILY, note=note, recorded_by_id=guardian, rater_id=guardian,
            is_accepted=number == 0,
        )
        for number, (ago, note) in enumerate(SEEN_AT_HOME)
    ]  # fmt: skip
    shown = [
        piece(10 + number, ago, note=note, recorded_by_id=teacher, rater_id=teacher)
        for number, (ago, note, _words) in enumerate(SEEN_IN_CLASS)
    ]
    Evidence.objects.bulk_create([*home, *shown])
    ObservationAnswer.objects.create(
        evidence=home[0],
        is_accepted=True,
        text=ANSWER,
        language="en",
        answered_by_id=teacher,
        answered_at=at_school(plan.today - timedelta(days=SEEN_AT_HOME[0][0] - 1), zone),
    )
    files = [
        _picture(plan, number, student, teacher, words) for number, (_ago, _note, words) in enumerate(SEEN_IN_CLASS)
    ]
    StoredFile.objects.bulk_create(files)
    EvidenceFile.objects.bulk_create(
        EvidenceFile(evidence=row, file=file) for row, file in zip(shown, files, strict=True)
    )


def _picture(plan: District, number: int, student: int, teacher: int, words: str) -> StoredFile:
    """A small drawing: a strip of equal parts, or a line with marks."""
    image = Image.new("RGB", (360, 140), "#fbf6ea")
    draw = ImageDraw.Draw(image)
    if number == 0:
        for part in range(12):
            left = 24 + part * 26
            draw.rectangle(
                (left, 45, left + 26, 95), outline="#33312c", fill="#e3c98a" if part < 8 else "#fbf6ea", width=2
            )
    else:
        draw.line((24, 80, 336, 80), fill="#33312c", width=3)
        for mark in range(5):
            draw.line((24 + mark * 78, 66, 24 + mark * 78, 94), fill="#33312c", width=3)
    held = io.BytesIO()
    image.save(held, "PNG")
    data = held.getvalue()
    row = StoredFile(
        public_id=uid(plan.seed, "observation-file", str(number)),
        student_id=student,
        kind=FileKind.PICTURE,
        name="drawing.png",
        content_type="image/png",
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        description=words,
        language="en",
        added_by_id=teacher,
    )
    name = f"files/{row.public_id.hex}{number}"
    row.file.storage.delete(name)
    row.file.name = row.file.storage.save(name, ContentFile(data))
    return row
