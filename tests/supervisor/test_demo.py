"""`make demo` from nothing to a sign-in page, and again, and gone."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.supervisor.conftest import CHECKOUT, eventually, processes_mentioning, temporary_folder

RUN = """
import sys
from pathlib import Path
from config.supervisor.demo import demo
sys.exit(demo(int(sys.argv[2]), size="small", var=Path(sys.argv[1]), reset="reset" in sys.argv))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Demonstration:
    """One `var` folder and the runs on it."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        self.said = ""
        self.evidence = 0
        self.process: subprocess.Popen[str] | None = None

    def start(self, *words: str) -> "Demonstration":
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        kept = {name: value for name, value in kept.items() if name not in {"BROKER_URL", "DJANGO_SECRET_KEY"}}
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(self.var), str(self.port), *words],
            env=kept,
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if "Stop with Ctrl-C" in line:
                return self
        raise AssertionError(self.said)

    def stop(self) -> str:
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, rest
        return rest

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode()

    def environment(self) -> dict[str, str]:
        text = (self.var / "demo" / "running.env").read_text()
        return dict(re.findall(r"^(\w+)='(.*)'$", text, re.MULTILINE))

    def count(self, query: str, role: str = "OWNER_DATABASE_URL") -> int:
        with psycopg.connect(self.environment()[role]) as connection:
            return connection.execute(query).fetchone()[0]

    def leftovers(self) -> list[tuple[int, str]]:
        return processes_mentioning(str(self.var)) + processes_mentioning(f"127.0.0.1:{self.port}")


@pytest.fixture(scope="module")
def demonstration() -> Iterator[Demonstration]:
    """A demonstration that was loaded and is running; stopped and started again by the tests as they like."""
    with temporary_folder() as var:
        made = Demonstration(var).start()
        yield made
        if made.process.poll() is None:
            made.stop()
        made.process.stdout.close()


@pytest.mark.slow
@pytest.mark.worker
@pytest.mark.timeout(600)
class TestDemonstration:
    """In this order, on one loaded district."""

    def test_it_says_each_step_and_where_to_sign_in(self, demonstration: Demonstration):
        steps = re.findall(r"^\[ *[\d.]+ s\] (?!  \.\.\.)(\w+)", demonstration.said, re.MULTILINE)
        assert steps == ["PostgreSQL", "Valkey", "Database", "Database", "Demonstration", "Web", "Two"]
        assert f"http://localhost:{demonstration.port}/demo" in demonstration.said
        assert demonstration.get("/healthz")[0] == 200
        assert demonstration.get("/demo")[0] == 200
        assert demonstration.get("/demo", Host="elsewhere.example")[0] in {400, 404}

    def test_web_and_workers_are_no_owner_and_no_superuser(self, demonstration: Demonstration):
        students = "SELECT count(*) FROM accounts_student"
        assert demonstration.count(students) > 100
        power = "SELECT count(*) FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreaterole)"
        for role in ("DATABASE_URL", "WORKER_DATABASE_URL"):
            assert demonstration.count(power, role) == 0
            assert demonstration.count(students, role) > 100
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                demonstration.count("CREATE TABLE mine AS SELECT 1", role)

    def test_both_workers_do_real_work(self, demonstration: Demonstration):
        for queue in ("now", "bulk"):
            log = demonstration.var / "log" / f"worker-{queue}.log"
            assert eventually(lambda log=log: " succeeded in " in log.read_text(), 120), log.read_text()[-2000:]

    def test_a_second_one_on_the_same_data_is_refused_and_disturbs_nothing(self, demonstration: Demonstration):
        second = Demonstration(demonstration.var)
        with pytest.raises(AssertionError, match="already running"):
            second.start("reset")
        second.process.stdout.close()
        assert second.process.wait(10) == 1
        assert demonstration.get("/healthz")[0] == 200
        assert demonstration.count("SELECT count(*) FROM accounts_student") > 100

    def test_ctrl_c_leaves_nothing_and_the_next_start_has_everything(self, demonstration: Demonstration):
        demonstration.evidence = demonstration.count("SELECT count(*) FROM assessments_evidence")
        assert demonstration.stop().rstrip().endswith("nothing is left running")
        assert demonstration.leftovers() == []
        assert not (demonstration.var / "demo" / "running.env").exists()
        demonstration.process.stdout.close()
        demonstration.start()
        assert "nothing to migrate or to load" in demonstration.said
        assert demonstration.count("SELECT count(*) FROM assessments_evidence") == demonstration.evidence > 0

    def test_killed_hard_it_leaves_nothing_and_comes_back(self, demonstration: Demonstration):
        assert eventually(lambda: len(demonstration.leftovers()) >= 5)
        demonstration.process.kill()
        demonstration.process.wait()
        assert eventually(lambda: not demonstration.leftovers(), 20) is True
        demonstration.process.stdout.close()
        demonstration.start()
        assert demonstration.get("/demo")[0] == 200
        assert demonstration.count("SELECT count(*) FROM assessments_evidence") == demonstration.evidence
