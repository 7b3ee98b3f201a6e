"""Work students hand in, how people judge it, and what becomes of two judgements that differ."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from accounts.history import keep_history
from accounts.models import Person, Section, StoredFile, Student
from assessments.choices import ModerationReason, ScoringKind
from assessments.models.evidence import Evidence
from assessments.models.instruments import Criterion, InstrumentForm, InstrumentVersion, Item
from competencies.models import Competency


class Assignment(models.Model):
    """One use of an instrument with a class: the same task for everyone, in any of its forms.

    `is_blind`: two people judge each work and see one another's levels only when both are done. States: open, closed
    (`closed_at`); a closed one takes no more work, and judging goes on.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    version = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="assignments")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="assignments")
    title = models.CharField(max_length=200)
    note = models.TextField(max_length=4000, blank=True)
    language = models.CharField(max_length=35)
    opens_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    is_blind = models.BooleanField(default=False)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["section", "opens_on"], name="assignments_of_a_section")]


@keep_history
class Submission(models.Model):
    """One student's own work for an assignment, also where a group worked together (`group_name`).

    States: begun (`submitted_at` null), handed in; it can be handed in anew until somebody began to judge it, and the
    earlier text stays in the history. `submitted_by` is the student, or an adult who wrote it down for them.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="submissions")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="submissions")
    form = models.ForeignKey(InstrumentForm, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    group_name = models.CharField(max_length=60, blank=True)
    text = models.TextField(max_length=20_000, blank=True)
    language = models.CharField(max_length=35)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "student"], name="one_submission_per_student"),
        ]


class SubmissionFile(models.Model):
    """A picture, recording or document that belongs to a work."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]


class Scoring(models.Model):
    """One person's look at one work: a teacher's judgement, or the student's own view beside it.

    States: invited or begun (`finished_at` null), finished; a finished one changes only as a correction of its
    evidence. `invited_by`: a colleague was asked to judge it blind, until `invited_until`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="scorings")
    rater = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ScoringKind.choices, default=ScoringKind.TEACHER)
    note = models.TextField(max_length=4000, blank=True)
    language = models.CharField(max_length=35, blank=True)
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    invited_until = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "rater"], name="one_scoring_per_rater_and_work"),
        ]


class CriterionScore(models.Model):
    """The level one person saw on one criterion of one work. `evidence`: the piece it became a part of."""

    scoring = models.ForeignKey(Scoring, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    value = models.DecimalField(max_digits=5, decimal_places=2)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scoring", "criterion"], name="one_score_per_scoring_and_criterion"),
        ]


class ItemResponse(models.Model):
    """What one answer of a check was worth. `points` null: not answered, which is missing and not zero."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="responses")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="responses")
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    marked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "item"], name="one_response_per_work_and_item"),
            models.CheckConstraint(
                condition=models.Q(points__isnull=True) | models.Q(points__gte=0),
                name="response_points_are_not_negative",
            ),
        ]


class Moderation(models.Model):
    """Two judgements of one work that differ, until people talked about it. The decided level lies between them."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="moderations")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    because = models.CharField(max_length=10, choices=ModerationReason.choices)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    level = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    reason = models.TextField(max_length=2000, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "competency"],
                condition=models.Q(decided_at__isnull=True),
                name="one_open_moderation_per_work_and_competency",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True) | ~models.Q(reason=""),
                name="moderation_is_decided_with_a_reason",
            ),
        ]
