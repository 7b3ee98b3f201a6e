"""`docker compose up`, service by service, as plain processes on the test servers."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import redis
from psycopg import sql

from tests.conftest import MISSING
from tests.deploy import image
from tests.deploy.image import DOT_ENV, HOST, Deployment
from tests.processes import eventually

pytestmark = pytest.mark.slow

SERVERS = {"postgres", "redis"}
ONE_OFF = {"prepare"}
BESIDE = Path(sys.executable).parent
SECURE = {"Host": HOST, "X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Iterator[Deployment]:
    """The image's files and an empty database."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        if not os.environ.get(name):
            pytest.fail(MISSING.format(name=name), pytrace=False)
    admin_url = os.environ["DATABASE_URL"]
    made = Deployment(
        admin_url, os.environ["REDIS_URL"], f"test_deploy_{os.getpid()}", tmp_path_factory.mktemp("deployment")
    )
    before = image.passwords(admin_url)
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(made.database))
        )
    try:
        made.build()
        yield made
    finally:
        made.stop()
        image.put_back(admin_url, made.database, before)


@pytest.fixture(scope="module")
def prepared(built: Deployment) -> Deployment:
    """The deployment after the service `prepare`, which the others wait for."""
    done = built.run("prepare")
    assert done.returncode == 0, done.stdout + done.stderr
    return built


@pytest.fixture(scope="module")
def running(prepared: Deployment) -> Deployment:
    """Everything that stays up, up."""
    client: redis.Redis = redis.Redis.from_url(prepared.redis_url)
    client.flushdb()
    client.close()
    for service in image.services().keys() - SERVERS - ONE_OFF:
        prepared.start(service)
    eventually(lambda: prepared.port and _get(prepared, "/healthz")[0] == 200, seconds=60)
    for service in ("worker-now", "worker-bulk"):
        eventually(lambda service=service: " ready." in prepared.log(service), seconds=60)
    return prepared


