"""`make bench`: the goals of the product with today's figures, as ratios. ARGS="--only P4" or "--quick" for less."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.cluster import CHECKOUT, Cluster, cluster
from bench.measure import Rounds, load, milliseconds

MEASURED = CHECKOUT / "docs" / "measured.md"
REASONS = "## Where a goal is not met, and why"
PARTS = ("P1", "P2", "P3", "P4", "P5", "P6", "P7", "P13", "P16", "recompute", "queries", "term")


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    id: str
    job: str
    figure: str
    yardstick: str
    ratio: str
    goal: str
    met: str
    more: str = ""


def verdict(ratio: float, goal: float) -> str:
    """Whether a ratio stays within its goal."""
    return "yes" if ratio <= goal else "not yet"


def against(id: str, job: str, mine: float, yard: float, goal: float, stretch: str, more: str = "") -> Line:
    """A row of a duration beside its yardstick's."""
    ratio = mine / yard
    return Line(
        id,
        job,
        milliseconds(mine),
        milliseconds(yard),
        f"{ratio:.1f}x",
        f"<= {goal:g}x ({stretch})",
        verdict(ratio, goal),
        more,
    )


def table(lines: list[Line]) -> list[str]:
    """The goals table, line by line."""
    heads = Line("id", "job", "today", "yardstick", "ratio", "goal (stretch)", "met", "beside it")
    rows = [[getattr(line, name) for name in Line.__dataclass_fields__] for line in [heads, *lines]]
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [shown[0], "  ".join("-" * width for width in widths), *shown[1:]]


def write(text: str, *, arguments: list[str], quick: bool) -> None:
    """docs/measured.md: the output as it was printed, how to make it again, and what people wrote below it."""
    how = f'make bench ARGS="{" ".join(arguments)}"'
    few = "Few rounds: for orientation only.\n\n" if quick else ""
    before = MEASURED.read_text("utf-8") if MEASURED.exists() else ""
    below = before[before.index(REASONS) :] if REASONS in before else ""
    MEASURED.write_text(
        f"# Measured\n\nMade by `{how}` on {platform.system()}, load {load()} at the end. The load stands beside"
        " each figure: ratios say more than milliseconds. What is not here was not measured in that run.\n"
        f"\n{few}```\n{text.strip()}\n```\n\n{below}".rstrip()
        + "\n",
        "utf-8",
    )


@contextmanager
def a_town(admin_url: str) -> Iterator[Cluster]:
    """A fresh database, migrated and granted; Django is connected to it as its owner."""
    with cluster(admin_url) as made:
        connect(made)
        yield made
        from django.db import connections

        connections.close_all()


def connect(made: Cluster) -> None:
    """Point this process's Django at the run's database and prepare it."""
    import django
    from django.conf import settings

    os.environ["DATABASE_URL"] = made.url
    if not settings.configured:
        django.setup()
    from django.core.cache import cache
    from django.core.management import call_command
    from django.db import connections

    connections["default"].settings_dict.update(NAME=made.name)
    with open(os.devnull, "w") as nowhere:
        call_command("migrate", verbosity=0, stdout=nowhere)
        call_command("grant_roles", stdout=nowhere)
    cache.clear()


