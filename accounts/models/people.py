"""Persons and students. A person has one row however many systems know them; ids of those systems hang off it."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.choices import AgeBasis, Source
from accounts.history import keep_history


@keep_history
class Person(models.Model):
    """Anyone the product knows by name: student, guardian, teacher, partner.

    `sort_name` is computed in Python (`accounts.names.sort_name`), so that lists order the same on every
    database build. `is_active` false means gone from the roster; history stays.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    given_name = models.CharField(max_length=200)
    family_name = models.CharField(max_length=200, blank=True)
    preferred_name = models.CharField(max_length=200, blank=True)
    sort_name = models.CharField(max_length=450, db_index=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    languages = ArrayField(models.CharField(max_length=35), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    source = models.CharField(max_length=20, choices=Source.choices, default=Source.HAND)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(given_name=""), name="person_has_a_name"),
        ]

    @property
    def display_name(self) -> str:
        """The name to show: preferred first name where the family chose one."""
        return f"{self.preferred_name or self.given_name} {self.family_name}".strip()

    @property
    def short_name(self) -> str:
        """The name people call them by."""
        return self.preferred_name or self.given_name


class PersonIdentifier(models.Model):
    """One (source, sourcedId) pair of a person. After a merge the pair points at the person that stayed."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identifiers")
    source = models.CharField(max_length=120)
    source_id = models.CharField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="person_identifier_is_unique_per_source"),
        ]


@keep_history
class Student(models.Model):
    """The learner side of a person.

    `alias_of` is set while this record is merged into another: its evidence stays where it was written and is read
    under the other student.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="student")
    school = models.ForeignKey("accounts.School", on_delete=models.PROTECT, related_name="students", null=True)
    grade = models.CharField(max_length=8, blank=True)
    is_active = models.BooleanField(default=True)
    entered_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    alias_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="aliases")

    class Meta:
        indexes = [models.Index(fields=["school", "is_active"], name="student_by_school")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(alias_of__isnull=True) | ~models.Q(alias_of=models.F("id")),
                name="student_is_not_its_own_alias",
            ),
        ]


class ComingOfAge(models.Model):
    """From which day a student signs alone, and how the school knows it. The newest that was not taken back holds.

    Rosters bring no dates of birth, so somebody at school writes it down; of the date of birth only the day the rights
    pass is kept (`accounts.calendar.comes_of_age`). Rows are never changed but to take them back.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="comings_of_age")
    on = models.DateField()
    basis = models.CharField(max_length=10, choices=AgeBasis.choices)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student"],
                condition=models.Q(taken_back_at__isnull=True),
                name="student_comes_of_age_once",
            ),
        ]


class PersonMerge(models.Model):
    """Two records found to be one person. `moved` lists what was re-pointed, so that undoing it is exact."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges_kept")
    absorbed = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges_absorbed")
    reason = models.TextField()
    moved = models.JSONField(default=dict)
    merged_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(db_default=Now())
    undone_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kept=models.F("absorbed")), name="merge_joins_two_different_people"
            ),
            models.UniqueConstraint(
                fields=["absorbed"],
                condition=models.Q(undone_at__isnull=True),
                name="person_is_absorbed_once_at_a_time",
            ),
        ]
