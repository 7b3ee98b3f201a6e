"""Runs the scene as root and as an ordinary user, and looks at the processes it leaves."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SCENE = Path(__file__).with_name("scene.py")
# Any user that is not root will do.
ORDINARY_UID = next((entry.pw_uid for entry in pwd.getpwall() if 0 < entry.pw_uid < 65534), 1)
NAMELESS_UID = 54321


def processes_mentioning(text: str) -> list[tuple[int, str]]:
    """Every running process with this text in its command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if text in command:
                found.append((int(entry.name), command))
    return found


def eventually(what: Callable[[], Any], seconds: float = 15.0) -> Any:
    """The first true answer of `what`, or its last answer when the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        answer = what()
        if answer or time.monotonic() > deadline:
            return answer
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    """Whether this process exists and is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def python_for(uid: int | None) -> str:
    """A Python that this user can run: ours, or the system's where ours lives in somebody's closed home."""
    if uid is None:
        return sys.executable
    for candidate in (sys.executable, "/usr/bin/python3.11", "/usr/bin/python3"):
        code = "import sys; sys.exit(sys.version_info < (3, 11))"
        try:
            done = subprocess.run([candidate, "-c", code], user=uid, group=uid, extra_groups=[], capture_output=True)
        except OSError:
            continue
        if done.returncode == 0:
            return candidate
    pytest.skip("no Python 3.11 that another user may run")


@dataclass
class Scene:
    """One running scene and what it said."""

    process: subprocess.Popen[str]
    home: Path
    said: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def read_until_ready(self) -> "Scene":
        for line in self.process.stdout:
            self.said.append(line.strip())
            if line.startswith("{"):
                self.facts = json.loads(line)
                return self
        self.process.wait(30)
        return self

    def next_line(self, *, containing: str) -> str:
        for line in self.process.stdout:
            self.said.append(line.strip())
            if containing in line:
                return line
        raise AssertionError(f"{containing!r} was never said, only {self.said}")

    def pid(self, name: str) -> int:
        return self.facts["pids"][name]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        rest, _ = self.process.communicate(timeout=60)
        self.said += rest.splitlines()
        return self.process.returncode

    def leftovers(self) -> list[tuple[int, str]]:
        """Everything of this scene that runs: all command lines name its folder or its sockets."""
        found = processes_mentioning(str(self.home.parent)) + processes_mentioning(self.facts["sockets"])
        return sorted({(pid, command) for pid, command in found if is_running(pid)})


class Stage:
    """Starts scenes on one data directory, as one user."""

    def __init__(self, root: Path, uid: int | None) -> None:
        self.uid = uid
        self.home = root / "home"
        self.logs = root / "logs"
        self.root = root
        self.scenes: list[Scene] = []
        for folder in (self.home, self.logs):
            folder.mkdir(mode=0o755)
            if uid is not None:
                os.chown(folder, uid, uid)
        if uid is not None:
            os.chown(root, uid, uid)

    def launch(self, *words: str, starts: bool = True, stdin: int = subprocess.DEVNULL, **environment: str) -> Scene:
        site = next(path for path in sys.path if path.endswith("site-packages"))
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{CHECKOUT}:{site}", "PYTHONDONTWRITEBYTECODE": "1"}
        who = {} if self.uid is None else {"user": self.uid, "group": self.uid, "extra_groups": []}
        process = subprocess.Popen(
            [python_for(self.uid), str(SCENE), str(self.home), str(self.logs), *words],
            env=env | environment,
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=stdin,
            text=True,
            start_new_session=True,
            **who,
        )
        scene = Scene(process, self.home).read_until_ready()
        self.scenes.append(scene)
        assert bool(scene.facts) == starts, "\n".join(scene.said)
        return scene

    def close(self) -> None:
        for scene in self.scenes:
            if scene.process.poll() is None:
                scene.stop()
            scene.process.stdout.close()
        for pid, _ in processes_mentioning(str(self.root)):
            os.kill(pid, signal.SIGKILL)


def users() -> list[Any]:
    """Ourselves, and an ordinary user too where we are root and can be somebody else."""
    us = pwd.getpwuid(os.geteuid()).pw_name if os.geteuid() == 0 else "ourselves"
    return [pytest.param(None, id=us), *([pytest.param(ORDINARY_UID, id="ordinary")] if os.geteuid() == 0 else [])]


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A temporary folder with a short path that every user may pass through (pytest's own are ours alone)."""
    folder = Path(tempfile.mkdtemp(prefix="tl-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder of the test's own that every user may enter."""
    with temporary_folder() as folder:
        yield folder


@pytest.fixture(scope="module", params=users())
def running(request: pytest.FixtureRequest) -> Iterator[Scene]:
    """Running servers for tests that only look; started once for each kind of user, in an odd environment."""
    with temporary_folder() as folder:
        made = Stage(folder, request.param)
        yield made.launch("fast", LC_ALL="de_DE.UTF-8", PGOPTIONS="-c search_path=nowhere", PGDATA="/nowhere")
        made.close()


@pytest.fixture(params=users())
def stage(request: pytest.FixtureRequest, open_folder: Path) -> Iterator[Stage]:
    """A stage for each kind of user."""
    made = Stage(open_folder, request.param)
    yield made
    made.close()


@pytest.fixture
def own_stage(open_folder: Path) -> Iterator[Stage]:
    """A stage for ourselves only."""
    made = Stage(open_folder, None)
    yield made
    made.close()
