"""Who can come in, the roster and the office decide; a phone left unlocked for a minute changes nothing for good."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.fresh import FRESH, SIGNED_IN_AT
from accounts.models import AuditEvent, Person
from tests.cast import World, client_for

pytestmark = pytest.mark.django_db

THEIRS = "somebody.else@example.org"


def grow_old(client: Client) -> None:
    """A session whose sign-in was longer ago than is fresh."""
    session = client.session
    session[SIGNED_IN_AT] -= FRESH + 1
    session.save()


def test_nobody_adds_an_address_to_an_account(world: World, guardian: Person) -> None:
    client = client_for(guardian)
    for answer in (
        client.get("/account/email/"),
        client.post("/account/email/", {"action_add": "", "email": THEIRS}),
        client.get("/account/confirm-email/abc/"),
    ):
        assert answer.status_code == 404
    assert not EmailAddress.objects.filter(email=THEIRS).exists()


@pytest.mark.parametrize("is_verified", [False, True], ids=["unverified", "verified"])
@pytest.mark.parametrize("page", ["account_request_login_code", "account_reset_password"])
def test_an_address_that_stands_beside_an_account_receives_nothing(
    world: World, guardian: Person, page: str, is_verified: bool
) -> None:
    EmailAddress.objects.create(user=guardian.user, email=THEIRS, verified=is_verified)
    own = guardian.user.email = "own@example.org"
    guardian.user.save()

    for address in (THEIRS, own):
        Client().post(reverse(page), {"email": address})

    opened = [one for one in mail.outbox if "any record" not in one.body]  # to a stranger: that nobody is known
    assert [one.to for one in opened] == [[own]]


@pytest.mark.parametrize("name", ["account_set_password", "mfa_activate_totp", "mfa_add_webauthn"])
def test_a_way_in_is_added_only_shortly_after_a_sign_in(world: World, guardian: Person, name: str) -> None:
    guardian.user.set_unusable_password()
    guardian.user.save()
    client = client_for(guardian)
    assert client.get(reverse(name)).status_code == 200
    grow_old(client)
    for answer in (client.get(reverse(name)), client.post(reverse(name), {"password1": "x", "password2": "x"})):
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("sign_in_again"))


def test_who_is_asked_to_sign_in_once_more_comes_back_to_where_they_were_going(world: World, guardian: Person) -> None:
    client = client_for(guardian)
    grow_old(client)
    asked = client.get(reverse("account_set_password"), follow=True)
    assert asked.status_code == 200
    assert reverse("account_set_password") in asked.content.decode()
    gone = client.post(reverse("sign_in_again"), {"next": reverse("account_set_password")})
    assert gone["Location"] == f"{reverse('account_login')}?next={reverse('account_set_password')}"
    assert client.get(reverse("today")).status_code == 302
    away = client_for(guardian).post(reverse("sign_in_again"), {"next": "https://elsewhere.example/"})
    assert "elsewhere" not in away["Location"]


def test_a_new_password_is_told_to_the_accounts_address_and_stays_in_the_audit(world: World, guardian: Person) -> None:
    guardian.user.email = "own@example.org"
    guardian.user.set_unusable_password()
    guardian.user.save()
    EmailAddress.objects.create(user=guardian.user, email="own@example.org", verified=True, primary=True)
    words = {"password1": "a long and new word 71", "password2": "a long and new word 71"}

    assert client_for(guardian).post(reverse("account_set_password"), words).status_code == 302

    assert [one.to for one in mail.outbox] == [["own@example.org"]]
    row: Any = AuditEvent.objects.get(action="account.password")
    assert (row.actor_id, row.subject_id) == (guardian.pk, str(guardian.user.pk))
