"""What is written in the evening bears the day it was written, in the district's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from success_plans.models import Goal, Plan
from success_plans.selectors import plans as selectors
from success_plans.services import plans as services
from success_plans.services.plans import GoalText
from tests.cast import viewer_of

pytestmark = pytest.mark.django_db


def test_a_goal_of_the_evening_bears_that_day(world, teacher):
    services.set_goal(by=viewer_of(teacher), student=world.student, goal=GoalText("Read"), language="en")
    evening = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)  # half past seven on 31 May in Chicago
    Plan.objects.update(changed_at=evening)
    Goal.objects.update(created_at=evening)

    page = selectors.plan_page(viewer=viewer_of(teacher), student=world.student)

    assert page.changed_on == date(2026, 5, 31)
    assert "2026, 6, 1" not in repr(page)