def _get(deployment: Deployment, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    line = http.client.HTTPConnection("127.0.0.1", deployment.port, timeout=60)
    try:
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    except OSError:
        return 0, {}, b""
    finally:
        line.close()


# ------------------------------------------------------------------ the files
def test_the_compose_file_follows_the_compose_specification() -> None:
    argv = [str(BESIDE / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(image.COMPOSE)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    argv = [str(BESIDE / "hadolint"), str(image.DOCKERFILE)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_service_is_a_server_or_is_run_by_these_tests() -> None:
    assert set(image.services()) == SERVERS | ONE_OFF | {"web", "worker-now", "worker-bulk", "beat"}


def test_no_service_starts_without_its_secrets() -> None:
    for missing in DOT_ENV:
        rest = {name: value for name, value in DOT_ENV.items() if name != missing}
        with pytest.raises(LookupError, match=missing):
            image.filled_in(image.COMPOSE.read_text(), rest)


def test_only_the_one_off_service_knows_the_owner_of_the_database() -> None:
    for name, service in image.services().items():
        environment = json.dumps(service.get("environment", {}))
        assert ("OWNER_PASSWORD" in environment) == (name in {"postgres", "prepare"}), name


# ------------------------------------------------------------------ prepare
def test_preparing_again_at_every_start_changes_nothing(prepared: Deployment) -> None:
    done = prepared.run("prepare")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "No migrations to apply" in done.stdout
    assert "throughline_app: kept" in done.stdout


def test_an_owner_of_a_managed_server_who_is_no_superuser_can_prepare_again(prepared: Deployment) -> None:
    owner = f"test_managed_{os.getpid()}"
    parts = urlsplit(prepared.owner_url())
    url = urlunsplit(parts._replace(netloc=f"{owner}:secret@{parts.netloc.rpartition('@')[2]}"))
    with psycopg.connect(prepared.admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD 'secret'").format(sql.Identifier(owner)))
        try:
            for role in image.ROLES:
                grant = sql.SQL("GRANT {} TO {} WITH ADMIN OPTION")
                admin.execute(grant.format(sql.Identifier(role), sql.Identifier(owner)))
            done = prepared.run("prepare", "python", "manage.py", "create_roles", DATABASE_URL=url)
        finally:
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(owner)))

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_role_that_could_do_more_than_its_grants_is_refused(prepared: Deployment) -> None:
    with psycopg.connect(prepared.admin_url, autocommit=True) as admin:
        admin.execute("ALTER ROLE throughline_worker CREATEROLE")
        try:
            done = prepared.run("prepare", "python", "manage.py", "create_roles")
        finally:
            admin.execute("ALTER ROLE throughline_worker NOCREATEROLE")

    assert done.returncode == 1
    assert "throughline_worker may do more than it should" in done.stderr


def test_the_deployment_check_is_clean(prepared: Deployment) -> None:
    done = prepared.run("web", "python", "manage.py", "check", "--deploy", "--fail-level", "INFO")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout


def test_the_models_are_what_the_migrations_made(prepared: Deployment) -> None:
    done = prepared.run("prepare", "python", "manage.py", "makemigrations", "--check", "--dry-run")

    assert done.returncode == 0, done.stdout + done.stderr


FORBIDDEN = (
    "ALTER TABLE accounts_person ADD COLUMN shoe_size int",
    "DROP TABLE assessments_evidence",
    "TRUNCATE supports_flag",
    "CREATE TABLE mine (id int)",
    "ALTER TABLE assessments_evidence DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "CREATE ROLE another SUPERUSER",
    "UPDATE accounts_auditevent SET reason = ''",
    "DELETE FROM accounts_auditevent",
    "DELETE FROM accounts_auditseal",
    "UPDATE accounts_readevent SET reason = ''",
    "DELETE FROM accounts_personevent",
    "SELECT rolpassword FROM pg_authid",
    "COPY accounts_person TO PROGRAM 'cat'",
)


@pytest.mark.parametrize("service", ["web", "worker-now", "worker-bulk", "beat"])
def test_neither_web_nor_workers_can_change_the_schema_or_what_was_audited(prepared: Deployment, service: str) -> None:
    with psycopg.connect(prepared.role_url(service), autocommit=True) as line:
        for statement in FORBIDDEN:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                line.execute(statement)


@pytest.mark.parametrize("service", ["web", "worker-now"])
def test_neither_web_nor_workers_own_anything_or_get_around_row_policies(prepared: Deployment, service: str) -> None:
    with psycopg.connect(prepared.role_url(service), autocommit=True) as line:
        owned = line.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user").fetchone()
        rights = line.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()

    assert owned == (0,)
    assert rights == (False, False, False, False, False)


# ------------------------------------------------------------------ web
def test_web_is_healthy_and_ready_whoever_asks(running: Deployment) -> None:
    for headers in ({}, SECURE, {"Host": "10.1.2.3:8000"}):
        assert _get(running, "/healthz", **headers)[0] == 200
        status, _headers, body = _get(running, "/readyz", **headers)
        assert status == 200
        assert json.loads(body) == {"database": True, "cache": True}


def test_the_health_check_of_the_image_says_healthy(running: Deployment) -> None:
    words = json.loads(image.instruction("HEALTHCHECK").partition("CMD")[2])
    here = [word.replace("127.0.0.1:8000", f"127.0.0.1:{running.port}") for word in words]

    done = running.run("web", *here)

    assert done.returncode == 0, done.stderr
    assert running.run("web", *[word.replace("127.0.0.1:8000", "127.0.0.1:1") for word in words]).returncode != 0


def test_plain_http_is_sent_to_https(running: Deployment) -> None:
    status, headers, _body = _get(running, "/account/login/", Host=HOST)

    assert status == 301
    assert headers["Location"] == f"https://{HOST}/account/login/"


def test_another_host_name_is_refused(running: Deployment) -> None:
    assert _get(running, "/account/login/", Host="evil.example", **{"X-Forwarded-Proto": "https"})[0] == 400


def test_the_sign_in_page_comes_with_hashed_files_and_its_headers(running: Deployment) -> None:
    status, headers, body = _get(running, "/account/login/", **SECURE)
    styles = re.findall(r'href="(/static/[^"]+\.css)"', body.decode())

    assert status == 200
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert "Secure" in headers["Set-Cookie"]
    assert styles
    for address in styles:
        assert re.search(r"\.[0-9a-f]{12}\.css$", address)
        status, headers, _body = _get(running, address, **SECURE)
        assert status == 200
        assert "immutable" in headers["Cache-Control"]


def test_nobody_signs_in_with_one_click_here(running: Deployment) -> None:
    assert _get(running, "/demo", **SECURE)[0] == 404


# ------------------------------------------------------------------ workers and beat
def test_both_workers_answer_a_ping(running: Deployment) -> None:
    argv = ["celery", "--app", "config", "inspect", "ping", "--timeout", "10", "--json"]
    done = running.run("worker-now", *argv)

    assert done.returncode == 0, done.stdout + done.stderr
    answers = json.loads(done.stdout[done.stdout.index("{") :])
    assert {name.partition("@")[0] for name in answers} == {"now", "bulk"}


PIECES = """
import django; django.setup()
from django.utils import timezone
from bench import town as towns
town = towns.found(timezone.localdate(), competencies=3)
towns.settle(town, 1)
towns.write_evidence(town, town.students, town.competencies[:1], [3, 3])
print(towns.token_of(town.teacher, "evidence:write"), town.students[0].public_id, town.competencies[0].public_id)
"""


def test_a_piece_over_http_becomes_a_flag_with_the_grants_of_web_and_worker(running: Deployment) -> None:
    # The school is written with the web role's grants too; only its code comes from the checkout.
    setting_up = subprocess.run(
        [sys.executable, "-c", PIECES],
        cwd=image.CHECKOUT,
        env=running.environment("web") | {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert setting_up.returncode == 0, setting_up.stderr
    token, student, competency = setting_up.stdout.split()
    piece = {
        "key": str(uuid.uuid4()),
        "student": student,
        "competency": competency,
        "value": "3",
        "observed_on": time.strftime("%Y-%m-%d", time.localtime(time.time() - 86400)),
        "context": "conversation",
    }
    line = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)
    headers = SECURE | {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    line.request("POST", "/api/v1/evidence", body=json.dumps({"pieces": [piece]}), headers=headers)
    answer = line.getresponse()
    assert answer.status == 201, answer.read()
    line.close()

    def flags() -> list[tuple[str, str]]:
        with psycopg.connect(running.owner_url(), autocommit=True) as owner:
            return owner.execute("SELECT rule, state FROM supports_flag").fetchall()

    assert eventually(flags, seconds=30) == [("READY_NEXT", "open")]
    done = running.run("worker-bulk", "python", "manage.py", "verify")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_bulk_worker_does_what_it_is_rung_for(running: Deployment) -> None:
    ring = "from config.celery import app; app.send_task('accounts.tasks.seal_audit', queue='bulk')"
    done = running.run("web", "python", "-c", ring)
    assert done.returncode == 0, done.stderr

    eventually(lambda: "accounts.tasks.seal_audit" in running.log("worker-bulk"), seconds=30)
    eventually(
        lambda: re.search(r"accounts\.tasks\.seal_audit\[[^]]+\] succeeded", running.log("worker-bulk")), seconds=30
    )


def test_beat_sends_and_the_worker_sweeps(running: Deployment) -> None:
    eventually(lambda: "Sending due task sweep" in running.log("beat"), seconds=40)
    eventually(
        lambda: re.search(r"refresh_students\[[^]]+\] succeeded", running.log("worker-now")),
        seconds=30,
    )


def test_a_stop_as_at_a_deploy_ends_every_service_cleanly(running: Deployment) -> None:
    for name, process in running.running.items():
        assert process.poll() is None, f"{name} ended early:\n{running.log(name)[-2000:]}"
    for process in running.running.values():
        process.terminate()
    codes = {name: process.wait(timeout=40) for name, process in running.running.items()}

    assert codes == dict.fromkeys(codes, 0)


def test_the_commands_in_the_files_are_lists_so_that_signals_arrive() -> None:
    assert isinstance(json.loads(image.instruction("CMD")), list)
    for name, service in image.services().items():
        if name not in SERVERS and "command" in service:
            assert isinstance(service["command"], list), name
