"""An outline somebody pastes: whatever it is, it becomes competencies or lines to look at again, never an error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competencies.outline_words import fault_sentence
from competencies.outlines import LONGEST_CODE, LONGEST_NAME, MOST_LINES, Fault, read_outline


def understood(text, **options):
    """(code, name, parent's line) of each line."""
    lines = read_outline(text, **options).lines
    return [(one.code, one.name, None if one.parent is None else lines[one.parent].line) for one in lines]


def faults(text, **options):
    return [(one.line, one.fault) for one in read_outline(text, **options).faults]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Fractions", [("", "Fractions", None)]),
        ("Fractions\n  3.NF.1 Names parts", [("", "Fractions", None), ("3.NF.1", "Names parts", 1)]),
        ("A\n  B\n    C\n  D\nE", [("", "A", None), ("", "B", 1), ("", "C", 2), ("", "D", 1), ("", "E", None)]),
        ("A\n\tB\n\t\tC", [("", "A", None), ("", "B", 1), ("", "C", 2)]),
        ("A\n    B\n\tC", [("", "A", None), ("", "B", 1), ("", "C", 1)]),
        ("A\n\u00a0\u00a0B", [("", "A", None), ("", "B", 1)]),
        ("A\n\n\n  B", [("", "A", None), ("", "B", 1)]),
        ("- A\n  • B\n  1. C\n  2) D", [("", "A", None), ("", "B", 1), ("", "C", 1), ("", "D", 1)]),
        ("my code | A", [("my code", "A", None)]),
        ("G4\tA  b", [("G4", "A b", None)]),
        ("MATH-4. A", [("MATH-4", "A", None)]),
        ("3 apples", [("", "3 apples", None)]),
        ("Year 4 maths", [("", "Year 4 maths", None)]),
        ("A\r\n  B\r\n", [("", "A", None), ("", "B", 1)]),
        ("  A\n  B", [("", "A", None), ("", "B", None)]),
        ("A\x00B", [("", "AB", None)]),
    ],
    ids=[
        "one line",
        "a code",
        "three deep and back",
        "tabs",
        "a tab is four spaces",
        "spaces of a word processor",
        "empty lines",
        "list marks",
        "a bar",
        "a tab after the code",
        "a full stop after the code",
        "a number is no code",
        "a number inside",
        "lines of another system",
        "everything further in",
        "a letter no database takes",
    ],
)
def test_lines_are_understood_as_they_are_meant(text, lines):
    assert understood(text) == lines
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("3.NF.1", (1, Fault.NO_NAME)),
        ("A\n  B |", (2, Fault.NO_NAME)),
        ("A" * (LONGEST_NAME + 1), (1, Fault.LONG_NAME)),
        ("A" * (LONGEST_CODE + 1) + " | B", (1, Fault.LONG_CODE)),
        ("F.1 A\nF.2 B\nF.1 C", (3, Fault.CODE_TWICE)),
        ("A\nT.9 B", (2, Fault.CODE_TAKEN)),
        ("A\n    B\n  C", (3, Fault.STEPS)),
    ],
    ids=["a code alone", "a bar and no name", "long name", "long code", "twice", "taken", "between two steps"],
)
def test_a_line_that_cannot_be_used_is_named_with_what_to_do(text, fault):
    assert faults(text, taken={"T.9"}) == [fault]
    assert fault_sentence(fault[1]).endswith(".")


def test_as_many_lines_as_are_allowed_may_all_need_another_look_and_one_more_is_said_once():
    assert {fault for _line, fault in faults("3.NF.1\n" * MOST_LINES)} == {Fault.NO_NAME}
    assert faults("A\n" * (MOST_LINES + 50)) == [(MOST_LINES + 1, Fault.TOO_MANY)]


def test_branches_are_those_lines_that_something_belongs_to():
    outline = read_outline("A\n  B\n    C\nD")
    assert [one.has_parts for one in outline.lines] == [True, True, False, False]
    assert [one.depth for one in outline.lines] == [0, 1, 2, 0]


ODD = st.text(st.sampled_from("aZ9.|-•\t \u00a0\n\r\x00\x0b\x1c\u2028é漢😀1)("), max_size=300)


@settings(max_examples=150, deadline=None)
@given(st.one_of(ODD, st.text(max_size=300)), st.frozensets(st.sampled_from(["a", "9.9", "Z9"])))
def test_whatever_is_pasted_every_line_is_a_competency_or_has_a_sentence(text, taken):
    outline = read_outline(text, taken=taken)
    assert outline == read_outline(text, taken=taken)
    wrong = {one.line for one in outline.faults}
    for place, one in enumerate(outline.lines):
        assert one.parent is None or one.parent < place  # so nothing is its own branch
        assert one.depth == (0 if one.parent is None else outline.lines[one.parent].depth + 1)
        assert one.has_parts == any(other.parent == place for other in outline.lines)
        assert one.line in wrong or (one.name and len(one.name) <= LONGEST_NAME and len(one.code) <= LONGEST_CODE)
        assert "\x00" not in one.name + one.code
    fine = [one.code for one in outline.lines if one.code and one.line not in wrong]
    assert len(fine) == len(set(fine))
    assert not taken & set(fine)
    assert all(fault_sentence(one.fault) for one in outline.faults)


WORDS = st.lists(st.sampled_from(["Names", "parts", "of", "a", "Länge", "circle’s", "½"]), min_size=1, max_size=4)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(WORDS, st.integers(0, 4), st.booleans()), min_size=1, max_size=30),
    st.sampled_from(["  ", "    ", "\t", "\u00a0\u00a0\u00a0"]),
    st.sampled_from(["", "- ", "• "]),
)
def test_an_outline_that_was_written_down_is_read_back(rows, step, mark):
    depth, text, expected, above = -1, [], [], []
    for number, (words, deeper, coded) in enumerate(rows):
        depth = min(deeper, depth + 1)
        above = above[:depth]
        code = f"X.{number}" if coded else ""
        text.append(
            f"{step * depth}{mark}{code} {' '.join(words)}" if coded else f"{step * depth}{mark}{' '.join(words)}"
        )
        expected.append((code, " ".join(words), above[-1] if above else None))
        above.append(number + 1)
    assert understood("\n".join(text)) == expected
    assert faults("\n".join(text)) == []
