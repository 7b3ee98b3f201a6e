"""Partners outside the schools, the people who speak for them, and how the district shows itself to the public."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from accounts.choices import PartnerKind
from accounts.models.people import Person
from accounts.models.schools import District

NOTHING = models.Value({}, output_field=models.JSONField())


class Partner(models.Model):
    """An organisation outside the schools: an employer, a college, a community group."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=PartnerKind.choices)
    about = models.CharField(max_length=500, blank=True)
    website = models.URLField(max_length=300, blank=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="partner_has_a_name"),
        ]


class PartnerMember(models.Model):
    """Somebody who speaks for a partner; half-open dates."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="partners")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "person", "starts_on"], name="partner_member_is_stated_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="partner_member_ends_after_the_start",
            ),
        ]


class PublicFace(models.Model):
    """How the district shows itself on its public pages. One row.

    `hue` names one of the pens of the design (`accounts.brand.HUES`), each with enough contrast on both papers. `words`
    holds, per language, {"en": {"greeting": ..., "about": ...}}. `logo` is a small picture (no SVG), sniffed and
    re-encoded like every picture.
    """

    district = models.OneToOneField(District, on_delete=models.CASCADE, related_name="public_face")
    shown_name = models.CharField(max_length=200, blank=True)
    hue = models.CharField(max_length=20, blank=True)
    words = models.JSONField(default=dict, db_default=NOTHING, blank=True)
    website = models.URLField(max_length=300, blank=True)
    logo = models.FileField(upload_to="brand/", blank=True)
    logo_type = models.CharField(max_length=60, blank=True)
    logo_says = models.CharField(max_length=200, blank=True)
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)
