"""Pathways: interest-based ways of learning that educators, employers and community members design together."""

from __future__ import annotations

import uuid
from typing import TypeVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.models import Partner, Person, School
from competencies.choices import DesignerVoice, ExperienceKind, PathwayState, RigorCriterion, WayKind
from competencies.models.frameworks import NOTHING, Competency


class Pathway(models.Model):
    """A pathway, open to every student of its schools without a condition on what anyone has shown.

    No `schools`: the whole district. `translations` holds the texts in further languages, {"es": {"title": ...,
    "promise": ..., "about": ..., "after_school": ..., "when_and_where": ...}}. `capacity` null: no limit; where there
    is one, places are drawn. `version` is the token two editors are told apart by; `published_number` counts
    publications (`PathwayVersion`).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=200)
    promise = models.CharField(max_length=500)
    about = models.TextField(max_length=8000, blank=True)
    interests = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    after_school = models.TextField(max_length=4000, blank=True)
    when_and_where = models.TextField(max_length=2000, blank=True)
    languages = ArrayField(models.CharField(max_length=35), default=list, blank=True)
    language = models.CharField(max_length=35)
    translations = models.JSONField(default=dict, db_default=NOTHING, blank=True)
    scene = models.CharField(max_length=20, blank=True)
    schools = models.ManyToManyField(School, related_name="pathways", blank=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="pathways")
    contact = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    capacity = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=PathwayState.choices, default=PathwayState.PROPOSED)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True, blank=True)
    published_number = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="pathway_has_a_title"),
            models.CheckConstraint(
                condition=models.Q(capacity__isnull=True) | models.Q(capacity__gt=0), name="pathway_capacity_is_a_place"
            ),
        ]


class PathwayVersion(models.Model):
    """What a pathway said when it was published. Never changed."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField(db_default=Now())
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pathway", "number"], name="pathway_version_number_is_unique"),
        ]
        triggers = [
            pgtrigger.Protect(name="pathway_version_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


M = TypeVar("M", bound=models.Model)


class StandingManager(models.Manager[M]):
    """The parts of a draft as it stands: what was taken out of it is not among them."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Parts that were not taken out."""
        return super().get_queryset().filter(removed_at__isnull=True)


class PathwayExperience(models.Model):
    """One experience of a pathway. `translations` as in `Pathway`: title, about.

    `objects` are those of the draft. One that was published is never deleted: `removed_at` takes it out of the draft,
    and `everything` still finds it for the versions and the students it belongs to.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pathway = models.ForeignKey(Pathway, on_delete=models.CASCADE, related_name="experiences")
    kind = models.CharField(max_length=12, choices=ExperienceKind.choices)
    title = models.CharField(max_length=200)
    about = models.TextField(max_length=2000, blank=True)
    place = models.CharField(max_length=200, blank=True)
    hours = models.PositiveSmallIntegerField(null=True, blank=True)
    credit = models.CharField(max_length=200, blank=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    translations = models.JSONField(default=dict, db_default=NOTHING, blank=True)
    position = models.PositiveIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = StandingManager()
    everything: models.Manager[PathwayExperience] = models.Manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(title=""), name="experience_has_a_title")]


class PathwayCompetency(models.Model):
    """A competency a pathway leads to, perhaps within one experience. The expectation is the framework's own."""

    pathway = models.ForeignKey(Pathway, on_delete=models.CASCADE, related_name="expects")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    experience = models.ForeignKey(
        PathwayExperience, on_delete=models.SET_NULL, null=True, blank=True, related_name="expects"
    )
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pathway", "competency"], name="pathway_names_a_competency_once"),
        ]


class PathwayWay(models.Model):
    """A way in (an interest, at an experience) or a way on (after an experience, or out of school).

    `objects`, `everything` and `removed_at` as in `PathwayExperience`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pathway = models.ForeignKey(Pathway, on_delete=models.CASCADE, related_name="ways")
    kind = models.CharField(max_length=2, choices=WayKind.choices)
    title = models.CharField(max_length=120)
    about = models.CharField(max_length=300, blank=True)
    at = models.ForeignKey(PathwayExperience, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    translations = models.JSONField(default=dict, db_default=NOTHING, blank=True)
    position = models.PositiveIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = StandingManager()
    everything: models.Manager[PathwayWay] = models.Manager()

    class Meta:
        ordering = ["kind", "position", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(title=""), name="way_has_a_title")]


class PathwayDesigner(models.Model):
    """Somebody who designs a pathway, and as whom they speak. Half-open dates."""

    pathway = models.ForeignKey(Pathway, on_delete=models.CASCADE, related_name="designers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    voice = models.CharField(max_length=10, choices=DesignerVoice.choices)
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pathway", "person"], name="designer_is_invited_once_per_pathway"),
        ]


class PathwayInvitation(models.Model):
    """A link that is handed over: whoever opens it, signed in, may design this pathway until it ends.

    `digest` is the SHA-256 of its code; the code itself is shown once, to whoever made it, and kept nowhere. `for_whom`
    says in words who is meant, an organisation or a group, never a student. Students and families come in by it only
    where `is_for_homes` says so, which takes somebody of the schools. It holds up to, not including, `ends_at`, for
    `most` people, and until it is revoked.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pathway = models.ForeignKey(Pathway, on_delete=models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    for_whom = models.CharField(max_length=200)
    is_for_homes = models.BooleanField(default=False)
    most = models.PositiveSmallIntegerField()
    used = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(for_whom=""), name="invitation_says_for_whom"),
            models.CheckConstraint(
                condition=models.Q(most__gte=1) & models.Q(used__lte=models.F("most")),
                name="invitation_is_used_no_more_than_it_may",
            ),
        ]


class PathwayComment(models.Model):
    """What somebody asked for while a pathway was designed, and what became of it. Never about a student.

    `is_public`: shown on the pathway's page as part of how it was made, with its voice; names of students are never
    shown there.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pathway = models.ForeignKey(Pathway, on_delete=models.CASCADE, related_name="comments")
    voice = models.CharField(max_length=10, choices=DesignerVoice.choices)
    text = models.TextField(max_length=4000)
    language = models.CharField(max_length=35)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    became = models.TextField(max_length=2000, blank=True)
    became_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    became_at = models.DateTimeField(null=True, blank=True)
    is_public = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="design_comment_has_words")]


class PathwayReview(models.Model):
    """One criterion of rigor, read by one person for one draft of a pathway. The newest per criterion holds."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pathway = models.ForeignKey(Pathway, on_delete=models.CASCADE, related_name="reviews")
    criterion = models.CharField(max_length=10, choices=RigorCriterion.choices)
    is_met = models.BooleanField()
    note = models.TextField(max_length=2000, blank=True)
    language = models.CharField(max_length=35)
    of_version = models.PositiveIntegerField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["at", "pk"]
