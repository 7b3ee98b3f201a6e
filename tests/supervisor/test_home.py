"""The demonstration's folder: one user at a time, one secret, prepared once."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.supervisor import home as keeping
from config.supervisor.demo import Servers, child_environment, demo, given_database
from config.supervisor.home import fingerprint, is_prepared, only_one, remember_prepared, secret_key
from config.supervisor.postgres import DatabaseURLs
from config.supervisor.processes import CannotStart, check_port
from tests.supervisor.conftest import CHECKOUT

URLS = DatabaseURLs(owner="postgresql://o@/t", app="postgresql://a@/t", worker="postgresql://w@/t", superuser="")


def test_two_demonstrations_do_not_fight_over_one_folder(tmp_path: Path):
    refused = pytest.raises(CannotStart, match=f"already running on .*process {os.getpid()}")
    with only_one(tmp_path), refused, only_one(tmp_path):
        pytest.fail("the second one got in")
    with only_one(tmp_path):
        pass


def test_a_lock_whose_owner_died_is_waited_for_until_its_guard_lets_go(tmp_path: Path):
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, 2);"
            " f.write('999999999'); f.flush(); print('held', flush=True); time.sleep(1.5)",
            str(tmp_path / "lock"),
        ],
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout.readline() == b"held\n"
        with only_one(tmp_path):
            assert holder.wait(5) == 0


def test_a_lock_that_nobody_lets_go_of_is_reported_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(keeping, "LOCK_SECONDS", 0.3)
    with only_one(tmp_path):
        (tmp_path / "lock").write_text("999999999")
        with pytest.raises(CannotStart, match="already running"), only_one(tmp_path):
            pytest.fail("the second one got in")


def test_the_secret_is_made_once_and_closed_to_others(tmp_path: Path):
    first = secret_key(tmp_path)
    assert len(first) >= 50
    assert secret_key(tmp_path) == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "other").mkdir()
    assert secret_key(tmp_path / "other") != first


def test_the_database_is_prepared_again_when_a_migration_changes(tmp_path: Path):
    migrations = tmp_path / "accounts" / "migrations"
    migrations.mkdir(parents=True)
    (migrations / "0001_people.py").write_text("first = 1\n")
    before = fingerprint(tmp_path)
    remember_prepared(tmp_path, before)
    assert is_prepared(tmp_path, fingerprint(tmp_path))
    (migrations / "0002_schools.py").write_text("second = 2\n")
    assert not is_prepared(tmp_path, fingerprint(tmp_path))
    (migrations / "0002_schools.py").unlink()
    assert is_prepared(tmp_path, fingerprint(tmp_path))
    (migrations / "0001_people.py").write_text("first = 2\n")
    assert not is_prepared(tmp_path, fingerprint(tmp_path))


def test_the_fingerprint_of_this_checkout_covers_every_app():
    seen = {path.relative_to(CHECKOUT).parts[0] for path in CHECKOUT.glob("*/migrations/*.py")}
    assert {"accounts", "competencies", "assessments", "supports", "success_plans"} <= seen
    assert fingerprint(CHECKOUT) == fingerprint(CHECKOUT)


def test_with_real_servers_the_two_other_roles_default_to_the_first():
    assert given_database({}) is None
    assert given_database({"DATABASE_URL": ""}) is None
    one = given_database({"DATABASE_URL": "postgresql://me@db/t"})
    assert (one.app, one.worker, one.owner) == ("postgresql://me@db/t",) * 3
    three = given_database({"DATABASE_URL": "a", "WORKER_DATABASE_URL": "w", "OWNER_DATABASE_URL": "o"})
    assert (three.app, three.worker, three.owner) == ("a", "w", "o")


def test_each_child_gets_its_own_role_and_nothing_that_could_open_the_demonstration(tmp_path: Path):
    outside = {
        "GUNICORN_CMD_ARGS": "--bind 0.0.0.0:80",
        "ALLOWED_HOSTS": "example.org",
        "DJANGO_SETTINGS_MODULE": "elsewhere",
        "THROUGHLINE_BUILD": "1",
        "HOME": "/home/me",
    }
    child = child_environment(
        Servers(URLS, "unix:///tmp/v.sock?db=0"), URLS.worker, tmp_path, outside, "http://localhost:8014"
    )
    assert child["DATABASE_URL"] == URLS.worker
    assert child["BROKER_URL"] == "redis+socket:///tmp/v.sock?virtual_host=0"
    assert child["ALLOWED_HOSTS"] == "localhost,127.0.0.1"
    assert child["THROUGHLINE_URL"] == "http://localhost:8014", "letters and messages lead to this demonstration"
    assert child["DJANGO_SETTINGS_MODULE"] == "config.settings"
    assert child["HOME"] == "/home/me"
    assert not {"GUNICORN_CMD_ARGS", "THROUGHLINE_BUILD"} & set(child)


def test_reset_never_touches_a_server_of_your_own(tmp_path: Path, capsys: pytest.CaptureFixture):
    assert demo(8000, reset=True, var=tmp_path, environ={"DATABASE_URL": "postgresql://me@db/t"}) == 1
    assert "a server of your own" in capsys.readouterr().err
    assert not (tmp_path / "demo").exists()


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path, capsys: pytest.CaptureFixture):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert demo(port, reset=False, var=tmp_path, environ={}) == 1
    said = capsys.readouterr().err
    assert f"Port {port} is taken by another program" in said
    assert f"make demo PORT={port + 1}" in said
    assert not (tmp_path / "demo" / "pg").exists()
    check_port(port)
