"""Children that never outlive us: ordered stops, hard kills, restarts."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.supervisor.processes import CannotStart, Program, StopRequested, Supervisor
from tests.supervisor.conftest import CHECKOUT, Stage, eventually, is_running, processes_mentioning


def sleeper(name: str, folder: Path, code: str = "import time; time.sleep(600)", **more: object) -> Program:
    return Program(name, [sys.executable, "-c", code, str(folder)], os.environ, folder, **more)


def supervisor_on(folder: Path, said: list[str]) -> Supervisor:
    return Supervisor(folder / "logs", said.append)


def test_sigterm_stops_everything_in_order_and_leaves_nothing(stage: Stage):
    scene = stage.launch("durable", "apps")
    sockets = Path(scene.facts["sockets"])
    # The supervisor, postgres, valkey, the polite one, the stubborn one with its child.
    assert eventually(lambda: len(scene.leftovers()) >= 6)
    assert scene.stop(signal.SIGTERM) == 0
    assert scene.leftovers() == []
    assert not sockets.exists()
    assert not (Path(scene.facts["data"]) / "postmaster.pid").exists()


def test_ctrl_c_stops_everything_and_a_second_one_does_no_harm(stage: Stage):
    scene = stage.launch("durable", "apps")
    scene.process.send_signal(signal.SIGINT)
    scene.next_line(containing="stopping")
    while scene.process.poll() is None:
        # During the stop, during the goodbye, and while the interpreter itself goes home.
        scene.process.send_signal(signal.SIGINT)
        time.sleep(0.01)
    rest, _ = scene.process.communicate(timeout=60)
    assert scene.process.returncode == 0
    assert rest.splitlines()[-1] == "stopped"
    assert scene.leftovers() == []
    log = (stage.logs / "postgres.log").read_text()
    assert "fast shutdown" in log
    assert "database system is shut down" in log


def test_closing_the_window_stops_everything_though_nobody_sends_a_signal(own_stage: Stage):
    window, terminal = os.openpty()
    scene = own_stage.launch("fast", stdin=terminal)
    os.close(terminal)
    assert scene.process.poll() is None
    os.close(window)
    scene.next_line(containing="stopped: postgres")
    assert scene.process.wait(10) == 0
    assert scene.leftovers() == []


def test_closing_the_window_while_it_starts_is_noticed_as_soon_as_it_waits(tmp_path: Path):
    window, terminal = os.openpty()
    kept = os.dup(0)
    os.dup2(terminal, 0)
    os.close(terminal)
    try:
        with supervisor_on(tmp_path, []) as supervisor:
            supervisor.pause(0)
            os.close(window)
            with pytest.raises(StopRequested):
                supervisor.pause(0)
    finally:
        os.dup2(kept, 0)
        os.close(kept)


def test_nothing_is_left_running_when_the_supervisor_is_killed_hard(stage: Stage):
    scene = stage.launch("durable", "apps")
    sockets = Path(scene.facts["sockets"])
    assert eventually(lambda: len(scene.leftovers()) >= 6)
    everybody = [pid for pid, _ in scene.leftovers()]
    scene.process.kill()
    # The stubborn parent and its child ignore SIGTERM; the guard's patience with them is five seconds.
    assert eventually(lambda: not any(is_running(pid) for pid in everybody), 20)
    assert eventually(lambda: not sockets.exists(), 5)
    assert "shut down" in (stage.logs / "postgres.log").read_text()


def test_even_when_the_guard_is_killed_too_the_kernel_ends_the_children(own_stage: Stage):
    scene = own_stage.launch("fast")
    guards = [
        pid
        for pid, command in processes_mentioning("supervisor/guard.py")
        if f"PPid:\t{scene.facts['pid']}\n" in Path(f"/proc/{pid}/status").read_text()
    ]
    assert len(guards) == 1
    os.kill(guards[0], signal.SIGKILL)
    scene.process.kill()
    assert eventually(lambda: not any(is_running(pid) for pid in scene.facts["pids"].values()), 10)
    # With both of them gone nobody is left to remove the folder of the sockets.
    shutil.rmtree(scene.facts["sockets"])


def test_a_stop_during_the_first_start_is_clean_too(own_stage: Stage):
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("scene.py")), str(own_stage.home), str(own_stage.logs)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert eventually(lambda: (own_stage.home / "pg.new" / "base").exists(), 10)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert said.splitlines()[-1] == "stopped"
    assert not processes_mentioning(str(own_stage.home))
    assert own_stage.launch("fast").facts


def test_a_program_that_ends_is_started_again_and_the_person_is_told(own_stage: Stage):
    scene = own_stage.launch("fast", "apps")
    first = scene.pid("polite")
    os.kill(first, signal.SIGKILL)
    assert "polite ended unexpectedly (code -9)" in scene.next_line(containing="polite")

    def another() -> list[int]:
        return [pid for pid, command in processes_mentioning("sys.argv, flush") if str(own_stage.home) in command]

    assert eventually(lambda: [pid for pid in another() if pid != first])


def test_a_program_that_will_not_stay_up_ends_the_run_with_its_last_words(open_folder: Path):
    said: list[str] = []
    with supervisor_on(open_folder, said) as supervisor:
        supervisor.max_quick_restarts = 2
        supervisor.spawn(sleeper("broken", open_folder, "raise SystemExit('no such table: pupils')"))
        supervisor.spawn(sleeper("fine", open_folder))
        with pytest.raises(CannotStart, match="no such table: pupils"):
            supervisor.watch()
    assert len([line for line in said if "starting it again" in line]) == 2
    assert processes_mentioning(str(open_folder)) == []


def test_stages_stop_from_the_highest_down(open_folder: Path):
    record = open_folder / "order"
    code = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    time.sleep(0.2)\n"
        f"    open({str(record)!r}, 'a').write(NAME + ' ')\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('up', flush=True)\n"
        "time.sleep(600)"
    )
    with supervisor_on(open_folder, []) as supervisor:
        for name, level in (("postgres", 0), ("valkey", 1), ("beat", 3), ("worker", 4), ("web", 5)):
            child = supervisor.spawn(sleeper(name, open_folder, f"NAME = {name!r}\n{code}", stage=level))
            log = supervisor.log_path(name)
            supervisor.wait_until(child, lambda log=log: "\nup" in log.read_text(), 10)
    assert record.read_text().split() == ["web", "worker", "beat", "valkey", "postgres"]


def test_one_that_ignores_the_request_is_ended_with_all_its_children(open_folder: Path):
    said: list[str] = []
    deaf = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', sys.argv[1]])\n"
        "print('up', flush=True)\n"
        "time.sleep(600)"
    )
    with supervisor_on(open_folder, said) as supervisor:
        child = supervisor.spawn(sleeper("deaf", open_folder, deaf, stop_seconds=0.5))
        supervisor.wait_until(child, lambda: "\nup" in supervisor.log_path("deaf").read_text(), 10)
        started = time.monotonic()
    assert time.monotonic() - started < 300, "it sleeps for ten minutes"
    assert any("deaf did not stop" in line for line in said)
    assert processes_mentioning(str(open_folder)) == []


def test_a_request_to_stop_ends_a_one_off_command(open_folder: Path):
    with supervisor_on(open_folder, []) as supervisor:
        code = f"import os, signal, time; os.kill({os.getpid()}, signal.SIGTERM); time.sleep(600)"
        with pytest.raises(StopRequested):
            supervisor.run(sleeper("step", open_folder, code))
    assert processes_mentioning(str(open_folder)) == []


def test_a_command_that_takes_too_long_is_ended_and_named(open_folder: Path):
    with (
        supervisor_on(open_folder, []) as supervisor,
        pytest.raises(CannotStart, match="slowpoke was still running after 0 s"),
    ):
        supervisor.run(sleeper("slowpoke", open_folder), seconds=0.3)
    assert processes_mentioning(str(open_folder)) == []


def test_a_program_that_does_not_exist_is_named(open_folder: Path):
    missing = Program("missing", ["/no/such/program"], {}, open_folder)
    with supervisor_on(open_folder, []) as supervisor, pytest.raises(CannotStart, match="missing could not be"):
        supervisor.spawn(missing)


def test_signals_are_ours_again_after_the_supervisor(open_folder: Path):
    before = signal.getsignal(signal.SIGINT)
    with supervisor_on(open_folder, []):
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


def test_the_supervisor_needs_neither_django_nor_any_other_package():
    code = (
        "import json, sys\n"
        "before = set(sys.modules)\n"
        "import config.supervisor.__main__, config.supervisor.testing, config.supervisor.install\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in set(sys.modules) - before})))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(CHECKOUT)!r})\n{code}"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    strangers = set(json.loads(done.stdout)) - set(sys.stdlib_module_names) - {"config", "__mp_main__"}
    assert strangers == set()
