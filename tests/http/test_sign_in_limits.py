"""How often somebody may try: an account is guarded by itself, a school behind one address is not shut out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from config.cache import ForgivingRedisCache
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db


def try_to_sign_in(client: Client, username: str, password: str = "not the password at all") -> int:
    return client.post(reverse("account_login"), {"login": username, "password": password}).status_code


@pytest.fixture(params=["Redis is there", "Redis is away"])
def limits(request, monkeypatch):
    """With the real cache, and with one whose server cannot be reached."""
    ForgivingRedisCache.meanwhile.clear()
    if request.param == "Redis is away":
        monkeypatch.setattr(ForgivingRedisCache, "away_until", float("inf"))
    yield
    ForgivingRedisCache.meanwhile.clear()


def test_the_sixth_wrong_password_for_one_account_is_not_even_looked_at(limits, client):
    user = make.UserFactory(username="somebody")
    user.set_password("the right one, at last")
    user.save()
    for _n in range(5):
        try_to_sign_in(client, "somebody")

    client.post(reverse("account_login"), {"login": "somebody", "password": "the right one, at last"})

    assert "_auth_user_id" not in client.session


def test_forty_people_of_one_address_sign_in_within_a_minute(limits, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for n in range(40):
        user = make.UserFactory(username=f"person{n}")
        user.set_password("the right one, at last")
        user.save()

        answer = Client().post(reverse("account_login"), {"login": f"person{n}", "password": "the right one, at last"})

        assert answer.status_code == 302, n
