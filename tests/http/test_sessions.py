"""Signed out is signed out: for the next request, in every process, whatever a cache remembers."""

from __future__ import annotations

import signal

import pytest
from django.test import Client

from accounts.models import Person, User
from config.cache import ForgivingRedisCache
from tests.cast import client_for, sign_in

pytestmark = pytest.mark.django_db


def is_in(client: Client) -> bool:
    """Whether this browser is still somebody."""
    return client.get("/today").status_code == 200


def test_a_session_ended_while_the_cache_was_silent_does_not_come_back(world, teacher, own_valkey, ring_at):
    ring_at(own_valkey.url)
    client = Client()
    sign_in(client, teacher)
    assert is_in(client)
    stolen = client.cookies.output(header="", sep=";")

    own_valkey.signal(signal.SIGSTOP)
    client.post("/account/logout/")
    own_valkey.signal(signal.SIGCONT)
    ForgivingRedisCache.away_until = 0.0

    thief = Client()
    thief.cookies.load(stolen)
    assert not is_in(thief)


@pytest.mark.parametrize("how", ["account", "person", "password"])
def test_who_is_gone_is_out_with_the_next_request(world, teacher, how):
    client = client_for(teacher)
    assert is_in(client)

    if how == "account":
        User.objects.filter(person=teacher).update(is_active=False)
    elif how == "person":
        Person.objects.filter(pk=teacher.pk).update(is_active=False)
    else:
        teacher.user.set_password("another long password")
        teacher.user.save()

    assert not is_in(client)


def test_who_is_gone_cannot_come_in_again(world, teacher):
    teacher.user.set_password("a long enough password")
    teacher.user.save()
    Person.objects.filter(pk=teacher.pk).update(is_active=False)
    client = Client()

    client.post("/account/login/", {"login": "teacher", "password": "a long enough password"})

    assert not is_in(client)


def test_a_new_sign_in_is_a_new_session(world, teacher):
    client = Client()
    client.get("/account/login/")
    teacher.user.set_password("a long enough password")
    teacher.user.save()
    client.cookies["sessionid"] = "fixedbysomebodyelse0000000000000"

    client.post("/account/login/", {"login": "teacher", "password": "a long enough password"})

    assert client.cookies["sessionid"].value != "fixedbysomebodyelse0000000000000"
    assert is_in(client)
