"""Staff without a second factor reach the page that sets it up, and nothing about a student."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from tests.accounts.test_fresh import grow_old

pytestmark = pytest.mark.django_db

STAFF = ["teacher", "navigator", "specialist", "principal", "plan_lead", "district", "operator"]


@pytest.fixture(autouse=True)
def required(settings) -> None:
    settings.STAFF_MFA_REQUIRED = True


@pytest.mark.parametrize("name", STAFF)
def test_staff_without_a_second_factor_are_led_to_where_it_is_set_up(world, client_of, name):
    browser = client_of(world.people[name])
    answer = browser.get(reverse("student_plan", args=[world.student.public_id]))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("mfa_index"))
    assert world.student.person.display_name not in answer.content.decode()
    assert browser.get(reverse("mfa_index")).status_code == 200
    assert browser.get(reverse("mfa_activate_totp")).status_code in {200, 302}
    assert browser.get(reverse("account_logout")).status_code == 200


def test_a_write_without_a_second_factor_writes_nothing(world, client_of, teacher):
    browser = client_of(teacher)
    answer = browser.post(reverse("need_add", args=[world.student.public_id]), {"text": "x", "domain": "academic"})
    assert answer.status_code == 302
    assert not hasattr(world.student, "plan")


def test_fragments_and_the_api_are_told_in_their_own_way(world, client_of, teacher):
    browser = client_of(teacher)
    fragment = browser.get(reverse("today_board"), headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"].startswith(reverse("mfa_index"))) == (204, True)
    api = browser.get(reverse("api_summaries", args=[world.student.public_id]))
    assert (api.status_code, api["Content-Type"]) == (403, "application/problem+json")


def test_backup_codes_alone_are_no_second_factor_and_an_app_is(world, client_of, teacher):
    browser = client_of(teacher)
    Authenticator.objects.create(user=teacher.user, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert browser.get(reverse("today")).status_code == 302
    Authenticator.objects.create(user=teacher.user, type=Authenticator.Type.TOTP, data={})
    assert browser.get(reverse("today")).status_code == 200


def test_families_students_and_visitors_need_none(world, client_of, guardian, student, client):
    assert client_of(guardian).get(reverse("family_child", args=[world.student.public_id])).status_code == 200
    assert client_of(student).get(reverse("student_plan", args=[world.student.public_id])).status_code == 200
    assert client.get(reverse("frameworks")).status_code == 200


def test_staff_whose_sign_in_is_a_while_ago_sign_in_again_and_then_set_it_up(world, client_of, teacher):
    browser = client_of(teacher)
    grow_old(browser)
    asked = browser.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("sign_in_again"))
    assert browser.get(asked["Location"]).status_code == 200, "not led back to where they came from"
    gone = browser.post(reverse("sign_in_again"), {"next": reverse("mfa_activate_totp")})
    assert gone["Location"] == f"{reverse('account_login')}?next={reverse('mfa_activate_totp')}"
