"""Meetings, who was there and what was decided; whole-class reviews."""

from __future__ import annotations

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from accounts.history import keep_history
from accounts.models import Person, Section, Student
from success_plans.choices import AttendeeRole, Interpreter, MeetingKind, MeetingState
from success_plans.models.plans import Plan
from supports.models import Support


@keep_history
class Meeting(models.Model):
    """People come together about a plan. The agenda is built from what changed; only what was added is stored.

    `conference` is what the student prepared to lead it: {"strengths": [public ids of sentences], "evidence": [public
    ids of pieces], "proud": text, "edge": text, "next": text, "questions": text, "language": code}, each optional.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="meetings")
    kind = models.CharField(max_length=12, choices=MeetingKind.choices, default=MeetingKind.PLAN)
    state = models.CharField(max_length=10, choices=MeetingState.choices, default=MeetingState.PLANNED)
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    is_student_led = models.BooleanField(default=False)
    interpreter = models.CharField(max_length=12, choices=Interpreter.choices, default=Interpreter.NOT_NEEDED)
    interpreter_language = models.CharField(max_length=35, blank=True)
    agenda_extra = models.TextField(max_length=4000, blank=True)
    student_words = models.TextField(max_length=4000, blank=True)
    conference = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=35)
    assent = models.TextField(max_length=1000, blank=True)
    next_on = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    called_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["plan", "-starts_at"], name="meetings_of_a_plan")]


class MeetingAttendee(models.Model):
    """Somebody invited to a meeting. People without a record here are there by name."""

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendees")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=12, choices=AttendeeRole.choices)
    was_there = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | ~models.Q(name=""), name="attendee_is_somebody"
            ),
            models.UniqueConstraint(
                fields=["meeting", "person"],
                condition=models.Q(person__isnull=False),
                name="attendee_is_invited_once",
            ),
        ]


@keep_history
class Decision(models.Model):
    """What a meeting decided. With an owner and dates it became an action of the plan (`support`)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="decisions")
    text = models.TextField(max_length=4000)
    language = models.CharField(max_length=35)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    support = models.ForeignKey(Support, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="decision_has_words"),
            models.UniqueConstraint(fields=["meeting", "key"], name="decision_is_sent_once"),
        ]


class ClassReview(models.Model):
    """A whole class talked through, one student after the other, strength first."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="reviews")
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    started_on = models.DateField()
    finished_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)


@keep_history
class ReviewEntry(models.Model):
    """What was said about one student in a class review."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.ForeignKey(ClassReview, on_delete=models.CASCADE, related_name="entries")
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="review_entries")
    strength = models.TextField(max_length=2000)
    next_step = models.TextField(max_length=2000, blank=True)
    enrichment_considered = models.BooleanField(default=False)
    language = models.CharField(max_length=35)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    discussed_on = models.DateField()
    changed_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "student"], name="student_is_discussed_once_in_a_review"),
            models.CheckConstraint(condition=~models.Q(strength=""), name="review_starts_with_a_strength"),
        ]
