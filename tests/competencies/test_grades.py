"""Grades as codes and as words."""

from __future__ import annotations

import pytest
from django.utils import translation

from competencies.grades import codes_of, normalise, order
from competencies.templatetags.statements import grade_words


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("3", ("03",)),
        ("03", ("03",)),
        ("3rd", ("03",)),
        ("Grade 3", ("03",)),
        ("K", ("KG",)),
        ("kindergarten", ("KG",)),
        ("K-2", ("KG", "01", "02")),
        ("3 to 5", ("03", "04", "05")),
        ("HS", ("09", "10", "11", "12")),
        ("12", ("12",)),
        ("Algebra 1", ("Algebra 1",)),
        ("5-3", ("5-3",)),
        ("", ()),
        ("99", ("99",)),
        ("x" * 80, ("x" * 20,)),
    ],
)
def test_what_is_unambiguous_becomes_a_code(written, codes):
    assert codes_of(written) == codes


def test_grades_stand_youngest_first_and_once():
    assert normalise(["5", "K", "03", "Geometry", "3"]) == ("KG", "03", "05", "Geometry")
    assert sorted(["10", "KG", "02", "PK"], key=order) == ["PK", "KG", "02", "10"]


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (("03",), "Grade 3"),
        (("03", "04", "05"), "Grades 3 to 5"),
        (("03", "05"), "Grade 3, Grade 5"),
        (("KG", "01", "02"), "Kindergarten, Grades 1 to 2"),
        (("Algebra",), "Algebra"),
        ((), ""),
    ],
)
def test_grades_in_words(codes, words):
    with translation.override("en"):
        assert grade_words(codes) == words