def measured(parts: set[str], quick: bool, say: Callable[[str], None], admin_url: str) -> list[Line]:
    """The rows that need a class of 30 with a full history, a web server and a worker."""
    with a_town(admin_url) as made:
        from django.utils import timezone

        from bench import entry, loop, town

        place = town.found(timezone.localdate())
        town.settle(place, 30)
        yard_students = town.settle(place, 30, section=place.add_section("Yardstick"))
        place.students = place.students[:30]
        samples = 20 if quick else 90
        pairs = loop.prepare(place, samples * 2 if "P5" in parts else samples)
        lines: list[Line] = []
        if {"P4", "P5"} & parts:
            say("P4: evidence to flag, through a worker")
            idle, idly = _p4(made, place, pairs[:samples], loop)
            lines += idle
        if {"P2", "P3"} & parts:
            if "worker-now" not in made.running:
                made.start_worker()
            web = made.start_web()
            token = town.token_of(place.teacher, "evidence:write")
            for id, job, students, competencies, count, goal, stretch in (
                ("P2", "class set of 150", place.students, place.competencies[:5], 9 if quick else 25, 4, "2.5x"),
                ("P3", "single entry", place.students[:1], place.competencies[:1], 30 if quick else 120, 15, "8x"),
            ):
                if id not in parts:
                    continue
                say(f"{id}: {job} over HTTP")
                yard = entry.bare(
                    place, made.url, students=yard_students[: len(students)], competencies=competencies, count=count
                )
                mine = entry.over_http(
                    place,
                    port=made.port,
                    token=token,
                    web_pid=web,
                    students=students,
                    competencies=competencies,
                    count=count,
                    settle_down=loop.wait_for_worker,
                )
                again = entry.bare(
                    place, made.url, students=yard_students[: len(students)], competencies=competencies, count=count
                )
                asked = entry.queries(place, token=token, students=students, competencies=competencies)
                lines.append(_entry_line(id, job, mine, yard, again, goal, stretch, asked))
        if "P5" in parts:  # last: what it leaves in line would be in the way of the others
            say("P5: evidence to flag while a large table is imported")
            lines.append(_p5(made, place, pairs[samples:], idly, 500 if quick else 10_000))
        return lines


def _entry_line(
    id: str, job: str, mine: Rounds, yard: Rounds, again: Rounds, goal: float, stretch: str, asked: int
) -> Line:
    beside = min(yard.middle, again.middle)
    more = f"{asked} queries, web CPU {milliseconds(mine.cpu)}, {len(mine.seconds)} rounds, load {mine.load}"
    return against(id, f"{job} by HTTP to durable", mine.middle, beside, goal, stretch, more)


def _p5(made: Cluster, place: Any, pairs: Any, idle: Rounds, students: int) -> Line:
    """P4 during an import of `students` times 100 rows, beside P4 without one."""
    from bench import imports, loop

    with imports.meanwhile(made, place, students) as job:
        mine = loop.evidence_to_flag(place, pairs, made.url, alone=False)
        job.refresh_from_db()
        state = f"{job.state}, {job.progress_done:,} of {job.progress_total:,} rows written"
    more = (
        f"p50 {milliseconds(mine.middle)}; the import of {students * 100:,} rows at the end: {state}; load {mine.load}"
    )
    return against("P5", "evidence commit to flag during an import, p95", mine.p95, idle.p95, 10, "4x", more)


def _p4(made: Cluster, place: Any, pairs: Any, loop: Any) -> tuple[list[Line], Rounds]:
    made.start_worker()
    loop.round_trip(5)
    before = loop.round_trip(len(pairs))
    mine = loop.evidence_to_flag(place, pairs, made.url)
    after = loop.round_trip(len(pairs))
    middle, p95 = min(before.middle, after.middle), min(before.p95, after.p95)
    more = f"{len(pairs)} rounds, load {mine.load}"
    return [
        against("P4", "evidence commit to flag visible, p50", mine.middle, middle, 2, "1.3x", more),
        against("P4", "evidence commit to flag visible, p95", mine.p95, p95, 5, "1.3x"),
    ], mine


def recompute_rate(quick: bool, say: Callable[[str], None], admin_url: str) -> list[Line]:
    """Everything computed again for many students, in one process."""
    with a_town(admin_url):
        from django.utils import timezone

        from bench import everyone, town

        count = 60 if quick else 300
        say(f"recompute: {count} students, 25 competencies, 4 pieces each")
        place = town.found(timezone.localdate())
        town.settle(place, count)
        mine, yard, cpu = everyone.recompute(place, 5)
        more = (
            f"{count / mine.middle:.0f} students a second and process, CPU {milliseconds(cpu / count)} a student, "
            f"{count * 100:,} pieces, load {mine.load}"
        )
        return [
            Line(
                "(P6)",
                f"full recompute, a student ({count} at once)",
                milliseconds(mine.middle / count),
                milliseconds(yard.middle / count),
                f"{mine.middle / yard.middle:.1f}x",
                "(P6 is 10 M rows)",
                "-",
                more,
            )
        ]


