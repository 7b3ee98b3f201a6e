"""Joins that wait for a second yes."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from accounts.models.people import Person


class JoinRequest(models.Model):
    """Somebody asks to join two records that a join by one person alone is not enough for.

    `kept` and `absorbed` are public ids of persons: nothing is held by it, and nothing follows anybody. `agreed` null:
    nobody has answered; the one who asked takes it back by saying no.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kept = models.UUIDField()
    absorbed = models.UUIDField()
    reason = models.TextField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    agreed = models.BooleanField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(kept=models.F("absorbed")), name="join_is_asked_for_two"),
            models.UniqueConstraint(
                fields=["kept", "absorbed"],
                condition=models.Q(agreed__isnull=True),
                name="join_is_asked_for_once_at_a_time",
            ),
        ]
