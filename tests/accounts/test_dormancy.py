"""Thirty days unused lock an account of staff; a person unlocks it. Families are never locked for staying away."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import dormancy, tasks
from accounts.adapters import token_digest
from accounts.choices import Role
from accounts.models import ApiToken, AuditEvent, Person, RoleAssignment, User
from tests.cast import World, add_person, client_for

LONG_AGO = timezone.now() - timedelta(days=31)
PASSWORD = "a long enough password"


def put_to_sleep(person: Person, days: int = 31) -> None:
    at = timezone.now() - timedelta(days=days)
    User.objects.filter(person=person).update(created_at=at - timedelta(days=300), last_login=at)


def sign_in(person: Person) -> Client:
    person.user.set_password(PASSWORD)
    person.user.save(update_fields=["password"])
    client = Client()
    client.answer = client.post("/account/login/", {"login": person.user.username, "password": PASSWORD}, follow=True)
    return client


@pytest.fixture(autouse=True)
def _used_today(world: World) -> None:
    User.objects.update(last_login=timezone.now())


@pytest.mark.parametrize(("days", "locked"), [(29, 0), (31, 1)])
def test_after_thirty_days_an_account_of_staff_is_locked(world: World, teacher: Person, days: int, locked: int) -> None:
    put_to_sleep(teacher, days)
    assert tasks.lock_dormant_accounts() == locked
    assert tasks.lock_dormant_accounts() == 0
    assert AuditEvent.objects.filter(action="account.lock").count() == locked


@pytest.mark.parametrize("name", ["guardian", "student", "leaver"])
def test_family_students_and_who_has_no_role_are_left_alone(world: World, name: str) -> None:
    put_to_sleep(world.people[name], 400)
    assert dormancy.lock_dormant_accounts() == 0
    assert not dormancy.is_locked(User.objects.get(person=world.people[name]))


def test_a_new_account_counts_from_its_first_day(world: World, teacher: Person) -> None:
    User.objects.filter(person=teacher).update(last_login=None)
    assert dormancy.lock_dormant_accounts() == 0


def test_a_sleeper_is_told_so_also_before_the_daily_run_and_comes_in_after_unlocking(
    world: World, teacher: Person
) -> None:
    put_to_sleep(teacher)
    client = sign_in(teacher)
    assert client.answer.status_code == 403
    assert "This account is asleep" in client.answer.content.decode()
    assert client.get("/today").status_code == 302
    call_command("unlock_account", "teacher", "--reason", "called back, knew the staff number")
    assert sign_in(teacher).get("/today").status_code == 200
    assert AuditEvent.objects.get(action="account.unlock").reason == "called back, knew the staff number"


def test_unlocking_begins_the_thirty_days_anew_and_an_open_account_stays_as_it_is(
    world: World, teacher: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    put_to_sleep(teacher)
    dormancy.lock_dormant_accounts()
    call_command("unlock_account", "teacher", "--reason", "asked")
    assert dormancy.lock_dormant_accounts() == 0
    assert dormancy.lock_dormant_accounts(now=timezone.now() + timedelta(days=29)) == 0
    call_command("unlock_account", "teacher", "--reason", "asked again")
    assert "was not locked" in capsys.readouterr().out
    assert AuditEvent.objects.filter(action="account.unlock").count() == 1


def key_of(person: Person) -> Client:
    secret = secrets.token_hex(8)
    ApiToken.objects.create(
        user=person.user,
        label="x",
        digest=token_digest(secret),
        scopes=["evidence:read"],
        expires_at=timezone.now() + timedelta(days=90),
    )
    return Client(headers={"authorization": f"Bearer {secret}"})


def test_a_locked_account_has_no_key_and_a_key_at_work_keeps_it_awake(world: World, teacher: Person) -> None:
    put_to_sleep(teacher)
    client = key_of(teacher)
    assert client.get("/api/v1/evidence").status_code == 200
    assert dormancy.lock_dormant_accounts() == 0
    ApiToken.objects.update(last_used_on=LONG_AGO.date() - timedelta(days=1))
    assert dormancy.lock_dormant_accounts() == 1
    assert client.get("/api/v1/evidence").status_code == 401


@pytest.mark.parametrize("how", ["account", "person", "roles"])
def test_sessions_and_keys_of_a_leaver_open_nothing_at_the_next_request(
    world: World, principal: Person, teacher: Person, how: str
) -> None:
    browser, key = client_for(teacher), key_of(teacher)
    page = f"/students/{world.student.public_id}/plan"
    assert (browser.get(page).status_code, key.get("/api/v1/evidence").status_code) == (200, 200)
    if how == "account":
        User.objects.filter(person=teacher).update(is_active=False)
    elif how == "person":
        Person.objects.filter(pk=teacher.pk).update(is_active=False)
    else:
        RoleAssignment.objects.filter(person=teacher).update(ends_on=world.today)
        teacher.relationships.update(ends_on=world.today)
    assert browser.get(page).status_code in {302, 404}
    answer = key.get("/api/v1/evidence")
    assert answer.status_code == 401 or answer.json()["results"] == []


def test_a_role_is_enough_to_be_staff(world: World, district: Person) -> None:
    assert RoleAssignment.objects.filter(person=district, role=Role.DISTRICT_ADMIN).exists()
    put_to_sleep(district)
    assert dormancy.lock_dormant_accounts() == 1


def names(client: Client) -> str:
    return client.get(reverse("locked_accounts")).content.decode()


def test_a_school_unlocks_its_own_staff_and_the_district_everybodys(
    world: World, teacher: Person, navigator: Person, plan_lead: Person, principal_elsewhere: Person, district: Person
) -> None:
    put_to_sleep(teacher)  # the daily run has not come to this one yet
    User.objects.filter(person=navigator).update(locked_at=timezone.now())
    address = reverse("unlock_account", args=[navigator.user.public_id])

    here, there, above = client_for(plan_lead), client_for(principal_elsewhere), client_for(district)
    for client, sees in ((here, True), (above, True), (there, False)):
        for person in (teacher, navigator):
            assert (person.display_name in names(client)) is sees
    assert there.post(address, {"reason": "they called"}).status_code == 404
    assert client_for(world.people["co_teacher"]).post(address, {"reason": "they called"}).status_code == 404
    unsaid = here.post(address, {"reason": " "})
    assert unsaid.status_code == 422
    assert "Say how you know it is them." in unsaid.content.decode()
    assert not AuditEvent.objects.filter(action="account.unlock").exists()

    assert here.post(address, {"reason": "came to the office"}).status_code == 302

    assert not dormancy.is_locked(User.objects.get(person=navigator))
    assert navigator.display_name not in names(above)
    row = AuditEvent.objects.get(action="account.unlock")
    assert (row.actor_id, row.reason) == (plan_lead.pk, "came to the office")
    assert here.post(address, {"reason": "once more"}).status_code == 404  # it is open


def test_who_leads_elsewhere_is_unlocked_by_the_district_alone(
    world: World, plan_lead: Person, principal_elsewhere: Person, district: Person
) -> None:
    RoleAssignment.objects.create(
        person=principal_elsewhere, role=Role.TEACHER, school=world.school, starts_on=world.day(30)
    )
    User.objects.filter(person=principal_elsewhere).update(locked_at=timezone.now())

    assert principal_elsewhere.display_name not in names(client_for(plan_lead))
    assert principal_elsewhere.display_name in names(client_for(district))


def test_the_list_of_sleepers_costs_the_same_however_many_there_are(world: World, plan_lead: Person) -> None:
    client = client_for(plan_lead)
    add_person("sleeper", Role.TEACHER, world.school)
    User.objects.filter(username="sleeper").update(locked_at=timezone.now())

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("locked_accounts")).status_code == 200
        return len(queries)

    cost()
    before = cost()
    for n in range(30):
        add_person(f"sleeper_{n}", Role.TEACHER, world.school)
    User.objects.filter(username__startswith="sleeper_").update(locked_at=timezone.now())
    assert "Sleeper 29" in names(client)
    assert cost() == before
