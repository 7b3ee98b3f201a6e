"""What the models promise: arrows, privacy, no verdict on a child in any column, migrations that say what they do."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from accounts.privacy import Scrub
from config.privacy import LIBRARIES, OURS, treatments_of
from tests.guards.source import APPS, ROOT

EVERY_MODEL = apps.get_models(include_auto_created=True)
OWN_MODELS = [model for model in EVERY_MODEL if model._meta.app_label in APPS]
MIGRATIONS = sorted(path for app in APPS for path in (ROOT / app).glob("migrations/0*.py"))
VERDICT = re.compile(
    r"(?:^|_)(?:rank|ranking|percentile|quantile|decile|quartile|score|gpa|iq|risk|ability|tier|track|stanine|"
    r"position_in_class|place_in_class|gifted|label)(?:_|$)"
)
NOT_A_VERDICT = {("accounts.ApiToken", "label"), ("history", "pgh_label")}


def label(model: type[models.Model]) -> str:
    return model._meta.label


@pytest.mark.parametrize("model", OWN_MODELS, ids=label)
def test_a_foreign_key_never_points_up(model: type[models.Model]) -> None:
    height = APPS.index(model._meta.app_label)
    up = [
        f"{field.name} -> {field.related_model._meta.label}"
        for field in [*model._meta.get_fields(include_parents=True)]
        if (field.many_to_one or field.one_to_one or field.many_to_many)
        and not field.auto_created
        and field.related_model._meta.app_label in APPS
        and APPS.index(field.related_model._meta.app_label) > height
    ]
    assert up == []


@pytest.mark.parametrize("model", EVERY_MODEL, ids=label)
def test_every_field_is_classified_for_privacy(model: type[models.Model]) -> None:
    classified = treatments_of(model)
    there = {field.name for field in model._meta.concrete_fields}

    assert sorted(there - set(classified)) == [], "say in the app's privacy.py what these are"
    if not hasattr(model, "pgh_tracked_model"):
        assert sorted(set(classified) - there) == [], "these are gone: take them out of privacy.py"


def test_no_classification_outlives_its_model() -> None:
    labels = {(model._meta.app_label, model._meta.object_name) for model in EVERY_MODEL}
    said = {(app, model) for app, fields in (OURS | LIBRARIES).items() for model in fields}

    assert said - labels == set()


@pytest.mark.parametrize("model", OWN_MODELS, ids=label)
def test_free_words_about_a_person_do_not_survive_scrubbing(model: type[models.Model]) -> None:
    treatments = treatments_of(model)
    free = [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField) and not field.choices and treatments[field.name].is_personal
    ]
    assert [name for name in free if treatments[name].scrub is Scrub.KEEP] == []


@pytest.mark.parametrize("model", OWN_MODELS, ids=label)
def test_no_column_passes_a_verdict_on_a_child(model: type[models.Model]) -> None:
    columns = {field.name for field in model._meta.concrete_fields}
    allowed = {name for place, name in NOT_A_VERDICT if place in {label(model), "history"}}

    assert {name for name in columns - allowed if VERDICT.search(name)} == set()


def test_the_guard_sees_a_verdict() -> None:
    assert all(
        VERDICT.search(name) for name in ("rank", "class_rank", "risk_score", "ability_group", "percentile_local")
    )
    assert not any(VERDICT.search(name) for name in ("opened_on", "tracked_on", "framework", "underscored"))


@pytest.mark.parametrize("model", OWN_MODELS, ids=label)
def test_a_constraint_is_named_like_a_sentence(model: type[models.Model]) -> None:
    assert [
        c.name for c in model._meta.constraints if c.name.count("_") < 2 or c.name.endswith(("_uniq", "_check"))
    ] == []


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: f"{path.parent.parent.name}.{path.stem}")
def test_a_migration_says_what_it_does(path: Path) -> None:
    words = path.stem.split("_")[1:]

    assert words == ["initial"] or (len(words) >= 2 and "auto" not in words and words[0] not in {"alter", "merge"})


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    out = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out, stderr=out)
    except SystemExit:
        pytest.fail(out.getvalue(), pytrace=False)
