"""Nothing of a student is lost with a record that was joined to another: each table has said how it follows."""

from django.apps import apps
from django.db import models

from accounts.joining.following import FOLLOWS, HELD_BY_SERVICES, STANDING, OnJoin
from accounts.models import Person, Student


def of_students():
    """Every model of ours that points at a student, rows of history left out: they stay as they were written."""
    return {
        model._meta.label: [
            field
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and field.related_model is Student
        ]
        for model in apps.get_models()
        if not hasattr(model, "pgh_tracked_model")
        and any(isinstance(f, models.ForeignKey) and f.related_model is Student for f in model._meta.concrete_fields)
    }


def test_every_table_about_a_student_says_what_a_join_does_with_it():
    assert set(of_students()) == set(FOLLOWS)


def test_what_moves_has_one_column_for_its_student():
    for label, fields in of_students().items():
        if FOLLOWS[label] == OnJoin.MOVES:
            assert [field.name for field in fields] == ["student"], label


def naming_people():
    """Every column of ours that names a person, rows of history left out."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if not hasattr(model, "pgh_tracked_model")
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Person
    }


WRITTEN = {"author", "scribe", "by", "kept"}
"""Names of columns that say who did something once, beside all that end in `_by`."""


def test_every_column_that_names_a_person_says_whether_it_follows_them():
    follows = STANDING | HELD_BY_SERVICES
    assert follows <= naming_people()

    silent = {name for name in naming_people() - follows if not is_of_the_past(name.rpartition(".")[2])}
    assert silent == {"accounts.PersonMerge.absorbed", "success_plans.Agreement.person", "assessments.Evidence.rater"}


def is_of_the_past(column: str) -> bool:
    return column in WRITTEN or column.endswith("_by")


def test_nothing_follows_that_may_never_change():
    for name in STANDING:
        label, _, column = name.rpartition(".")
        triggers = getattr(apps.get_model(label)._meta, "triggers", ())
        assert not [one.name for one in triggers if "append_only" in one.name], name
        assert apps.get_model(label)._meta.get_field(column)
