"""What was done and what was seen. Append-only by trigger and by grant; no foreign keys, so nothing can cascade."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now


class CurrentTransaction(models.Func):
    """The number of the running transaction (`pg_current_xact_id`), 64 bits, never wrapping."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()
    arity = 0


class AuditEvent(models.Model):
    """One act: who, what, on which subject, with which students concerned.

    `digest` is a salted hash of the content and `seal` chains digests per minute (`AuditSeal`), so that retention
    can erase content without breaking the chain.
    """

    occurred_at = models.DateTimeField(db_default=Now(), db_index=True)
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    student_ids = ArrayField(models.BigIntegerField(), default=list)
    reason = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)
    salt = models.BinaryField(max_length=16)
    digest = models.BinaryField(max_length=32)
    # the writing transaction's number: what is below the oldest running one can be sealed, nothing comes later
    transaction = models.BigIntegerField(db_default=CurrentTransaction(), db_index=True)

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="audit_by_subject")]
        triggers = [
            pgtrigger.Protect(name="audit_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class ReadEvent(models.Model):
    """One look: one row per (viewer, subject, block, purpose, hour). A class page is one row with its student ids."""

    viewer_id = models.BigIntegerField()
    subject = models.CharField(max_length=64)
    student_ids = ArrayField(models.BigIntegerField())
    block = models.CharField(max_length=40)
    purpose = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=200)
    hour = models.DateTimeField()
    occurred_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["viewer_id", "subject", "block", "purpose", "hour"], name="one_read_event_per_hour"
            ),
        ]
        indexes = [GinIndex(fields=["student_ids"], name="read_events_of_a_student")]
        triggers = [
            pgtrigger.Protect(name="read_event_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class AuditSeal(models.Model):
    """The chain: each seal covers the audit digests of the transactions in [from, to) and the seal before it."""

    from_transaction = models.BigIntegerField()
    to_transaction = models.BigIntegerField()
    last_event_id = models.BigIntegerField()
    event_count = models.PositiveIntegerField()
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [
            pgtrigger.Protect(name="seal_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