def everyone_again(rows: int, say: Callable[[str], None], admin_url: str) -> list[Line]:
    """P6: the whole district recomputed by as many processes as there are cores, beside the set-based SQL."""
    with a_town(admin_url) as made:
        from django.utils import timezone

        from bench import everyone, town

        place = town.found(timezone.localdate())
        say(f"P6: {rows:,} rows")
        found = everyone.whole_district(place, rows, made.url)
        more = (
            f"{found.students:,} students in {found.processes} processes, largest {found.megabytes} MB (goal < 500), "
            f"load {load()}"
        )
        return [against("P6", f"full recompute, {rows:,} rows", found.seconds, found.yardstick, 1.5, "1.2x", more)]


def growth(quick: bool, say: Callable[[str], None], admin_url: str) -> list[Line]:
    """P7 and P13."""
    with a_town(admin_url):
        from django.utils import timezone

        from bench import growing, town

        place = town.found(timezone.localdate())
        town.settle(place, 60)
        count = 9 if quick else 31
        pieces, sizes = (10, 1_000 if quick else 10_000), ((100, 1_000) if quick else (1_000, 10_000))
        say(f"P7: one event on {pieces[0]} and {pieces[1]} pieces")
        few, many = growing.by_history(place, *pieces, count)
        lines = [
            against(
                "P7",
                f"one event, pair with {pieces[1]:,} pieces",
                many.middle,
                few.middle,
                1.5,
                "1.15x",
                f"yardstick: {pieces[0]} pieces, load {many.load}",
            )
        ]
        token = town.token_of(place.teacher, "evidence:read")
        say("P13: JSON of 500 rows")
        town.write_evidence(place, place.students[2:32], place.competencies[:10], [2, 3])
        mine, yard = growing.json_list(place, token, count)
        lines.append(
            against("P13", "JSON list of 500 rows", mine.middle, yard.middle, 3, "2x", f"json_agg, load {mine.load}")
        )
        say(f"P7: districts of {sizes[0]} and {sizes[1]}")
        small, large = growing.by_district(place, *sizes, count)
        lines.append(
            against(
                "P7",
                f"one event, district of {sizes[1]:,} students",
                large.middle,
                small.middle,
                1.5,
                "1.15x",
                f"yardstick: {sizes[0]:,} students, load {large.load}",
            )
        )
        return lines


def random_sequences(quick: bool, say: Callable[[str], None], admin_url: str) -> list[Line]:
    """P16: anything in any order from several connections, and nothing may differ afterwards."""
    with a_town(admin_url):
        from django.utils import timezone

        from bench import sequences, town

        place = town.found(timezone.localdate(), competencies=4)
        town.settle(place, 12)
        acts, seeds, different, pairs = (200 if quick else 1500), (2 if quick else 8), [], 0
        for seed in range(seeds):
            say(f"P16: sequence {seed + 1} of {seeds}")
            played = sequences.play(place, seed=seed, acts=acts, people=3, workers=2)
            different += played.differences
            pairs = played.pairs
        return [
            Line(
                "P16",
                f"{acts * seeds:,} random acts, 3 people, 2 workers",
                f"{len(different)} differences",
                "full recompute",
                "-",
                "0 differences",
                "yes" if not different else "not yet",
                f"{pairs} pairs; {different[:1]}" if different else f"{pairs} pairs",
            )
        ]


def a_million(quick: bool, killed: bool, say: Callable[[str], None], admin_url: str) -> list[Line]:
    """P1 and P8: the import of a large table."""
    with a_town(admin_url) as made:
        from bench import imports

        students = 1_000 if quick else 10_000
        say(f"P1: {students * 100:,} rows from a file to current summaries and flags")
        got = imports.run(made, students, killed=killed)
        more = (
            f"checked {got.checked:.1f} s, written {got.written:.1f} s, current {got.current:.1f} s later; worker at "
            f"most {got.peak_mb:.0f} MB, CPU of the workers {got.cpu:.0f} s, load {got.load}; the file exactly once: "
            f"{'yes' if got.same_as_file else 'NO'}{', worker killed in the middle' if killed else ''}"
        )
        rows = f"{got.rows:,} rows"
        durable = got.checked + got.written
        return [
            against("P1", f"import {rows}, summaries and flags current", got.whole, got.yardstick, 2.5, "1.75x", more),
            against("(P1)", f"import {rows}, checked and durable", durable, got.yardstick, 2.5, "1.75x"),
            Line(
                "P8",
                f"tasks sent for {rows}",
                str(got.tasks),
                rows,
                f"1 per {got.rows // max(1, got.tasks):,}",
                "<= 1 per 1,000 (1 per 10,000)",
                verdict(got.tasks * 1000, got.rows),
            ),
        ]


