"""Imports of evidence: mappers kept for the next file, and rows that are checked and wait to be written."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Lower, Now

from accounts.models import Job, Person, Section, Student
from assessments.choices import Context, ImportAction
from competencies.models import Competency


class ColumnMapper(models.Model):
    """Which column of a district's table is what, to be used again; `mapping` as `assessments.imports.mapping` says."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    mapping = models.JSONField(default=dict)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="mapper_name_is_unique")]


class EvidenceImport(models.Model):
    """How far one import's rows are: `cursor` is the last row that is durable, and moves in the same transaction.

    `first_row` and `last_row` are the keys of its `ImportRow`s, none while nothing is staged. `written` counts what
    became of rows so far. `source` is the name under which ids of pieces are kept.
    """

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="evidence_import")
    source = models.CharField(max_length=120)
    context = models.CharField(max_length=20, choices=Context.choices, blank=True, default=Context.UNKNOWN)
    zero_is = models.CharField(max_length=10, blank=True)
    first_row = models.BigIntegerField(default=0)
    last_row = models.BigIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    written = models.JSONField(default=dict)
    staged_at = models.DateTimeField(db_default=Now())


class ImportRow(models.Model):
    """One checked score that would be (is being) written; gone when the import ends.

    Without database constraints on purpose: rows are written once by COPY speed and joined to what they name when
    they become evidence, where the constraints are. In the order of students.
    """

    job = models.ForeignKey(Job, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    action = models.PositiveSmallIntegerField(choices=ImportAction.choices)
    is_zero = models.BooleanField(default=False)
    student = models.ForeignKey(
        Student, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    competency = models.ForeignKey(
        Competency, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    section = models.ForeignKey(
        Section, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False, null=True
    )
    value = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    observed_on = models.DateField(null=True)
    source_id = models.CharField(max_length=255)
    title = models.CharField(max_length=200, blank=True)
