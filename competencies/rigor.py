"""What a pathway is read against before it opens: what the data itself can tell about each criterion.

Pure. A check never stands for a reader: where it says no, the criterion cannot be met yet; where it says yes or
nothing, two people still read the pathway. The sentences and sources of the criteria are in `competencies.rigor_words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

CRITERIA = ("authentic", "expected", "depth", "open_door", "supports", "judged", "after", "reach")
"""The values of `RigorCriterion`, in the order they are read."""


class Finding(StrEnum):
    """What a check found."""

    HOLDS = "holds"
    MISSING = "missing"
    LOOK = "look"
    READ = "read"  # nothing a program can tell


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a draft. `levels` holds for each competency whether its scale goes beyond the target.

    `texts` is every public text of the draft; `conditions` counts places where the data could hold a condition on who
    may join: there is no such place, and the check says so.
    """

    experience_kinds: tuple[str, ...] = ()
    competencies: int = 0
    with_target: int = 0
    with_more: int = 0
    ways_in: int = 0
    ways_on: int = 0
    after_school: str = ""
    when_and_where: str = ""
    languages: tuple[str, ...] = ()
    texts: tuple[str, ...] = field(default=())
    conditions: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """One criterion: what was found, which check said so, and the words of the draft it means (for `LOOK`)."""

    criterion: str
    finding: Finding
    code: str
    words: tuple[str, ...] = ()


# Words in a public text that sound like a gate. They may be harmless ("no test"): a person looks.
_GATES = re.compile(
    r"\b(?:gpa|grade point|entrance (?:exam|test)|entry test|placement test|cut[- ]?off"
    r"|minimum (?:score|grade|level|mark)s?|test scores?|teacher recommendation|pre-?requisites?|must (?:have|be at)"
    r"|level \d|(?:registration|entry|course) fee|examen de (?:ingreso|admisi[oó]n)|promedio m[ií]nimo|nota m[ií]nima"
    r"|nivel m[ií]nimo|requisitos? previos?|cuota)\b|\$ ?\d+",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:no|without|not|never|sin|ning[uú]n|ninguna)\W+(?:\w+\W+){0,4}$", re.IGNORECASE)


def checks(facts: Facts) -> tuple[Check, ...]:
    """One check for each criterion, in their order."""
    found = {check.criterion: check for check in _all(facts)}
    return tuple(found.get(criterion, Check(criterion, Finding.READ, "read")) for criterion in CRITERIA)


def gates_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Words that sound like a condition on who may join, each once; what is negated ("no entry test") is not one."""
    found: list[str] = []
    for text in texts:
        for match in _GATES.finditer(text):
            if not _NEGATED.search(text[max(0, match.start() - 60) : match.start()]):
                found.append(" ".join(match.group(0).split()))
    return tuple(dict.fromkeys(found))


def _all(facts: Facts) -> Iterable[Check]:
    beyond = [kind for kind in facts.experience_kinds if kind != "course"]
    yield _said("authentic", bool(beyond), "an_experience_outside_a_course")
    yield _said("expected", facts.competencies > 0 and facts.with_target == facts.competencies, "the_target_of_each")
    yield _said("depth", facts.competencies > 0 and facts.with_more == facts.competencies, "a_level_beyond_each_target")
    gates = gates_in(facts.texts)
    if facts.conditions or not facts.ways_in:
        yield Check("open_door", Finding.MISSING, "a_way_in")
    elif gates:
        yield Check("open_door", Finding.LOOK, "words_that_sound_like_a_gate", gates)
    else:
        yield Check("open_door", Finding.HOLDS, "no_condition_anywhere")
    yield _said("after", bool(facts.after_school.strip()) and facts.ways_on > 0, "a_way_on_and_what_it_opens")
    yield _said("reach", bool(facts.when_and_where.strip()) and bool(facts.languages), "when_where_and_languages")


def _said(criterion: str, holds: bool, code: str) -> Check:
    return Check(criterion, Finding.HOLDS if holds else Finding.MISSING, code)


def may_open(*, readings: Iterable[tuple[str, bool, int]], facts: Facts, proposer: int) -> tuple[str, ...]:
    """What still stands in the way of opening; empty when nothing does.

    `readings` are (criterion, met, reader) for this very draft, oldest first: the newest of each criterion holds.
    Codes: "unread:<criterion>", "unmet:<criterion>", "missing:<criterion>", "one_reader".
    """
    newest: dict[str, tuple[bool, int]] = {}
    readers: set[int] = set()
    for criterion, met, reader in readings:
        newest[criterion] = (met, reader)
        readers.add(reader)
    open_points = [f"missing:{check.criterion}" for check in checks(facts) if check.finding is Finding.MISSING]
    for criterion in CRITERIA:
        if criterion not in newest:
            open_points.append(f"unread:{criterion}")
        elif not newest[criterion][0]:
            open_points.append(f"unmet:{criterion}")
    if len(readers) < 2 or not readers - {proposer}:
        open_points.append("one_reader")
    return tuple(open_points)
