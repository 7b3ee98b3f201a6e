"""Frameworks and their stable competencies. What evidence points to is never rewritten and never deleted."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from accounts.models import Person
from competencies.choices import AssociationKind, WordingKind
from competencies.words import SearchWords

# Also the database's default, so that a process of the version before can still add rows during a deploy.
NOTHING = models.Value({}, output_field=models.JSONField())


class Scale(models.Model):
    """One ordered scale of levels. Values count in half steps; a half step counts down for holding a level."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)


class Level(models.Model):
    """A level of a scale: a value and, per language, a word and a sentence that says what it means.

    `names` and `meanings` are keyed by language, e.g. {"en": "Building", "es": "En proceso"}.
    """

    scale = models.ForeignKey(Scale, on_delete=models.CASCADE, related_name="levels")
    value = models.DecimalField(max_digits=5, decimal_places=2)
    names = models.JSONField(default=dict)
    meanings = models.JSONField(default=dict, db_default=NOTHING, blank=True)

    class Meta:
        ordering = ["value"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "value"], name="level_value_is_unique_on_its_scale"),
        ]


class Framework(models.Model):
    """A set of competencies from one source document, with one scale and one target level.

    `version` counts publications and re-imports that changed something; summaries and flags store it.
    `translations` holds title and description in further languages, {"es": {"title": ..., "description": ...}}.
    `details` keeps what the source says and no column holds: official address, licence, definitions, rubrics.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    creator = models.CharField(max_length=500, blank=True)
    publisher = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=35, default="en")
    adoption_status = models.CharField(max_length=60, blank=True)
    license_text = models.TextField(blank=True)
    source = models.CharField(max_length=120, default="own")
    source_id = models.CharField(max_length=255)
    source_uri = models.CharField(max_length=2000, blank=True)
    source_changed_at = models.DateTimeField(null=True, blank=True)
    translations = models.JSONField(default=dict, db_default=NOTHING, blank=True)
    details = models.JSONField(default=dict, db_default=NOTHING, blank=True)
    scale = models.ForeignKey(Scale, on_delete=models.PROTECT, related_name="frameworks")
    target = models.DecimalField(max_digits=5, decimal_places=2)
    version = models.PositiveIntegerField(default=1)
    is_published = models.BooleanField(default=False)
    is_in_use = models.BooleanField(default=False)
    imported_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="framework_is_unique_per_source"),
        ]


class Competency(models.Model):
    """What can be learned, stable for ever: evidence points here, `CompetencyVersion` rows keep every wording.

    States: current (`retired_at` null) or retired (gone from its source; evidence and history stay).
    `is_assessable` is false for branches and strands that only group others. `parent` is the first of perhaps
    several (the others are `isChildOf` associations); `position` is the place in the framework read from top to
    bottom. `details` keeps what the source says and no column holds.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="competencies")
    source_id = models.CharField(max_length=255)
    source_uri = models.CharField(max_length=2000, blank=True)
    code = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=500)
    statement = models.TextField()
    notes = models.TextField(blank=True)
    kind = models.CharField(max_length=255, blank=True)
    grades = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    subjects = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    concepts = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    language = models.CharField(max_length=35, blank=True)
    position = models.PositiveIntegerField(default=0)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    is_assessable = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    source_changed_at = models.DateTimeField(null=True, blank=True)
    details = models.JSONField(default=dict, db_default=NOTHING, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "competencies"
        indexes = [
            models.Index(fields=["source_id"], name="competency_by_source_id"),
            GinIndex(SearchWords("name", "code", "statement"), name="competency_by_words"),
            models.Index(fields=["framework", "parent", "position"], name="competency_in_tree_order"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["framework", "source_id"], name="competency_is_unique_in_its_framework"),
        ]


class CompetencyVersion(models.Model):
    """One published wording of a competency, kept as it was."""

    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    framework_version = models.PositiveIntegerField()
    published_at = models.DateTimeField(db_default=Now())
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["competency", "number"], name="competency_version_number_is_unique"),
        ]


class Wording(models.Model):
    """A sentence about a competency for one audience in one language; `level` null: about the whole of it."""

    competency = models.ForeignKey(Competency, on_delete=models.CASCADE, related_name="wordings")
    kind = models.CharField(max_length=10, choices=WordingKind.choices)
    level = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    language = models.CharField(max_length=35)
    text = models.TextField()

    class Meta:
        indexes = [GinIndex(SearchWords("text"), name="wording_by_words")]
        constraints = [
            models.UniqueConstraint(
                fields=["competency", "kind", "level", "language"],
                name="one_wording_per_audience_level_and_language",
                nulls_distinct=False,
            ),
        ]


class Association(models.Model):
    """An edge as CASE gives it: origin is the child, destination the parent; `precedes` runs earlier to later.

    Ends outside the imported packages stay as URIs and resolve when their package arrives.
    """

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="associations")
    kind = models.CharField(max_length=20, choices=AssociationKind.choices)
    source_id = models.CharField(max_length=255)
    origin = models.ForeignKey(Competency, on_delete=models.PROTECT, null=True, blank=True, related_name="edges_out")
    destination = models.ForeignKey(
        Competency, on_delete=models.PROTECT, null=True, blank=True, related_name="edges_in"
    )
    origin_source_id = models.CharField(max_length=255)
    origin_uri = models.CharField(max_length=2000, blank=True)
    destination_source_id = models.CharField(max_length=255)
    destination_uri = models.CharField(max_length=2000, blank=True)
    sequence = models.PositiveIntegerField(null=True, blank=True)
    is_broken_cycle = models.BooleanField(default=False)
    details = models.JSONField(default=dict, db_default=NOTHING, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["origin_source_id"], name="association_by_origin_id"),
            models.Index(fields=["destination_source_id"], name="association_by_destination_id"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["framework", "source_id"], name="association_is_unique_in_its_framework"),
        ]
