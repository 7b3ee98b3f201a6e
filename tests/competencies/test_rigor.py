"""What the data can tell about the criteria of rigor, whom a text names, and the river of ways. All pure."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from accounts.svg.river import Bank, river
from competencies.choices import RigorCriterion
from competencies.naming import names_in
from competencies.rigor import CRITERIA, Facts, Finding, checks, gates_in, may_open
from competencies.rigor_words import ASKS, FOUND, SOURCES

ROOT = Path(__file__).parents[2]
WHOLE = Facts(
    experience_kinds=("course", "internship"), competencies=2, with_target=2, with_more=2, ways_in=1, ways_on=1,
    after_school="A job.", when_and_where="Fridays.", languages=("en",), texts=("Come as you are.",),
)  # fmt: skip
ALL_MET = [(criterion, True, reader) for criterion in CRITERIA for reader in (1, 2)]


def finding(facts: Facts, criterion: str) -> Finding:
    return next(check.finding for check in checks(facts) if check.criterion == criterion)


def changed(**more: object) -> Facts:
    return Facts(**{name: getattr(WHOLE, name) for name in WHOLE.__slots__} | more)


def test_every_criterion_has_a_sentence_a_source_and_a_check() -> None:
    assert tuple(RigorCriterion.values) == CRITERIA
    assert set(ASKS) == set(SOURCES) == set(RigorCriterion.values)
    assert {check.code for facts in (WHOLE, Facts()) for check in checks(facts)} <= set(FOUND)


@pytest.mark.parametrize(
    ("criterion", "more"),
    [
        ("authentic", {"experience_kinds": ("course",)}),
        ("expected", {"with_target": 1}),
        ("depth", {"with_more": 1}),
        ("open_door", {"ways_in": 0}),
        ("open_door", {"conditions": 1}),
        ("after", {"ways_on": 0}),
        ("after", {"after_school": " "}),
        ("reach", {"languages": ()}),
        ("reach", {"when_and_where": ""}),
    ],
)
def test_what_is_not_there_is_missing_and_keeps_it_closed(criterion: str, more: dict[str, object]) -> None:
    assert finding(WHOLE, criterion) is Finding.HOLDS
    assert finding(changed(**more), criterion) is Finding.MISSING
    assert may_open(readings=ALL_MET, facts=changed(**more), proposer=1) == (f"missing:{criterion}",)


def test_a_pathway_that_leads_to_nothing_has_neither_the_expectation_nor_room_beyond_it() -> None:
    nothing = changed(competencies=0, with_target=0, with_more=0)
    assert {finding(nothing, one) for one in ("expected", "depth")} == {Finding.MISSING}


def test_only_people_can_tell_about_supports_and_judging() -> None:
    assert {finding(WHOLE, one) for one in ("supports", "judged")} == {Finding.READ}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A minimum score of 80 gets you in.", ("minimum score",)),
        ("Needs a teacher recommendation and a 3.0 GPA.", ("teacher recommendation", "GPA")),
        ("Costs $40.", ("$40",)),
        ("Hay un examen de ingreso.", ("examen de ingreso",)),
        ("No entry test, no marks, no fee.", ()),
        ("Sin examen de ingreso.", ()),
        ("The bridge has a level deck.", ()),
    ],
)
def test_words_that_sound_like_a_gate_are_shown_to_the_reader(text: str, found: tuple[str, ...]) -> None:
    assert gates_in([text]) == found
    assert finding(changed(texts=(text,)), "open_door") is (Finding.LOOK if found else Finding.HOLDS)


def test_it_opens_only_when_all_is_met_by_two_readers() -> None:
    assert may_open(readings=ALL_MET, facts=WHOLE, proposer=1) == ()
    assert may_open(readings=[one for one in ALL_MET if one[2] == 2], facts=WHOLE, proposer=1) == ("one_reader",)
    assert may_open(readings=[*ALL_MET, ("depth", False, 2)], facts=WHOLE, proposer=1) == ("unmet:depth",)
    assert may_open(readings=[one for one in ALL_MET if one[0] != "depth"], facts=WHOLE, proposer=9) == (
        "unread:depth",
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Maya would love it", ("Maya",)),
        ("maya okafor would love it", ("Maya Okafor",)),
        ("Will you come? With grace.", ("Will",)),
        ("will you come, with grace", ()),
        ("Chloé and Bo", ("Chloé",)),
        ("Mayadeep", ()),
    ],
)
def test_a_text_names_who_it_names(text: str, found: tuple[str, ...]) -> None:
    people = [("Maya", "Okafor", ""), ("William", "Reed", "Will"), ("Chloé", "Diaz", ""), ("Bo", "Li", "")]
    assert names_in(text, people) == found


def test_the_river_says_every_name_escaped_and_draws_one_stream_a_way() -> None:
    ways = [Bank("I like <b>", "art"), Bank("Later", at=1)]
    drawn = river(
        "r",
        title="T",
        desc="D",
        ways_in=ways,
        places=[Bank("One"), Bank("Two")],
        ways_on=[Bank("On", at=0)],
        leave="go",
    )
    assert "&lt;b&gt;" in drawn
    assert "<b>" not in drawn
    assert drawn.count("r-stream") == 3
    assert drawn.count("r-stone") == 2
    assert river("r", title="T", desc="D", ways_in=[], places=[], ways_on=[], leave="").startswith("<svg")


# ------------------------------------------------------------------ what may be opened knows nobody's level
PATHWAY_MODULES = sorted(
    path
    for path in (ROOT / "competencies").rglob("*.py")
    if "migrations" not in path.parts and ("pathway" in path.as_posix() or "rigor" in path.name)
)
LEVELS_OF_A_STUDENT = re.compile(
    r"evidence|summar(?:y|ies)\b|mastery|flags?\b|^(?:assessments|supports|success_plans)(?:\.|$)", re.I
)


def names_used(source: str) -> set[str]:
    """Every name, attribute and import of a module: what it could read, words and comments left out."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(alias.name for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("path", PATHWAY_MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_page_or_rule_of_pathways_reads_what_a_student_has_shown(path: Path) -> None:
    assert [
        name for name in names_used(path.read_text("utf-8")) if LEVELS_OF_A_STUDENT.search(name) and name != "SUPPORTS"
    ] == []


DOORS_AND_PLACES = (
    "draw.py", "pathway_doors.py", "recompute/places.py", "services/draws.py", "services/pathways.py",
)  # fmt: skip


@pytest.mark.parametrize("name", DOORS_AND_PLACES)
def test_no_door_no_place_and_no_draw_can_ask_what_a_student_has_shown(name: str) -> None:
    used = names_used((ROOT / "success_plans" / name).read_text("utf-8"))
    levels = re.compile(r"evidence|summar(?:y|ies)\b|mastery|flags?\b|score|^(?:assessments|supports)(?:\.|$)", re.I)
    assert [one for one in used if levels.search(one)] == []


def test_the_guard_sees_a_reader_of_levels() -> None:
    assert len(PATHWAY_MODULES) > 12
    used = names_used("from assessments.models import Summary\nx = student.evidence")
    assert [name for name in used if LEVELS_OF_A_STUDENT.search(name)]
