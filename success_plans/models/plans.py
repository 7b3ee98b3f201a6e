"""The living plan: what the student, the family and the school say, goals and needs. Supports are its actions."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from accounts.history import keep_history
from accounts.models import Person, StoredFile, Student
from competencies.models import Competency
from success_plans.choices import (
    Audience,
    GoalState,
    Horizon,
    Means,
    MeasureKind,
    NeedDomain,
    NeedSource,
    NeedState,
    OutsideNeed,
    PlanState,
    StatementKind,
    TemplateKind,
    Voice,
)


class Plan(models.Model):
    """A student's plan. It exists from the first sentence on; strengths and interests alone make it valid.

    `state` says where the next version stands: being written, with the family, agreed, or under review. What was
    agreed is a `PlanVersion` and never changes with it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.OneToOneField(Student, on_delete=models.CASCADE, related_name="plan")
    template = models.CharField(max_length=8, choices=TemplateKind.choices, default=TemplateKind.LIGHT)
    state = models.CharField(max_length=14, choices=PlanState.choices, default=PlanState.DRAFT)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())


@keep_history
class PlanStatement(models.Model):
    """A sentence in someone's words, in the language it was said in. Staff answer it, they never edit it.

    A picture or a recording may stand in place of words. `audience` says which adults of the circle read it; the
    student and the family always do. `version` guards against two people editing at once. `withdrawn_at` takes it off
    the page; the row stays.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="statements")
    kind = models.CharField(max_length=12, choices=StatementKind.choices)
    voice = models.CharField(max_length=10, choices=Voice.choices)
    text = models.TextField(max_length=4000, blank=True)
    means = models.CharField(max_length=8, choices=Means.choices, default=Means.TEXT)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="statements")
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.CIRCLE)
    language = models.CharField(max_length=35)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="statements")
    scribe = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    said_on = models.DateField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["plan", "kind"], name="statements_of_a_plan")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text="") | models.Q(file__isnull=False), name="statement_says_something"
            ),
        ]


@keep_history
class Need(models.Model):
    """An entry of the running record of needs. Never deleted; it ends with a reason."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="needs")
    domain = models.CharField(max_length=12, choices=NeedDomain.choices)
    outside = models.CharField(max_length=12, choices=OutsideNeed.choices, blank=True)
    source = models.CharField(max_length=12, choices=NeedSource.choices, default=NeedSource.ADULT)
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.CIRCLE)
    text = models.TextField(max_length=4000)
    language = models.CharField(max_length=35)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField()
    review_on = models.DateField()
    state = models.CharField(max_length=10, choices=NeedState.choices, default=NeedState.OPEN)
    state_reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="need_has_words"),
            models.CheckConstraint(
                condition=models.Q(review_on__gt=models.F("opened_on")),
                name="need_is_reviewed_after_it_opens",
            ),
            models.CheckConstraint(
                condition=models.Q(outside="") | models.Q(domain=NeedDomain.BASIC),
                name="need_outside_school_is_a_basic_need",
            ),
        ]


@keep_history
class Goal(models.Model):
    """What comes next. With measure, baseline, target, date and a person it is a goal; else an intention.

    `how_where`: in which way and in which place it is worked on, in school and out of it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="goals")
    text = models.TextField(max_length=4000)
    why = models.TextField(max_length=4000, blank=True)
    language = models.CharField(max_length=35)
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, null=True, blank=True, related_name="goals")
    voice = models.CharField(max_length=10, choices=Voice.choices, default=Voice.STAFF)
    horizon = models.CharField(max_length=12, choices=Horizon.choices, default=Horizon.NOW)
    measure_kind = models.CharField(max_length=12, choices=MeasureKind.choices, default=MeasureKind.COMPETENCY)
    measure = models.CharField(max_length=300, blank=True)
    baseline = models.CharField(max_length=300, blank=True)
    target = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True, blank=True)
    steps = models.TextField(max_length=4000, blank=True)
    how_where = models.CharField(max_length=300, blank=True, default="", db_default="")
    helper = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=GoalState.choices, default=GoalState.ACTIVE)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="goal_has_words")]


class TranslationRequest(models.Model):
    """Someone asked for words of the plan in their language; a person answers it. The original stays beside it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    statement = models.ForeignKey(
        PlanStatement, on_delete=models.CASCADE, null=True, blank=True, related_name="translations"
    )
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, null=True, blank=True, related_name="translations")
    need = models.ForeignKey(Need, on_delete=models.CASCADE, null=True, blank=True, related_name="translations")
    language = models.CharField(max_length=35)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    text = models.TextField(max_length=4000, blank=True)
    translated_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    translated_at = models.DateTimeField(null=True, blank=True)
    of_version = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(statement__isnull=False, goal__isnull=True, need__isnull=True)
                | models.Q(statement__isnull=True, goal__isnull=False, need__isnull=True)
                | models.Q(statement__isnull=True, goal__isnull=True, need__isnull=False),
                name="translation_is_of_one_text",
            ),
            models.UniqueConstraint(
                fields=["statement", "goal", "need", "language"],
                name="one_translation_per_text_and_language",
                nulls_distinct=False,
            ),
        ]
