"""Agreed versions, answers to them, district templates and wording, the cycle, transfer packets."""

from __future__ import annotations

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.history import keep_history
from accounts.models import Person, School, SchoolYear, Student
from success_plans.choices import (
    AgreementAnswer,
    PacketDirection,
    StepName,
    StepOutcome,
    TemplateKind,
    Voice,
)
from success_plans.models.plans import Plan


class PlanTemplate(models.Model):
    """How a district asks: which blocks, with which prompts, how often it is reviewed. Each edit is a new row.

    Shape of `content`: {"blocks": [{"key": ..., "prompt": {"en": ..., "es": ...}, "is_asked": true}], "review_weeks":
    8, "reviews_a_year": 2}. The newest row of a kind holds; agreed versions carry their own copy.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=TemplateKind.choices)
    number = models.PositiveIntegerField()
    content = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="template_number_is_unique"),
        ]


class PlanVersion(models.Model):
    """The plan as it stood when people agreed on it. Immutable: a trigger refuses change and removal.

    `content` is the whole plan in the shape of `success_plans.versions.snapshot`; `digest` its SHA-256.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    template = models.JSONField(default=dict)
    reason = models.CharField(max_length=500)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="version_number_is_unique"),
        ]
        triggers = [
            pgtrigger.Protect(name="version_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class Agreement(models.Model):
    """What a guardian or the student says to a version; the newest answer of a person holds, all are kept.

    Agreeing is not consent and waives no right. The statement stays attached and prints with the version.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    of_version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="agreements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    voice = models.CharField(max_length=10, choices=Voice.choices)
    answer = models.CharField(max_length=10, choices=AgreementAnswer.choices)
    statement = models.TextField(max_length=4000, blank=True)
    language = models.CharField(max_length=35)
    scribe = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["of_version", "person", "-created_at"], name="answers_to_a_version")]
        triggers = [
            pgtrigger.Protect(name="answer_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


@keep_history
class CycleStep(models.Model):
    """A step of the cycle for one student: who does it, until when, how it ended. Opened by the daily run."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="cycle_steps")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    school_year = models.ForeignKey(SchoolYear, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=14, choices=StepName.choices)
    number = models.PositiveSmallIntegerField(default=1)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="cycle_steps")
    opened_on = models.DateField()
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=StepOutcome.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["owner", "due_on"], condition=models.Q(done_on__isnull=True), name="open_steps_of_an_owner"
            ),
            models.Index(
                fields=["school", "step"], condition=models.Q(done_on__isnull=True), name="open_steps_of_a_school"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "school_year", "step", "number"], name="cycle_step_is_opened_once"
            ),
            models.CheckConstraint(
                condition=models.Q(done_on__isnull=True, outcome="")
                | (models.Q(done_on__isnull=False) & ~models.Q(outcome="")),
                name="cycle_step_that_ended_says_how",
            ),
        ]


class CycleRun(models.Model):
    """One row per school and school-local day on which the cycle was gone through: what opened and what closed."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    opened = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    ran_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "day"], name="one_cycle_run_per_school_and_day")]


class Digest(models.Model):
    """A weekly digest that was sent: a count and a link, never a child's data. Once a person and week."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    week = models.DateField()
    items = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "week"], name="one_digest_per_person_and_week")]


class DistrictPhrase(models.Model):
    """A phrase the district would rather not read in a plan, and what to say instead. A suggestion, never a block."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    language = models.CharField(max_length=35)
    phrase = models.CharField(max_length=120)
    instead = models.CharField(max_length=300)
    is_active = models.BooleanField(default=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["language", "phrase"], name="phrase_is_listed_once"),
        ]


class TransferPacket(models.Model):
    """A plan that left for another school or district, or came from one. The file itself is made anew each time.

    `left_over` keeps what came with a packet and has no place here, so that nothing is lost. `closed` names the
    sensitive domains (`accounts.choices.SensitiveDomain`) of which something stayed here; `opened` those a second
    person, who reads them, let go along. `after`: the packet whose yes this one was made from; a yes makes one packet.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.PROTECT, null=True, blank=True, related_name="packets")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=10, choices=PacketDirection.choices)
    other_party = models.CharField(max_length=300)
    reason = models.CharField(max_length=500)
    digest = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    left_over = models.JSONField(default=dict)
    closed = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    opened = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    after = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="followed_by"
    )
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "digest"],
                condition=models.Q(direction="received"),
                name="packet_is_received_once",
            ),
            models.CheckConstraint(
                condition=models.Q(opened_by__isnull=True) | ~models.Q(opened_by=models.F("created_by")),
                name="closed_parts_are_opened_by_a_second_person",
            ),
        ]