def page_queries(quick: bool, say: Callable[[str], None], admin_url: str) -> list[str]:
    """The table of query counts."""
    with a_town(admin_url):
        from django.db import transaction
        from django.utils import timezone

        from bench import counts, town

        sizes = (10, 100) if quick else counts.SIZES
        place = town.found(timezone.localdate(), competencies=6)
        found: dict[str, list[int]] = {page: [] for page in counts.PAGES}
        for size in sizes:
            say(f"queries: {size} students")
            with transaction.atomic():
                counts.fill(place, size)
            for page in counts.PAGES:
                found[page].append(len(counts.queries_of(place, page)))
        lines = [f"{'queries of a page':<20}" + "".join(f"{size:>8} students" for size in sizes)]
        return lines + [f"{page:<20}" + "".join(f"{n:>17}" for n in asked) for page, asked in found.items()]


def first_term(say: Callable[[str], None], admin_url: str) -> list[str]:
    """Cards opened in the first simulated term."""
    with a_town(admin_url):
        from bench import term, town

        say("term: 30 students, 90 school days")
        place = town.found(
            term.FIRST_DAY,
            competencies=term.COMPETENCIES,
            edges=term.EDGES,
            starts_on=term.FIRST_DAY,
            ends_on=term.LAST_DAY,
            weekends=False,
        )
        return term.report(term.simulate(place))


def main(arguments: list[str]) -> int:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="may be repeated; default: everything")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: for trying out, not for citing")
    parser.add_argument("--kill", action="store_true", help="with P1: kill the importing worker in the middle")
    parser.add_argument("--write", action="store_true", help="also write what is printed to docs/measured.md")
    parser.add_argument("--rows", type=int, default=0, help="rows of P6; 10000000 is the goal's own size")
    chosen = parser.parse_args(arguments)
    parts = set(chosen.only or PARTS)
    admin_url = os.environ.get("DATABASE_URL")
    if not admin_url or not os.environ.get("REDIS_URL"):
        print("Run `make bench`, which starts servers, or set DATABASE_URL (a superuser) and REDIS_URL.")
        return 2
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings",
        DJANGO_SECRET_KEY="for-measuring-on-this-machine-only",
        ALLOWED_HOSTS="127.0.0.1,localhost,testserver",
        THROUGHLINE_PLAIN_HTTP="1",
        THROUGHLINE_STAFF_MFA="0",
        THROUGHLINE_API_A_MINUTE="10000000",  # counted as always, never refused
        THROUGHLINE_BUILD="1",  # static files from their folders
        THROUGHLINE_MEDIA=tempfile.mkdtemp(prefix="throughline-bench-"),
    )

    def say(line: str) -> None:
        print(f"... {line} (load {load()})", file=sys.stderr, flush=True)

    lines: list[Line] = []
    texts: list[list[str]] = []
    if "P1" in parts:
        lines += a_million(chosen.quick, chosen.kill, say, admin_url)
    if {"P2", "P3", "P4", "P5"} & parts:
        lines += measured(parts, chosen.quick, say, admin_url)
    if "recompute" in parts:
        lines += recompute_rate(chosen.quick, say, admin_url)
    if "P6" in parts:
        lines += everyone_again(chosen.rows or (50_000 if chosen.quick else 1_000_000), say, admin_url)
    if {"P7", "P13"} & parts:
        lines += growth(chosen.quick, say, admin_url)
    if "P16" in parts:
        lines += random_sequences(chosen.quick, say, admin_url)
    if "queries" in parts:
        texts.append(page_queries(chosen.quick, say, admin_url))
    if "term" in parts:
        texts.append(first_term(say, admin_url))
    head = (
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load now {load()}; medians; every ratio against"
    )
    blocks = [[head, "a yardstick of the same minutes on the same servers"]]
    if lines:
        blocks.append(table(sorted(lines, key=lambda line: line.id)))
    printed = "\n\n".join("\n".join(block) for block in [*blocks, *texts])
    print(f"\n{printed}")
    if chosen.write:
        write(printed, arguments=arguments, quick=chosen.quick)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
