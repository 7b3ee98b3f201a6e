"""What becomes of an observation that a family or a partner sends: a teacher looks at it and answers."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.history import keep_history
from accounts.models import Person
from assessments.models.evidence import Evidence


@keep_history
class ObservationAnswer(models.Model):
    """The answer to one observation. States of the observation: waiting (no answer), counted, kept beside.

    It belongs to the piece as it stands: an observation that its author corrects waits for a new answer. `text` is
    for whoever sent it, and nobody else of the family. An answer can be changed; the one before it stays in the
    history.
    """

    evidence = models.OneToOneField(Evidence, on_delete=models.PROTECT, related_name="answer")
    is_accepted = models.BooleanField()
    text = models.TextField(max_length=2000, blank=True)
    language = models.CharField(max_length=35)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_accepted=True) | ~models.Q(text=""),
                name="observation_is_kept_beside_with_a_sentence",
            ),
        ]
