"""Clocks: medians of several rounds, the load of the machine beside them, CPU seconds beside wall seconds."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 100) * len(ordered) // 100) - 1)]


def load() -> str:
    """The load average of the last minute, and on how many cores."""
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def cpu_of(pids: Iterable[int]) -> float:
    """CPU seconds these processes have used so far, user and system; 0 where /proc does not tell."""
    total = 0.0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def family_of(pid: int) -> list[int]:
    """A process and all processes below it."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            below.setdefault(parent, []).append(int(entry.name))
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += below.get(found[-1], [])
    return found


@dataclass(frozen=True)
class Rounds:
    """What several rounds of one job took, in seconds; `load` is the machine's while they ran."""

    seconds: tuple[float, ...]
    load: str
    cpu: float = 0.0

    @property
    def middle(self) -> float:
        """The median round."""
        return median(self.seconds)

    @property
    def p95(self) -> float:
        """What 95 of 100 rounds stay below."""
        return percentile(self.seconds, 0.95)


def rounds(what: Callable[[int], None], count: int, *, before: Callable[[int], None] | None = None) -> Rounds:
    """Run `what(n)` count times and take the time of each; `before(n)` prepares a round and is not counted."""
    taken = []
    for number in range(count):
        if before is not None:
            before(number)
        started = time.perf_counter()
        what(number)
        taken.append(time.perf_counter() - started)
    return Rounds(tuple(taken), load())


def milliseconds(seconds: float) -> str:
    """ "3.5 ms"."""
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
