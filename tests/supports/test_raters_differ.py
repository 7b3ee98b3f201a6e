"""Two people judge one work two levels apart: the adults are told, until it is settled."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from accounts.models import Person
from assessments.services import NewPiece, record_evidence
from supports import recompute
from supports.choices import FlagState
from supports.models import Flag
from tests.cast import World, viewer_of

pytestmark = pytest.mark.django_db
ESSAY = "work:" + "e" * 100


def judge(world: World, by: Person, value: int, **more: object) -> None:
    piece = NewPiece(
        key=uuid.uuid4(),
        student=world.student.public_id,
        competency=world.idea["shapes"].public_id,
        value=Decimal(value),
        observed_on=world.today,
        context="performance_task",
        task_key=ESSAY,
        **more,
    )
    record_evidence(by=viewer_of(by), pieces=[piece])
    recompute.refresh_due(today=world.today)


def test_the_adults_are_told_until_somebody_settles_it(world, teacher, co_teacher, client_of):
    judge(world, teacher, 1)
    assert not Flag.objects.filter(rule="RATERS_DIFFER").exists()
    judge(world, co_teacher, 3)
    flag = Flag.objects.get(rule="RATERS_DIFFER")
    assert flag.subject == f"{world.idea['shapes'].pk}@{ESSAY}"
    assert flag.owner == co_teacher
    assert len(flag.evidence_ids) == 2
    assert "saw the same work" in client_of(co_teacher).get("/today").content.decode()

    recompute.refresh_due(today=world.today)
    assert recompute.compare([world.student.pk], today=world.today) == []

    judge(world, teacher, 2, rater_id=0)
    flag.refresh_from_db()
    assert flag.state == FlagState.RESOLVED
    assert recompute.compare([world.student.pk], today=world.today) == []
