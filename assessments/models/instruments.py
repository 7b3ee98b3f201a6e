"""Instruments: what we look with. Versions, forms of the same task, criteria, items, and what people say about them."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from accounts.models import Person, School
from assessments.choices import (
    AccommodationFor,
    Context,
    ContributionKind,
    ContributionState,
    Depth,
    InstrumentKind,
    InstrumentState,
    Speaker,
)
from competencies.models import Competency


def _stays_when_published(part: str, whole: str = "") -> pgtrigger.Trigger:
    """Refuses any change of this part of a version once that is published.

    `part` is the column that leads to the version; with `whole`, it leads to that table, which names the version.
    """
    version = f"SELECT w.version_id FROM {whole} w WHERE w.id = {{row}}.{part}" if whole else f"{{row}}.{part}"  # noqa: S608 - constants
    return pgtrigger.Trigger(
        name="stays_when_published",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF EXISTS (SELECT 1 FROM assessments_instrumentversion v WHERE v.state = '{InstrumentState.PUBLISHED}'
                       AND v.id IN (({version.format(row="OLD")}), ({version.format(row="NEW")}))) THEN
                RAISE EXCEPTION 'pgtrigger: Cannot change a part of a published instrument (%)', TG_TABLE_NAME;
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,  # noqa: S608 - constants
    )


class Instrument(models.Model):
    """One instrument of a school's library, stable while its versions change. `school` null: the district's.

    `is_shared` puts it before the other schools of the district, who may take a copy: `copied_from` says whose version
    a copy began as. States: in use, or retired (`retired_at`); what was gathered with it stays.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=16, choices=InstrumentKind.choices)
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="instruments")
    is_shared = models.BooleanField(default=False)
    copied_from = models.ForeignKey(
        "InstrumentVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="copies"
    )
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["school", "kind"], name="instruments_of_a_school")]


class InstrumentVersion(models.Model):
    """One version: a draft until it is published, then as it is for ever. At most one draft of an instrument.

    `validity_note` says what it may be read as, and what not; `source` where it comes from. Both are asked before it
    is published. `edit` counts changes of a draft, so that two people never overwrite one another.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=InstrumentState.choices, default=InstrumentState.DRAFT)
    title = models.CharField(max_length=200)
    purpose = models.TextField(max_length=4000, blank=True)
    language = models.CharField(max_length=35)
    validity_note = models.TextField(max_length=4000, blank=True)
    source = models.CharField(max_length=500, blank=True)
    context = models.CharField(max_length=20, choices=Context.choices, blank=True, default=Context.UNKNOWN)
    is_holistic = models.BooleanField(default=False)
    is_group_task = models.BooleanField(default=False)
    edit = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instrument", "number"], name="instrument_version_number_is_unique"),
            models.UniqueConstraint(
                fields=["instrument"],
                condition=models.Q(state=InstrumentState.DRAFT),
                name="one_draft_per_instrument",
            ),
            models.CheckConstraint(
                condition=models.Q(state=InstrumentState.DRAFT)
                | (~models.Q(validity_note="") & ~models.Q(source="") & models.Q(published_at__isnull=False)),
                name="published_instrument_has_its_validity_note_and_source",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_instrument_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=InstrumentState.PUBLISHED),
            ),
        ]


class Alignment(models.Model):
    """A competency an instrument gives evidence on, and how deep it asks."""

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="alignments")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="alignments")
    depth = models.CharField(max_length=10, choices=Depth.choices, default=Depth.USE)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "competency"], name="alignment_is_stated_once"),
        ]
        triggers = [_stays_when_published("version_id")]


class InstrumentForm(models.Model):
    """One form of the task: the same competencies, other words, language, material or way to show it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="forms")
    title = models.CharField(max_length=200)
    instructions = models.TextField(max_length=10_000, blank=True)
    language = models.CharField(max_length=35)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        triggers = [_stays_when_published("version_id")]


class Accommodation(models.Model):
    """What goes with a form so that everyone can show what they can do, on the same competency."""

    form = models.ForeignKey(InstrumentForm, on_delete=models.CASCADE, related_name="accommodations")
    helps = models.CharField(max_length=16, choices=AccommodationFor.choices)
    text = models.CharField(max_length=500)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        triggers = [_stays_when_published("form_id", "assessments_instrumentform")]


class Criterion(models.Model):
    """One line of a rubric, about one competency of the instrument. A holistic rubric has one for each competency."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="criteria")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    look_for = models.TextField(max_length=2000, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["position", "pk"]
        triggers = [_stays_when_published("version_id")]


class CriterionLevel(models.Model):
    """What work looks like at one level of a criterion."""

    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="levels")
    value = models.DecimalField(max_digits=5, decimal_places=2)
    text = models.TextField(max_length=2000)

    class Meta:
        ordering = ["value"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "value"], name="criterion_level_is_described_once"),
        ]
        triggers = [_stays_when_published("criterion_id", "assessments_criterion")]


class Item(models.Model):
    """One question of a check, tagged to one competency. `points`: what a whole answer is worth."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="items")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="items")
    key = models.CharField(max_length=60)
    prompt = models.TextField(max_length=4000, blank=True)
    points = models.DecimalField(max_digits=6, decimal_places=2, default=1)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="item_key_is_unique_in_its_version"),
            models.CheckConstraint(condition=models.Q(points__gt=0), name="item_is_worth_something"),
        ]
        triggers = [_stays_when_published("version_id")]


class Contribution(models.Model):
    """What a teacher, student or family said about an instrument or one criterion: a comment or a proposal, answered.

    States: open, then accepted or declined with an answer; a comment may stay without one.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="contributions")
    criterion = models.ForeignKey(
        Criterion, on_delete=models.SET_NULL, null=True, blank=True, related_name="contributions"
    )
    kind = models.CharField(max_length=10, choices=ContributionKind.choices)
    speaker = models.CharField(max_length=10, choices=Speaker.choices)
    text = models.TextField(max_length=4000)
    language = models.CharField(max_length=35)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.CharField(max_length=10, choices=ContributionState.choices, default=ContributionState.OPEN)
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="contribution_says_something"),
            models.CheckConstraint(
                condition=models.Q(state=ContributionState.OPEN) | ~models.Q(answer=""),
                name="contribution_is_decided_with_an_answer",
            ),
        ]


class AnchorWork(models.Model):
    """A piece of work, without a name, that shows what a level looks like; teachers practise on it and compare.

    It belongs to a published version and names no student. `content_type` is what the picture's bytes say.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="anchors")
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=20_000, blank=True)
    picture = models.FileField(upload_to="anchors/", blank=True)
    content_type = models.CharField(max_length=60, blank=True)
    description = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=35)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(text="", picture=""), name="anchor_shows_something"),
        ]


class AnchorLevel(models.Model):
    """The level an anchor shows on one criterion, and why."""

    anchor = models.ForeignKey(AnchorWork, on_delete=models.CASCADE, related_name="levels")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="+")
    value = models.DecimalField(max_digits=5, decimal_places=2)
    reason = models.TextField(max_length=2000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["anchor", "criterion"], name="anchor_has_one_level_per_criterion"),
        ]


class CalibrationTry(models.Model):
    """What one teacher gave an anchor before seeing its level. It helps that teacher only, and is nobody's measure."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField()
    anchor = models.ForeignKey(AnchorWork, on_delete=models.CASCADE, related_name="tries")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=5, decimal_places=2)
    tried_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "calibration tries"
        constraints = [
            models.UniqueConstraint(fields=["key", "criterion"], name="calibration_try_is_stored_once"),
        ]
