"""A small household under a real supervisor, run as a program of its own so that tests can be rude to it.

python tests/supervisor/scene.py HOME LOGS [durable|fast] [namespace|nobody] [apps]
prints one JSON line when everything is up, one line per thing the supervisor says, and stops like the real one.
"""

import json
import os
import sys
from pathlib import Path

from config.supervisor.home import only_one
from config.supervisor.postgres import Postgres
from config.supervisor.processes import CannotStart, Program, StopRequested, Supervisor, private_directory
from config.supervisor.valkey import Valkey

# A parent with a child of its own, both deaf to SIGTERM: the worst an application can be.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if sys.argv[1] == "parent":
    subprocess.Popen([sys.executable, "-c", open(sys.argv[2]).read(), "child", sys.argv[2]])
time.sleep(600)
"""
POLITE = "import sys, time; print(sys.argv, flush=True); time.sleep(600)"


def main(home: Path, logs: Path, words: list[str]) -> int:
    home.mkdir(parents=True, exist_ok=True)
    with (
        only_one(home) as lock,
        Supervisor(logs, lambda line: print(line, flush=True), lock_fd=lock, ends_the_program=True) as supervisor,
    ):
        try:
            sockets = supervisor.remove_at_end(private_directory())
            postgres = Postgres(
                home, sockets, supervisor, durable="durable" in words, allow_namespace="nobody" not in words
            )
            postgres.create()
            postgres.start()
            valkey = Valkey(home, sockets, supervisor, durable="durable" in words)
            valkey.start()
            pids = {"postgres": postgres.child.process.pid, "valkey": valkey.child.process.pid}
            if "apps" in words:
                script = logs / "stubborn.py"
                script.write_text(STUBBORN)
                programs = [
                    Program("polite", [sys.executable, "-c", POLITE, str(home)], os.environ, home, stage=5),
                    Program(
                        "stubborn",
                        [sys.executable, str(script), "parent", str(script)],
                        os.environ,
                        home,
                        stage=4,
                        stop_seconds=1.0,
                    ),
                ]
                pids |= {program.name: supervisor.spawn(program).process.pid for program in programs}
            facts = {
                "pid": os.getpid(),
                "pids": pids,
                "sockets": str(sockets),
                "data": str(postgres.data),
                "how": postgres.identity.how,
                "urls": vars(postgres.urls),
                "redis": valkey.url,
            }
            print(json.dumps(facts), flush=True)
            supervisor.watch()
        except StopRequested:
            pass
        print("stopping", flush=True)
    print("stopped", flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
    except CannotStart as error:
        print(f"cannot start: {error}", flush=True)
        sys.exit(1)
