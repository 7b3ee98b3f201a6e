"""Check-ins, contact attempts and working notes: what adults do for a student from day to day."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from accounts.history import keep_history
from accounts.models import Person, Student
from success_plans.choices import CheckInHow, ContactMode, ContactOutcome, ContactPurpose, Interpreter


class CheckIn(models.Model):
    """An adult looked in on a student. One row a student, also when a whole group was met (`batch`).

    `key` comes from the screen (also from an offline queue): the same key twice is one row.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="check_ins")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="check_ins_made")
    met_at = models.DateTimeField()
    how = models.CharField(max_length=10, choices=CheckInHow.choices)
    mode = models.CharField(max_length=10, choices=ContactMode.choices, default=ContactMode.IN_PERSON)
    note = models.TextField(max_length=2000, blank=True)
    language = models.CharField(max_length=35)
    key = models.UUIDField()
    batch = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["student", "-met_at"], name="check_ins_of_a_student"),
            models.Index(fields=["by", "-met_at"], name="check_ins_by_an_adult"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["by", "key", "student"], name="check_in_is_sent_once"),
        ]


class ContactAttempt(models.Model):
    """One try to reach a family, and what came of it. `household` is that of the guardian who was tried."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="contacts")
    guardian = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contacts_made")
    tried_at = models.DateTimeField()
    mode = models.CharField(max_length=10, choices=ContactMode.choices)
    purpose = models.CharField(max_length=12, choices=ContactPurpose.choices, default=ContactPurpose.CONVERSATION)
    outcome = models.CharField(max_length=14, choices=ContactOutcome.choices)
    interpreter = models.CharField(max_length=12, choices=Interpreter.choices, default=Interpreter.NOT_NEEDED)
    language = models.CharField(max_length=35, blank=True)
    note = models.TextField(max_length=4000, blank=True)
    household = models.CharField(max_length=40, blank=True)
    key = models.UUIDField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["student", "-tried_at"], name="contacts_of_a_student")]
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="contact_is_sent_once")]


@keep_history
class WorkingNote(models.Model):
    """A note for the adult who wrote it. Part of the record if a family asks; purged on `purge_on` unless held."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="working_notes")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="working_notes")
    text = models.TextField(max_length=4000)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    purge_on = models.DateField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["purge_on"], name="working_notes_by_purge")]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="working_note_has_words")]
