"""No number says how much a child can as a whole: not in a column, not in a field, not in an import.

An estimate belongs to a student *and* a competency. That a prediction really uses nothing else is tested on random
logs in `tests/assessments/test_estimates.py`.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from tests.guards.source import APPS, ROOT, imports, modules, name_of, tree_of

ESTIMATORS = sorted((ROOT / "assessments" / "estimates").glob("*.py"))
OWN_MODELS = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in APPS]
A_PERSON = re.compile(r"accounts\.(?:Student|Person)$")
SOUNDS_LIKE_AN_ESTIMATE = re.compile(
    r"(?:^|_)(?:theta|elo|rating|logit|irt|bkt|known|p_known|mastery|proficiency|estimate|estimated|aptitude|"
    r"intelligence|skill|general|overall|difficulty|sureness|certainty|probability|growth|gpa)(?:_|$)"
)
SOUNDS_LIKE_A_WHOLE_CHILD = re.compile(
    r"(?:^|_)(?:ability|abilities|aptitude|intelligence|iq|"
    r"(?:student|child|global|overall|general)_(?:theta|skill|level|term|rating|elo|estimate|mastery|proficiency))(?:_|$)"
)


def points_at(model: type[models.Model], name: str) -> bool:
    return any(
        field.is_relation
        and (field.many_to_one or field.one_to_one)
        and not field.auto_created
        and re.fullmatch(name, field.related_model._meta.label)
        for field in model._meta.get_fields()
    )


def numbers_of(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    kinds = (models.FloatField, models.DecimalField, models.IntegerField, models.JSONField)
    return (field for field in model._meta.concrete_fields if isinstance(field, kinds) and not field.is_relation)


def about_a_child_as_a_whole(model: type[models.Model]) -> list[str]:
    """Columns that sound like an estimate, on a model about a person that names no competency."""
    is_person = A_PERSON.search(model._meta.label) is not None
    if not is_person and not points_at(model, r"accounts\.(?:Student|Person)"):
        return []
    if not is_person and points_at(model, r"competencies\.Competency|assessments\.(?:Item|Criterion|Level)"):
        return []
    return [field.name for field in numbers_of(model) if SOUNDS_LIKE_AN_ESTIMATE.search(field.name)]


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model._meta.label)
def test_no_column_holds_an_estimate_of_a_child_as_a_whole(model: type[models.Model]) -> None:
    assert about_a_child_as_a_whole(model) == []


@pytest.mark.parametrize(
    "model", [model for model in OWN_MODELS if A_PERSON.search(model._meta.label)], ids=lambda model: model._meta.label
)
def test_a_person_carries_no_fraction_at_all(model: type[models.Model]) -> None:
    fractions = (models.FloatField, models.DecimalField)
    assert [field.name for field in model._meta.concrete_fields if isinstance(field, fractions)] == []


def test_the_estimates_that_are_kept_name_student_and_competency_and_are_unique_for_the_pair() -> None:
    kept = [
        model
        for model in OWN_MODELS
        if points_at(model, r"accounts\.Student") and any(isinstance(f, models.FloatField) for f in numbers_of(model))
    ]
    assert kept, "this guard looks at nothing"
    for model in kept:
        unique = [set(c.fields) for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
        assert {"student", "competency"} in unique, model._meta.label


def test_the_guard_of_columns_would_see_one() -> None:
    assert all(SOUNDS_LIKE_AN_ESTIMATE.search(name) for name in ("theta", "overall_theta", "mastery_mean", "elo"))
    assert not any(SOUNDS_LIKE_AN_ESTIMATE.search(name) for name in ("grade", "opened_on", "version", "attempts"))


# -- the estimators themselves ----------------------------------------------------------------------------


def names_in(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every name that code gives to something: functions, parameters, fields, variables."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno


@pytest.mark.parametrize("path", modules("assessments"), ids=name_of)
def test_nothing_is_named_for_a_child_as_a_whole(path: Path) -> None:
    whole = SOUNDS_LIKE_A_WHOLE_CHILD
    assert [f"{name} (line {line})" for name, line in names_in(tree_of(path)) if whole.search(name)] == []


def test_the_guard_of_names_would_see_one() -> None:
    sneaky = ast.parse("def fit(global_ability):\n    overall_theta = 1\nclass Fit:\n    student_term: float = 0")
    assert sum(bool(SOUNDS_LIKE_A_WHOLE_CHILD.search(name)) for name, _ in names_in(sneaky)) == 3


def students_alone(tree: ast.Module) -> list[str]:
    """Places that key something by a student without a skill: `states[response.student]`, `dict[student]`."""
    return [
        f"{ast.unparse(node)} (line {node.lineno})"
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Attribute | ast.Name)
        and "student" in ast.unparse(node.slice)
    ]


@pytest.mark.parametrize("name", ["bkt", "elo", "words"])
def test_an_estimator_keeps_nothing_by_student_alone(name: str) -> None:
    assert students_alone(tree_of(ROOT / "assessments" / "estimates" / f"{name}.py")) == []


def test_the_guard_of_keys_would_see_one() -> None:
    assert students_alone(ast.parse("thetas[response.student] = 1"))
    assert not students_alone(ast.parse("thetas[response.student, response.skill] = 1"))


@pytest.mark.parametrize("path", ESTIMATORS, ids=name_of)
def test_an_estimator_imports_the_standard_library_and_its_neighbours_alone(path: Path) -> None:
    assert [
        one.module
        for one in imports(tree_of(path))
        if one.module.split(".")[0] not in {*sys.stdlib_module_names, "assessments"}
        or (one.module.startswith("assessments") and not one.module.startswith("assessments.estimates"))
    ] == []


def fields_of(kind: type) -> tuple[str, ...]:
    if dataclasses.is_dataclass(kind):
        return tuple(field.name for field in dataclasses.fields(kind))
    return tuple(getattr(kind, "_fields", ()))


def test_states_and_models_have_no_place_for_a_student() -> None:
    """A state knows a number and how often it was observed; a model knows competencies and items."""
    bkt, elo = (importlib.import_module(f"assessments.estimates.{name}") for name in ("bkt", "elo"))
    assert fields_of(bkt.Known) == ("probability", "events")
    assert fields_of(bkt.BktModel) == ("shared", "by_skill")
    assert fields_of(elo.PairRating) == ("value", "events")
    assert fields_of(elo.Difficulty) == ("value", "events")
    assert fields_of(elo.EloModel) == ("competencies", "items", "parameters")
