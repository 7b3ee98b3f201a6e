"""S2 and S5: a student looks at the map, chooses among next steps, asks to show one now, and gets a day."""

from __future__ import annotations

import pytest
from django.conf import settings

from supports import recompute
from supports.models import Showing
from tests.cast import demonstrate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}


def test_s2_s5_from_the_map_to_a_day_within_ten_school_days(chromium, live_server, client_of, world, student, teacher):
    demonstrate(teacher, world.student, world.idea["equal parts"], until=world.today)
    recompute.refresh_due(today=world.today)

    def page_of(person, **options):
        context = chromium.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(20_000)
        cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        return context.new_page()

    page = page_of(student, viewport=PHONE)
    page.goto(f"/students/{world.student.public_id}/map")
    steps = page.get_by_role("link", name="I am ready to show this")
    assert steps.count() >= 1
    steps.first.click()
    page.get_by_label("How do you want to show it?").fill("I explain it to the small ones with cake")
    page.get_by_role("button", name="Ask for a day").click()
    page.get_by_text("It gets a day by").wait_for()

    desk = page_of(teacher)
    desk.goto("/today")
    desk.get_by_role("link", name="Give it a day").click()
    desk.get_by_label("Day", exact=True).fill(world.today.isoformat())
    desk.get_by_label("Where").fill("Kindergarten")
    desk.get_by_role("button", name="Set the day").click()
    desk.get_by_text("The day stands.").wait_for()

    page.reload()
    page.get_by_text("Kindergarten").wait_for()
    desk.get_by_role("button", name="It was shown").click()
    desk.get_by_role("heading", name="What did you see?").wait_for()
    assert Showing.objects.get().state == "done"
    for one in (page, desk):
        one.context.close()
