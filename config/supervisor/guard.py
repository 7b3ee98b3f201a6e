"""The last one out: ends what a supervisor left behind when it was killed without a chance to tidy up.

Run as a script with a pipe on standard input. The supervisor writes one line per fact:

    + PID SIGNAL    a child started; SIGNAL is how it likes to be asked to stop
    - PID           that child ended
    d PATH          a private temporary directory to remove at the very end
    bye             everything was stopped in order, there is nothing to do

End of input without `bye` means the supervisor died. The guard then asks every child, newest first, to
stop, and ends whatever is still there when its patience is over. It also keeps the supervisor's lock
(an inherited file descriptor) until then, so that a second start cannot meet servers that are still closing.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import TextIO

PATIENCE_SECONDS = 5.0


def listen(source: TextIO) -> tuple[dict[int, int], list[Path], bool]:
    """Read facts until the pipe closes: children left (PID to signal), directories, and if it ended well."""
    children: dict[int, int] = {}
    directories: list[Path] = []
    for line in source:
        word, *rest = line.split(maxsplit=2) or [""]
        if word == "+":
            children[int(rest[0])] = int(rest[1])
        elif word == "-":
            children.pop(int(rest[0]), None)
        elif word == "d":
            directories.append(Path(line[2:].rstrip("\n")))
        elif word == "bye":
            return children, directories, True
    return children, directories, False


def group_lives(pid: int) -> bool:
    """Whether any process of the child's group is left (a child leads its own group)."""
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end(children: dict[int, int], patience: float = PATIENCE_SECONDS) -> None:
    """Ask each child to stop, newest first; after `patience` seconds end whatever is left of their groups."""
    for pid, how in reversed(children.items()):
        try:
            os.kill(pid, how)
        except OSError:
            continue
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and any(group_lives(pid) for pid in children):
        time.sleep(0.05)
    for pid in reversed(children):
        try:
            os.killpg(pid, signal.SIGKILL)
        except OSError:
            continue


def main() -> None:
    """Wait for the supervisor's end; tidy up if it was a sudden one."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    children, directories, good_end = listen(sys.stdin)
    if not good_end:
        end(children)
    for directory in directories:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
