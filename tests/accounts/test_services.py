"""Accounts, roles and keys that an administrator gives by hand."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.choices import Role, Source
from accounts.models import ApiToken, AuditEvent, RoleAssignment, User
from tests.cast import World, viewer_of

ADA = ["ada", "--given=Ada", "--family=Byron", "--email=Ada@example.org"]


def told(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().strip()


def test_the_first_administrator_of_an_empty_database_can_be_added(db: None) -> None:
    assert told("add_account", *ADA, "--role=district_admin") == "ada: district_admin"

    user = User.objects.get(username="ada")
    role = RoleAssignment.objects.get(person=user.person)
    assert (user.email, user.has_usable_password()) == ("ada@example.org", False)
    assert (role.role, role.school, role.source) == (Role.DISTRICT_ADMIN, None, Source.HAND)
    assert Role.DISTRICT_ADMIN in viewer_of(user.person).role_names
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["account.add", "role.give"]


def test_an_account_with_a_password_signs_in(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("a long and quiet river\n"))
    told("add_account", "ops", "--given=Olu", "--password-stdin", "--role=operator")

    assert Client().login(username="ops", password="a long and quiet river")


def test_a_weak_password_is_refused_and_nothing_is_left_behind(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("password\n"))
    with pytest.raises(CommandError, match="too common"):
        told("add_account", "ops", "--given=Olu", "--password-stdin", "--role=operator")

    assert not User.objects.exists()


def test_a_wrong_role_leaves_no_account_behind(db: None) -> None:
    with pytest.raises(CommandError, match="held at one school"):
        told("add_account", *ADA, "--role=principal")

    assert not User.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["teacher", "--given=Ada", "--email=new@example.org"], "teacher is taken"),
        (["new", "--given=Ada"], "e-mail address"),
        (["new", "--email=new@example.org"], "given name"),
    ],
)
def test_an_account_nobody_could_use_is_not_made(world: World, arguments: list[str], why: str) -> None:
    before = User.objects.count()
    with pytest.raises(CommandError, match=why):
        told("add_account", *arguments)

    assert User.objects.count() == before


def test_two_accounts_never_share_an_address(db: None) -> None:
    told("add_account", *ADA)
    with pytest.raises(CommandError, match="ada@example.org"):
        told("add_account", "other", "--given=Other", "--email=ADA@example.org")


def test_a_role_is_given_once_and_at_one_school(world: World) -> None:
    give = ["add_account", "teacher", "--existing", "--role=plan_lead", f"--school={world.school.public_id}"]
    told(*give)
    told(*give)

    held = RoleAssignment.objects.filter(person=world.people["teacher"], role=Role.PLAN_LEAD)
    assert [(role.school, role.source) for role in held] == [(world.school, Source.HAND)]


def test_an_unknown_school_or_account_is_named(world: World) -> None:
    with pytest.raises(CommandError, match="Riverside"):
        told("add_account", "teacher", "--existing", "--role=plan_lead", f"--school={world.student.public_id}")
    with pytest.raises(CommandError, match="no active account nobody"):
        told("add_account", "nobody", "--existing", "--role=operator")


def test_a_token_is_printed_once_and_only_its_digest_is_kept(world: World) -> None:
    secret = told("add_token", "teacher", "--label=gradebook", "--scope=evidence:read", "--days=30")

    token = ApiToken.objects.get()
    assert token.scopes == ["evidence:read"]
    assert secret not in str(token.__dict__)
    answer = Client().get("/api/v1/evidence", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    assert Client().get("/api/v1/evidence", headers={"Authorization": "Bearer nonsense"}).status_code == 401


@pytest.mark.parametrize("days", ["0", "400"])
def test_a_token_ends(world: World, days: str) -> None:
    with pytest.raises(CommandError, match="1 to 366 days"):
        told("add_token", "teacher", "--label=x", "--scope=evidence:read", f"--days={days}")

    assert not ApiToken.objects.exists()
