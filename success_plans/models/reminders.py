"""What somebody was reminded of, so that nobody is told of a thing twice in the same way."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import Person
from success_plans.choices import ReminderKind, ReminderOf


class Reminder(models.Model):
    """One thing somebody was reminded of, by its public id: once a kind and day it is due on, so that what is moved is
    told of anew. The message itself holds counts and links.

    `due_on` is None where nothing falls due (a word that is waited for). `day` is school-local; the rows of a person
    and day were one message. Kept for 90 days (`recompute.reminders`).
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    of = models.CharField(max_length=10, choices=ReminderOf.choices)
    of_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=ReminderKind.choices)
    due_on = models.DateField(null=True, blank=True)
    day = models.DateField()
    sent_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["person", "day"], name="reminders_of_a_person_and_day"),
            models.Index(fields=["day"], name="reminders_of_a_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "of", "of_id", "kind", "due_on"],
                name="reminded_once_of_a_thing_kind_and_day_due",
                nulls_distinct=False,
            ),
        ]
