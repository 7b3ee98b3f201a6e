"""How the process starts: production is clean or does not start; a demonstration answers this machine only."""

from __future__ import annotations

import secrets
import subprocess
import sys

import pytest
from django.test import Client

from accounts.models import AuditEvent, District, Person
from tests import factories as make
from tests.cast import build_world
from tests.processes import CHECKOUT, child_environment, run_command

PRODUCTION = {
    "DJANGO_SECRET_KEY": secrets.token_urlsafe(64),
    "THROUGHLINE_FIELD_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "throughline.example.org",
    "THROUGHLINE_DEMO": "",
    "THROUGHLINE_DEBUG": "",
    "THROUGHLINE_BUILD": "",
}


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process that starts the product and runs a few lines."""
    start = "import os, django; django.setup()\n"
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", start + code],
        cwd=CHECKOUT,
        env=child_environment(**environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


# ------------------------------------------------------------------ production
@pytest.mark.django_db(transaction=True)
def test_production_has_nothing_to_complain_about():
    answer = run_command("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert answer.returncode == 0, answer.stderr + answer.stdout


@pytest.mark.django_db(transaction=True)
def test_production_speaks_tls_only_and_its_cookies_too():
    code = """
from django.conf import settings
from django.test import Client
client = Client(headers={"host": "throughline.example.org"})
plain = client.get("/frameworks")
print(plain.status_code, plain["Location"])
answer = client.get("/api/v1/evidence", secure=True)
print(answer.status_code, answer["Strict-Transport-Security"])
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.STAFF_MFA_REQUIRED)
"""
    answer = python(code, **PRODUCTION)

    assert answer.returncode == 0, answer.stderr
    first, second, third = answer.stdout.strip().splitlines()[-3:]
    assert first == "301 https://throughline.example.org/frameworks"
    assert second.startswith("401 max-age=31536000")
    assert third == "True True True"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DJANGO_SECRET_KEY", None),
        ("DATABASE_URL", None),
        ("REDIS_URL", None),
        ("THROUGHLINE_DEMO", "maybe"),
        ("EMAIL_PORT", "many"),
        ("THROUGHLINE_UPLOAD_MB", "big"),
    ],
)
def test_a_missing_or_senseless_setting_stops_the_start_and_is_named(name, value):
    environment = child_environment(**PRODUCTION)
    environment.pop(name, None)
    if value is not None:
        environment[name] = value
    answer = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert answer.returncode != 0
    assert name in answer.stderr


@pytest.mark.django_db(transaction=True)
def test_ready_says_which_part_is_away_and_never_more():
    code = """
from django.test import Client
answer = Client(headers={"host": "throughline.example.org"}).get("/readyz", secure=True)
print(answer.status_code, answer.content.decode())
print(Client().get("/healthz").status_code)
"""
    away = {
        "DATABASE_URL": "postgresql://somebody:secret-word@127.0.0.1:1/nothing",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    answer = python(code, **{**PRODUCTION, **away})

    ready, health = answer.stdout.strip().splitlines()[-2:]
    assert ready == '503 {"database": false, "cache": false}'
    assert health == "200"
    assert "secret-word" not in answer.stdout + answer.stderr


# ------------------------------------------------------------------ the demonstration
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "hosts", ["*", "0.0.0.0", "throughline.example.org", "localhost,throughline.example.org", ".local"]
)
def test_a_demonstration_for_others_does_not_start(hosts):
    answer = run_command("check", THROUGHLINE_DEMO="1", ALLOWED_HOSTS=hosts)

    assert answer.returncode != 0
    assert "ALLOWED_HOSTS" in answer.stderr


HERE = {"host": "localhost"}


@pytest.fixture
def demonstration(db, settings, today):
    """A demonstration: the switch is on and the seed has marked the database."""
    world = build_world(today)
    District.objects.update(demonstration_seed=7)
    demo = make.UserFactory(username="demo.teacher", person=make.PersonFactory(given_name="Demo"))
    settings.DEMO = True
    return world, demo


def test_one_click_signs_in_as_one_of_the_demonstration(demonstration):
    _world, demo = demonstration
    client = Client(headers=HERE)
    page = client.get("/demo")
    assert page.status_code == 200
    assert str(demo.person.public_id) in page.content.decode()

    assert client.post(f"/demo/{demo.person.public_id}").status_code == 302

    assert client.get("/today").status_code == 200
    assert AuditEvent.objects.get(action="demonstration.sign_in").actor_id == demo.person_id


def test_one_click_signs_in_as_nobody_else(demonstration):
    world, _demo = demonstration
    client = Client(headers=HERE)

    for person in (world.people["teacher"], world.student.person):
        assert client.post(f"/demo/{person.public_id}").status_code == 404
        assert client.get("/today").status_code == 302
    assert client.get(f"/demo/{world.people['teacher'].public_id}").status_code == 405


@pytest.mark.parametrize("missing", ["switch", "mark"])
def test_without_both_the_switch_and_the_mark_there_is_no_such_door(demonstration, settings, missing):
    _world, demo = demonstration
    if missing == "switch":
        settings.DEMO = False
    else:
        District.objects.update(demonstration_seed=None)
    client = Client(headers=HERE)

    assert client.get("/demo").status_code == 404
    assert client.post(f"/demo/{demo.person.public_id}").status_code == 404
    assert client.get("/today").status_code == 302


@pytest.mark.parametrize(
    "header",
    [
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Port",
        "X-Forwarded-Server",
        "X-Real-IP",
        "Via",
    ],
)
@pytest.mark.parametrize("path", ["/demo", "/frameworks", "/account/login/"])
def test_a_demonstration_behind_a_proxy_is_not_found(demonstration, header, path):
    assert Client(headers={**HERE, header: "203.0.113.9"}).get(path).status_code == 404


@pytest.mark.parametrize("host", ["192.0.2.1", "demo.example", "localhost.example", "127.0.0.1.example:8000"])
def test_a_demonstration_under_another_name_is_not_found(demonstration, settings, host):
    settings.ALLOWED_HOSTS = ["*"]

    assert Client(headers={"host": host}).get("/demo").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_seed_refuses_a_database_that_is_somebodys(world):
    people = set(Person.objects.values_list("pk", flat=True))

    for arguments in (("seed_demo",), ("seed_demo", "--if-empty"), ("seed", "--size", "small")):
        answer = run_command(*arguments, THROUGHLINE_DEMO="1", ALLOWED_HOSTS="localhost")
        assert answer.returncode != 0
        assert "not empty" in answer.stderr

    assert set(Person.objects.values_list("pk", flat=True)) == people
    assert not District.objects.filter(demonstration_seed__isnull=False).exists()
