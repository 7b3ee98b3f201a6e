"""Nothing of a student is lost with a record that was joined to another: each table has said how it follows."""

from django.apps import apps
from django.db import models

from accounts.joining.following import FOLLOWS, OnJoin
from accounts.models import Student


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
