"""What the engine is told and what it learned: roll-up rules, parameters of the estimators, their calibration."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from accounts.models import Person, Student
from assessments.choices import RollupRule
from assessments.models.instruments import Item
from competencies.models import Competency


class Rollup(models.Model):
    """How a parent competency is met by its children; without a row, all of them. `needed`: points, for that rule."""

    parent = models.OneToOneField(Competency, on_delete=models.CASCADE, related_name="rollup")
    rule = models.CharField(max_length=10, choices=RollupRule.choices, default=RollupRule.ALL)
    needed = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    chosen_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(rule=RollupRule.POINTS) | models.Q(needed__gt=0),
                name="rollup_by_points_says_how_many",
            ),
        ]


class RollupChild(models.Model):
    """What one child counts for its parent under the rule of points."""

    rollup = models.ForeignKey(Rollup, on_delete=models.CASCADE, related_name="children")
    competency = models.ForeignKey(Competency, on_delete=models.CASCADE, related_name="+")
    points = models.DecimalField(max_digits=6, decimal_places=2, default=1)
    is_required = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "rollup children"
        constraints = [
            models.UniqueConstraint(fields=["rollup", "competency"], name="child_counts_once_for_its_parent"),
        ]


class Fit(models.Model):
    """One nightly fit of the estimators over everything counted so far, and how well they were calibrated.

    `report` holds AUC, RMSE, ECE and the bins of each estimator, over students left out of the fit; student groups
    below 500 events are not in it. The newest fit is the one in use.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    events = models.PositiveIntegerField()
    report = models.JSONField(default=dict)


class CompetencyFit(models.Model):
    """What a fit says about one competency, never about a student: difficulty, and the chances of knowledge tracing."""

    fit = models.ForeignKey(Fit, on_delete=models.CASCADE, related_name="competencies")
    competency = models.ForeignKey(Competency, on_delete=models.CASCADE, related_name="+")
    events = models.PositiveIntegerField()
    difficulty = models.FloatField(default=0)
    parameters = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fit", "competency"], name="competency_is_fitted_once"),
        ]


class ItemFit(models.Model):
    """What a fit says about one item: how much harder it is than its competency."""

    fit = models.ForeignKey(Fit, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    events = models.PositiveIntegerField()
    difficulty = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fit", "item"], name="item_is_fitted_once")]


class ItemEstimate(models.Model):
    """The estimator of item-level answers for one student on one competency; for this competency and no other."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="+")
    competency = models.ForeignKey(Competency, on_delete=models.CASCADE, related_name="+")
    theta = models.FloatField(default=0)
    events = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["student", "competency"], name="one_item_estimate_per_pair"),
        ]
