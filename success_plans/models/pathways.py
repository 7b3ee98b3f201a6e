"""Students on pathways: asked, waiting, in, moved on. What they have shown stays theirs wherever they go."""

from __future__ import annotations

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.history import keep_history
from accounts.models import Person, Student
from competencies.models import Pathway, PathwayExperience, PathwayWay
from success_plans.choices import MembershipState
from success_plans.models.entries import PathwayChoice


@keep_history
class PathwayMembership(models.Model):
    """A student on one pathway; several at once. `choice` is the line of the plan that says so.

    `way` is the way in that was used, `next_experience` what was chosen to come next: both stay when a later version of
    the pathway does without them (students read the published version; see `selectors.pathways`). `words` is the
    student's own reason, `came_from` the pathway moved from. `key` is made by the client, so that asking twice is
    asking once. `offered_until` is the last day a drawn place is kept.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="pathway_memberships")
    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="memberships")
    choice = models.ForeignKey(
        PathwayChoice, on_delete=models.SET_NULL, null=True, blank=True, related_name="memberships"
    )
    way = models.ForeignKey(PathwayWay, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    next_experience = models.ForeignKey(
        PathwayExperience, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    words = models.TextField(max_length=1000, blank=True)
    language = models.CharField(max_length=35)
    state = models.CharField(max_length=8, choices=MembershipState.choices)
    came_from = models.ForeignKey(Pathway, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now())
    starts_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    offered_until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["pathway", "state"], name="members_of_a_pathway")]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "pathway"],
                condition=~models.Q(state="left"),
                name="student_is_on_a_pathway_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="in") | models.Q(starts_on__isnull=False), name="who_takes_part_has_begun"
            ),
        ]


class PathwayDrawCall(models.Model):
    """A draw that is announced: its day, and the digest of a seed nobody is shown before it is held. Append-only.

    The seed is made when the draw is announced, so that whoever holds it cannot choose one that suits somebody.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="draw_calls")
    draw_on = models.DateField()
    seed = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    called_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="draw_call_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class PathwayDraw(models.Model):
    """One fair draw of free places, so that anyone who may see it can do it again and get the same. Append-only.

    `digest` is the SHA-256 of the seed, shown before the draw; `seed` is shown after it. The order is that of
    SHA-256(seed + membership public_id); `drawn_from` are all who waited, `offered_to` who came first, both as
    membership public_ids in the order of the draw.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="draws")
    call = models.OneToOneField(PathwayDrawCall, on_delete=models.PROTECT, related_name="draw")
    places = models.PositiveIntegerField()
    seed = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    drawn_from = ArrayField(models.UUIDField(), default=list)
    offered_to = ArrayField(models.UUIDField(), default=list)
    held_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="draw_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
