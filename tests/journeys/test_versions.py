"""A plan is agreed after consultation, and a family says in part yes; its words stay with the version (F6)."""

from __future__ import annotations

import pytest
from django.conf import settings

from success_plans.models import Agreement, PlanVersion
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_navigator_agrees_a_plan_after_consultation_and_the_family_says_in_part(
    world, chromium, live_server, client_of, navigator, guardian, student
):
    plan = make.PlanFactory(student=world.student, created_by=student)
    make.PlanStatementFactory(plan=plan, author=student, text="I draw maps.")
    opened = []

    def page_of(person):
        context = chromium.new_context(base_url=live_server.url, viewport={"width": 360, "height": 740})
        context.set_default_timeout(20_000)
        cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        opened.append(context)
        return context.new_page()

    try:
        desk = page_of(navigator)
        desk.goto(f"/students/{world.student.public_id}/versions")
        desk.get_by_role("button", name="Share it with the family").click()
        desk.get_by_label("What is this version for?").fill("For the autumn.")
        desk.get_by_role("button", name="Write it down as agreed").click()
        desk.get_by_role("heading", name="Version 1").wait_for()

        home = page_of(guardian)
        home.goto(f"/versions/{PlanVersion.objects.get().public_id}")
        assert "I draw maps." in home.inner_text("main")
        home.get_by_role("link", name="Say what you think").click()
        assert "Agreeing is not consent" in home.inner_text("main")
        home.get_by_text("I agree in part").click()
        home.get_by_label("In your words").fill("More music, please.")
        home.get_by_role("button", name="Save").click()
        home.get_by_text("More music, please.").first.wait_for()
        assert Agreement.objects.get().answer == "partly"
        assert home.evaluate("document.documentElement.scrollWidth") <= 360

        desk.goto("/today")
        assert "More music, please." in desk.inner_text("main")
    finally:
        for context in opened:
            context.close()
