"""An open Today learns of what families ask meanwhile."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from success_plans.services import plans as services
from success_plans.services.plans import GoalText
from tests.cast import viewer_of

pytestmark = pytest.mark.django_db


def test_an_open_today_learns_of_a_new_wish_and_is_left_alone_otherwise(world, teacher, guardian, client_of):
    cache.clear()
    goal = services.set_goal(by=viewer_of(teacher), student=world.student, goal=GoalText("Read"), language="en")
    browser = client_of(teacher)
    version = re.search(r"version=([0-9a-f-]+)", browser.get(reverse("today")).text).group(1)
    poll = reverse("today_board") + f"?version={version}"
    assert browser.get(poll).status_code == 204

    services.ask_for_language(by=viewer_of(guardian), text=goal, language="es")
    cache.clear()  # twenty seconds later
    answer = browser.get(poll)

    assert answer.status_code == 200
    version = re.search(r"version=([0-9a-f-]+)", answer.text).group(1)
    assert browser.get(reverse("today_board") + f"?version={version}").status_code == 204
