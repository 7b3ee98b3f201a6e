"""What must hold among the demonstration's words. Every check answers with sentences, one per problem. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import TypeVar

from config.demo.content.shapes import CatalogueContent, Content, FrameworkContent

GRADES = range(3, 9)
MAX_WEEKS = 12
SUPPORT_TYPES = frozenset(
    {
        "core",
        "extra_time",
        "tutoring",
        "peer",
        "enrichment",
        "acceleration",
        "counselling",
        "family",
        "service",
        "community",
    }
)
SETTINGS = frozenset({"school", "home", "community"})
CONTEXTS = frozenset({"classwork", "quiz", "performance_task", "observation", "conversation", "project", "community"})
BANDS = ("starting", "building", "showing", "deeper")
STUDENT_KINDS = ("strength", "interest", "learning", "trust", "hope", "know")
FAMILY_KINDS = ("strength", "hope", "home", "concern")
NEED_DOMAINS = ("academic", "interests", "social", "health", "basic")


Value = TypeVar("Value", bound=Hashable)


def repeated(values: Iterable[Value]) -> list[Value]:
    """The values that come more than once, each told once."""
    return [value for value, count in Counter(values).items() if count > 1]


def find_cycle(edges: Iterable[tuple[str, str]]) -> list[str]:
    """The codes that sit on or behind a cycle, sorted; empty when every edge leads on."""
    incoming: Counter[str] = Counter()
    outgoing: dict[str, list[str]] = {}
    nodes: set[str] = set()
    for start, end in edges:
        nodes |= {start, end}
        incoming[end] += 1
        outgoing.setdefault(start, []).append(end)
    ready = [node for node in nodes if not incoming[node]]
    done = 0
    while ready:
        node = ready.pop()
        done += 1
        for follower in outgoing.get(node, ()):
            incoming[follower] -= 1
            if not incoming[follower]:
                ready.append(follower)
    return sorted(node for node in nodes if incoming[node]) if done < len(nodes) else []


def untidy(data: object, where: str) -> list[str]:
    """Strings that are empty or carry white space at an end, anywhere in `data`."""
    if isinstance(data, str):
        return [] if data and data == data.strip() else [f"{where} is empty or has white space at an end."]
    if isinstance(data, dict):
        return [p for key, value in data.items() for p in untidy(value, f"{where}.{key}")]
    if isinstance(data, list):
        return [p for number, value in enumerate(data) for p in untidy(value, f"{where}[{number}]")]
    return []


def check_framework(framework: FrameworkContent) -> list[str]:
    """Problems of the framework, as sentences."""
    problems = []
    codes = [c.code for c in framework.competencies]
    strands = {s.code for s in framework.strands}
    ids = [framework.id, framework.scale_id, *(s.id for s in framework.strands)]
    ids += [c.id for c in framework.competencies]
    problems += [f"The id {value} is used twice." for value in repeated(ids)]
    problems += [f"The code {value} is used twice." for value in repeated(codes)]
    values = [level.value for level in framework.levels]
    if values != sorted(set(values)):
        problems.append("The levels of the scale are not in rising order.")
    if framework.target not in values:
        problems.append("The target is not a level of the scale.")
    for competency in framework.competencies:
        if competency.strand not in strands:
            problems.append(f"{competency.code} names the unknown strand {competency.strand}.")
        span = competency.grades
        if not span or not set(span) <= set(GRADES) or list(span) != list(range(span[0], span[-1] + 1)):
            problems.append(f"{competency.code} lists the grades {list(span)}, which is no span within 3 to 8.")
        if [level.value for level in competency.levels] != values:
            problems.append(f"{competency.code} does not say what every level of the scale means.")
    problems += [f"The edge {a} to {b} is given twice." for a, b in repeated(framework.precedes)]
    for start, end in framework.precedes:
        problems += [f"An edge names the unknown competency {code}." for code in (start, end) if code not in codes]
    if cycle := find_cycle(framework.precedes):
        problems.append(f"The continuum runs in a circle through {', '.join(cycle)}.")
    return problems


def check_catalogue(catalogue: Iterable[CatalogueContent], framework: FrameworkContent) -> list[str]:
    """Problems of the catalogue, as sentences."""
    problems = []
    codes = {c.code for c in framework.competencies}
    entries = list(catalogue)
    problems += [f"The catalogue code {value} is used twice." for value in repeated(e.code for e in entries)]
    problems += [f"The catalogue id {value} is used twice." for value in repeated(e.id for e in entries)]
    for entry in entries:
        if entry.type not in SUPPORT_TYPES:
            problems.append(f"{entry.code} has the unknown type {entry.type}.")
        if entry.setting not in SETTINGS:
            problems.append(f"{entry.code} has the unknown setting {entry.setting}.")
        if not 1 <= entry.weeks <= MAX_WEEKS:
            problems.append(f"{entry.code} lasts {entry.weeks} weeks; a support lasts 1 to {MAX_WEEKS}.")
        if min(entry.minutes, entry.sessions_per_week, entry.capacity) < 1:
            problems.append(f"{entry.code} has no minutes, no sessions or no places.")
        if not entry.fits:
            problems.append(f"{entry.code} fits nothing.")
        problems += [f"{entry.code} fits {code}, which is unknown." for code in entry.fits if code not in codes]
    return problems


def check_rest(content: Content) -> list[str]:
    """Problems of people, voices and work, as sentences."""
    problems = []
    people, voices, work = content.people, content.voices, content.work
    if sum(group.share for group in people.groups) != 100:
        problems.append("The shares of the name groups do not add up to 100.")
    for group in people.groups:
        for pool in (group.given, group.family, group.adult_given):
            problems += [f"The name {name} appears twice in {group.code}." for name in repeated(pool)]
    for school in people.schools:
        if not set(school.grades) <= set(GRADES):
            problems.append(f"{school.name} has grades outside 3 to 8.")
    wanted = [
        ("student", voices.student, STUDENT_KINDS),
        ("family", voices.family, FAMILY_KINDS),
        ("needs", voices.needs, NEED_DOMAINS),
        ("why", voices.why, [s.code for s in content.framework.strands]),
    ]
    for name, have, kinds in wanted:
        if set(have) != set(kinds) or not all(have.values()):
            problems.append(f"The voices under {name} are not {', '.join(kinds)}.")
    codes = {c.code for c in content.framework.competencies}
    if set(work.tasks) != codes:
        problems.append("Not every competency has tasks, or a task names an unknown one.")
    for code, tasks in work.tasks.items():
        problems += [f"{code} has the unknown context {t.context}." for t in tasks if t.context not in CONTEXTS]
        if len({t.context for t in tasks}) < 3:
            problems.append(f"The tasks of {code} come from fewer than three contexts.")
    if set(work.notes["any"]) != set(BANDS):
        problems.append("The general notes do not cover every band.")
    problems += [
        f"A goal names the unknown competency {g.competency}." for g in work.goals if g.competency not in codes
    ]
    return problems
