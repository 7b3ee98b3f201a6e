"""Working copies: the next version of a framework while people write it, and what every published version changed."""

from __future__ import annotations

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.models import Person
from competencies.choices import AssociationKind, Counting, WorkingState
from competencies.models.frameworks import NOTHING, Framework


class WorkingCopy(models.Model):
    """The next version of a framework: drafted, reviewed, published or put away. One at a time is open.

    `framework` null: a framework that is not published yet. `based_on` is the version it was opened from; when the
    framework has moved on since, publishing is refused until the copy was brought up to it. `source_id` is the key
    the framework gets (or has). `head` holds what the framework says of itself: title, description, creator,
    publisher, language, adoption_status, license_text, translations; `scale` and `target` are the framework's.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    framework = models.ForeignKey(
        Framework, on_delete=models.PROTECT, null=True, blank=True, related_name="working_copies"
    )
    based_on = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=120, default="own")
    source_id = models.CharField(max_length=255)
    head = models.JSONField(default=dict, db_default=NOTHING)
    state = models.CharField(max_length=10, choices=WorkingState.choices, default=WorkingState.DRAFT)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    review_asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    review_asked_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    published_version = models.PositiveIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "working copies"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=models.Q(closed_at__isnull=True),
                name="one_working_copy_is_open_per_framework",
            ),
        ]


class WorkingItem(models.Model):
    """One competency or branch of a working copy. Two people may edit two items; `version` tells of two on one.

    `key` is the competency's `source_id`; `parent_key` "" stands at the top. `fields` holds what a `CompetencyDraft`
    holds and no column does (notes, grades, subjects, concepts, kind, details). `wordings` is a list of
    {"kind", "language", "level" (text or null), "text"}. `is_retired`: it is not in the next version.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    copy = models.ForeignKey(WorkingCopy, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=255)
    parent_key = models.CharField(max_length=255, blank=True)
    position = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=500)
    statement = models.TextField()
    language = models.CharField(max_length=35, blank=True)
    is_assessable = models.BooleanField(default=True)
    fields = models.JSONField(default=dict, db_default=NOTHING)
    wordings = models.JSONField(default=list)
    is_new = models.BooleanField(default=False)
    is_retired = models.BooleanField(default=False)
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["copy", "parent_key", "position"], name="working_item_in_tree_order")]
        constraints = [models.UniqueConstraint(fields=["copy", "key"], name="working_item_is_once_in_its_copy")]


class WorkingEdge(models.Model):
    """One association of a working copy other than `isChildOf`, by the keys of its ends."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    copy = models.ForeignKey(WorkingCopy, on_delete=models.CASCADE, related_name="edges")
    key = models.CharField(max_length=255)
    kind = models.CharField(max_length=20, choices=AssociationKind.choices)
    origin_key = models.CharField(max_length=255)
    destination_key = models.CharField(max_length=255)
    fields = models.JSONField(default=dict, db_default=NOTHING)
    is_new = models.BooleanField(default=False)
    is_retired = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["copy", "key"], name="working_edge_is_once_in_its_copy")]


class WorkingComment(models.Model):
    """What a reviewer says about a working copy, or about one item of it (`item_key` not empty), and the answer."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    copy = models.ForeignKey(WorkingCopy, on_delete=models.CASCADE, related_name="comments")
    item_key = models.CharField(max_length=255, blank=True)
    text = models.TextField(max_length=4000)
    language = models.CharField(max_length=35)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    answer = models.TextField(max_length=4000, blank=True)
    answer_language = models.CharField(max_length=35, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="working_comment_has_words")]


class FrameworkVersion(models.Model):
    """What one publication or re-import changed. Append-only; the difference of any two versions adds these up.

    `changes`: {"added": [ids], "reworded": [ids], "retired": [ids], "returned": [ids], "moved": [[id, parent before,
    parent after]], "edges_added": n, "edges_changed": n, "edges_retired": n, "edges": {"added": [ids], "changed":
    [ids], "retired": [ids]}, "head": {field: [before, after]}} with database ids of competencies and, under "edges",
    of associations other than `isChildOf`; parents may be null. Version 1 keeps counts only: {"added_count": n,
    "edges_added": n}.
    """

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    note = models.TextField(max_length=2000, blank=True)
    changes = models.JSONField(default=dict, db_default=NOTHING)
    published_at = models.DateTimeField(db_default=Now())
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["framework", "number"], name="framework_version_number_is_unique"),
        ]
        triggers = [
            pgtrigger.Protect(name="framework_version_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class ColumnMapper(models.Model):
    """How the columns of a spreadsheet become competencies, kept so that the next file needs no choosing."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    columns = models.JSONField(default=dict)
    headings = ArrayField(models.CharField(max_length=200), default=list)
    saved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(db_default=Now())


class Crosswalk(models.Model):
    """What the district says about evidence between two frameworks tied by `exactMatchOf` and `isRelatedTo` edges.

    Evidence on `from_framework` stands beside the competencies of `to_framework` it is tied to (`Counting.BESIDE`), or
    pieces on exact matches also count there (`Counting.COUNTS`). Versioned: the newest row of a pair holds; rows are
    never changed. Nothing is ever rewritten on the side where the evidence was recorded.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    from_framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="crosswalks_out")
    to_framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="crosswalks_in")
    number = models.PositiveIntegerField(default=1)
    counting = models.CharField(max_length=8, choices=Counting.choices)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["from_framework", "to_framework", "number"], name="crosswalk_decision_number_is_unique"
            ),
            models.CheckConstraint(
                condition=~models.Q(from_framework=models.F("to_framework")), name="crosswalk_ties_two_frameworks"
            ),
        ]
