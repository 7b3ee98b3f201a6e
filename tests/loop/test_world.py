"""What all students share is read once and never out of date."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import MethodChoice
from competencies.models import Association, Competency, Crosswalk, Level
from supports.models import RuleSetting
from supports.recompute import read_world
from supports.rules import Rule
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_asking_again_is_one_statement_and_the_same_world(world):
    first = read_world()

    with CaptureQueriesContext(connection) as queries:
        second = read_world()

    assert second is first
    assert len(queries) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda w: Level.objects.filter(scale=w.framework.scale, value=4).update(value=Decimal(5)),
        lambda w: Level.objects.filter(scale=w.framework.scale, value=4).delete(),
        lambda w: type(w.framework).objects.update(target=Decimal(2)),
        lambda w: type(w.framework).objects.update(version=9),
        lambda w: MethodChoice.objects.create(framework=w.framework, version=7, method="latest"),
        lambda w: RuleSetting.objects.create(rule=Rule.STALLED, version=7, is_paused=True),
        lambda w: Association.objects.filter(kind="precedes").first().delete(),
        lambda w: Association.objects.filter(kind="precedes").update(retired_at=timezone.now()),
        lambda w: Association.objects.filter(kind="precedes").update(is_broken_cycle=True),
        lambda w: Competency.objects.filter(edges_out__kind="precedes").update(retired_at=timezone.now()),
        lambda w: Crosswalk.objects.create(
            from_framework=w.framework, to_framework=make.FrameworkFactory(), counting="counts"
        ),
    ],
)
def test_every_change_that_matters_is_noticed_by_the_next_question(world, change):
    before = read_world()

    change(world)

    assert read_world() != before
