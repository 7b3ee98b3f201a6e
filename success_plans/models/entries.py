"""The entry picture, pointers to plans elsewhere, ways to reach a family, consents, proposals, pathway, amendments."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from accounts.history import keep_history
from accounts.models import Partner, Person, Student
from competencies.models import Competency
from success_plans.choices import (
    Audience,
    ConsentKind,
    ContactMode,
    FindingArea,
    FindingState,
    PointerKind,
    ProposalState,
    Subject,
    Voice,
)
from success_plans.models.plans import Goal, Plan


@keep_history
class EntryFinding(models.Model):
    """A part of the first look: tool, date, what the student can do, what is next. Used to plan, for nothing else.

    Wellbeing is asked with consent only; an area that was not asked, or that the family opted out of, says so and
    never counts as missing.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="findings")
    area = models.CharField(max_length=12, choices=FindingArea.choices)
    state = models.CharField(max_length=10, choices=FindingState.choices, default=FindingState.FOUND)
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tool = models.CharField(max_length=200, blank=True)
    found_on = models.DateField()
    can_do = models.TextField(max_length=4000, blank=True)
    next_step = models.TextField(max_length=4000, blank=True)
    language = models.CharField(max_length=35)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=FindingState.FOUND) | ~models.Q(can_do="", next_step=""),
                name="finding_says_what_was_found",
            ),
            models.CheckConstraint(
                condition=models.Q(state=FindingState.FOUND) | models.Q(can_do="", next_step=""),
                name="finding_that_was_not_asked_says_nothing",
            ),
        ]


@keep_history
class PlanPointer(models.Model):
    """An IEP, 504 or English learner plan lives elsewhere; here stand the accommodations its teachers need."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="pointers")
    kind = models.CharField(max_length=4, choices=PointerKind.choices)
    kept_where = models.CharField(max_length=200, blank=True)
    case_manager = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accommodations = models.TextField(max_length=4000, blank=True)
    language = models.CharField(max_length=35)
    review_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "kind"],
                condition=models.Q(ended_on__isnull=True),
                name="one_current_pointer_per_plan_and_kind",
            ),
        ]


@keep_history
class FamilyWays(models.Model):
    """How one guardian wants to be reached, and the interpreter they need. The other household never reads it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="ways")
    guardian = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    best_way = models.CharField(max_length=10, choices=ContactMode.choices, blank=True)
    best_time = models.CharField(max_length=200, blank=True)
    interpreter_language = models.CharField(max_length=35, blank=True)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "family ways"
        constraints = [
            models.UniqueConstraint(fields=["plan", "guardian"], name="ways_of_a_guardian_are_said_once"),
        ]


@keep_history
class PathwayChoice(models.Model):
    """An interest followed: the pathway chosen, where the student came in, the next experience. Several at once."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="pathways")
    interest = models.CharField(max_length=300)
    pathway = models.CharField(max_length=300, blank=True)
    entry_point = models.CharField(max_length=300, blank=True)
    next_experience = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=35)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    ended_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(interest=""), name="pathway_follows_an_interest")]


class Consent(models.Model):
    """A dated yes or no of a guardian, or of a student of age, to one thing. Withdrawn at once, kept for ever.

    `elsewhere` names the school or district it was given at, when it came with a transfer packet: it is told as what
    was said there and opens nothing here.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=12, choices=ConsentKind.choices)
    about = models.CharField(max_length=200, blank=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents_given")
    scribe = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_yes = models.BooleanField()
    given_on = models.DateField()
    elsewhere = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["student", "kind"], name="consents_of_a_student")]


@keep_history
class Proposal(models.Model):
    """A change somebody proposes to the plan; the other side answers by `answer_by` (10 school days for staff)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="proposals")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals")
    voice = models.CharField(max_length=10, choices=Voice.choices)
    to_voice = models.CharField(max_length=10, choices=Voice.choices)
    text = models.TextField(max_length=4000)
    language = models.CharField(max_length=35)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    answer_by = models.DateField()
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="proposal_has_words")]


class Amendment(models.Model):
    """A statement added to an entry that is never overwritten. Prints and travels with what it is about."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="amendments")
    about = models.CharField(max_length=10, choices=Subject.choices)
    about_id = models.UUIDField()
    voice = models.CharField(max_length=10, choices=Voice.choices)
    text = models.TextField(max_length=4000)
    language = models.CharField(max_length=35)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.CIRCLE)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["plan", "about", "about_id"], name="amendments_of_an_entry")]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="amendment_has_words")]


class SafetyHold(models.Model):
    """Stops portal display, messages and digests of an entry (or of the whole plan) at once, until it ends."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="holds")
    about = models.CharField(max_length=10, choices=Subject.choices)
    about_id = models.UUIDField(null=True, blank=True)
    reason = models.CharField(max_length=500)
    placed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(db_default=Now())
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["student", "about"], name="holds_of_a_student")]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="hold_has_a_reason")]
