"""How family comes in: an invitation of one guardian, with a code that works once."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from accounts.models.people import Person


class FamilyInvitation(models.Model):
    """An account is offered to a guardian who is in the records already; no second record is ever made.

    Only the code's digest is kept. `address` is where the code goes by e-mail (the worker draws and sends it, so until
    then there is no digest); empty, it goes by letter. `refusals` counts how often the message was not
    taken, `next_try_at` is when it is tried again. `tries` counts wrong answers to the second look. A new
    invitation takes the earlier one back.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    guardian = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True, null=True, blank=True)  # noqa: DJ001 - null: not drawn yet
    address = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=10)
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    refusals = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["guardian"],
                condition=models.Q(used_at__isnull=True, taken_back_at__isnull=True),
                name="one_invitation_of_a_guardian_is_open",
            ),
        ]
