"""Every code and every method has its sentence, for teachers and for families."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assessments import wording
from assessments.choices import MethodName, Shape
from assessments.estimates.words import Sureness
from assessments.mastery import METHODS, Code, Method
from assessments.mastery.rollup import RollupCode

PARAMS = {
    "pieces": 3,
    "level": "3",
    "shown": 2,
    "recent": 3,
    "needed": 2,
    "window": 3,
    "contexts": 2,
    "n": 3,
    "value": "2.5",
    "observed_on": "2026-03-02",
    "w": 65,
    "cut": "3",
    "reached": 2,
    "k": 3,
    "count": 2,
    "seen": "quiz,project",
    "at_least": "2",
    "target": "3",
}


def word(value: Decimal | None) -> str:
    return f"level {value}"


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_a_sentence_without_a_hole(code):
    said = wording.teacher_sentence(code, PARAMS, word=word)

    assert said
    assert said[-1] in ".!"
    assert "%(" not in said


@pytest.mark.parametrize("method", list(MethodName))
def test_every_method_has_a_sentence_for_each_reader_and_labels(method):
    parameters = dict(Method(method).parameters)
    said = {wording.method_sentence(method, parameters), wording.method_family_sentence(method, parameters)}

    assert len(said) == 2
    assert not any("%(" in one for one in said)
    assert all(wording.parameter_label(spec.name) for spec in METHODS[method].parameters)


@pytest.mark.parametrize("code", list(RollupCode))
def test_every_standing_of_a_parent_has_a_sentence(code):
    params = {"met": 1, "of": 2, "points": "3", "needed": "4", "required": 2}

    assert "%(" not in wording.rollup_sentence(code, params)


@pytest.mark.parametrize("shape", list(Shape))
def test_families_read_every_shape_in_words(shape):
    for said in (
        wording.family_sentence(shape, name="Maya", pieces=2),
        wording.judged_family_sentence(shape, name="Maya"),
    ):
        assert "Maya" in said


@pytest.mark.parametrize("sureness", list(Sureness))
def test_how_sure_we_are_has_words_and_a_sentence(sureness):
    assert len(wording.sureness_words(sureness)) < len(wording.sureness_sentence(sureness))


def test_an_unknown_code_is_an_error_not_a_blank():
    for ask in (
        lambda: wording.teacher_sentence("?", {}, word=word),
        lambda: wording.rollup_sentence("?", {}),
        lambda: wording.method_family_sentence("?", {}),
        lambda: wording.parameter_label("?"),
        lambda: wording.missing_sentence(Code.LATEST, {}, word=word),
    ):
        with pytest.raises(ValueError):
            ask()
