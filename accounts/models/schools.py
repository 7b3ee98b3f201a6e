"""District, schools, the school calendar, sections and who sits in them."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.choices import Source, TermKind
from accounts.history import keep_history
from accounts.models.people import Person, Student


class District(models.Model):
    """One row: one database is one district.

    `demonstration_seed` is written by the demonstration seed on an empty database and by nothing else; sign-in
    without a password exists only where it is set.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    languages = ArrayField(models.CharField(max_length=35), default=list)
    show_preferred_names = models.BooleanField(default=False)
    demonstration_seed = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_database_is_one_district")]


class School(models.Model):
    """A school, known to its roster by (source, source_id). `caseload_cap`: students one navigator holds at most."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    caseload_cap = models.PositiveSmallIntegerField(default=15)
    is_active = models.BooleanField(default=True)
    source = models.CharField(max_length=120, default=Source.HAND)
    source_id = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001 - null keeps hand-made rows apart

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="school_is_unique_per_source"),
        ]


class SchoolYear(models.Model):
    """A school year: first and last day, both school-local and inclusive.

    `kept_by_hand`: somebody wrote these days here; rosters bring its name and its terms, and leave the days alone.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField()
    kept_by_hand = models.BooleanField(default=False)
    source = models.CharField(max_length=120, default=Source.HAND)
    source_id = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="school_year_is_unique_per_source"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")), name="school_year_ends_after_it_starts"
            ),
        ]


class Term(models.Model):
    """A part of a school year; OneRoster calls it an academic session."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    school_year = models.ForeignKey(SchoolYear, on_delete=models.CASCADE, related_name="terms")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=TermKind.choices, default=TermKind.TERM)
    starts_on = models.DateField()
    ends_on = models.DateField()
    source = models.CharField(max_length=120, default=Source.HAND)
    source_id = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="term_is_unique_per_source"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="term_ends_after_it_starts"
            ),
        ]


class CalendarException(models.Model):
    """A day that differs: without school, or (`is_school_day`) with it. School null: the district, so every school
    that says nothing of the day itself."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="calendar_exceptions", null=True)
    day = models.DateField()
    is_school_day = models.BooleanField(default=False)
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "day"], name="one_calendar_exception_per_day", nulls_distinct=False
            ),
        ]


class Section(models.Model):
    """A class: the people who learn together for a while. Dates are half-open: `ends_on` is the first day after."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="sections")
    school_year = models.ForeignKey(SchoolYear, on_delete=models.PROTECT, related_name="sections")
    title = models.CharField(max_length=200)
    course_title = models.CharField(max_length=200, blank=True)
    course_code = models.CharField(max_length=60, blank=True)
    subjects = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    grades = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    is_active = models.BooleanField(default=True)
    source = models.CharField(max_length=120, default=Source.HAND)
    source_id = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001

    class Meta:
        indexes = [models.Index(fields=["school", "is_active"], name="section_by_school")]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="section_is_unique_per_source"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")), name="section_ends_after_it_starts"
            ),
        ]


@keep_history
class Enrolment(models.Model):
    """A student's seat in a section, half-open; `ends_on` null while it lasts to the section's end."""

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="enrolments")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="enrolments")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    source = models.CharField(max_length=120, default=Source.HAND)
    source_id = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001

    class Meta:
        indexes = [models.Index(fields=["student", "is_active"], name="enrolment_by_student")]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="enrolment_is_unique_per_source"),
            models.UniqueConstraint(
                fields=["section", "student"],
                condition=models.Q(is_active=True),
                name="student_sits_once_in_a_section",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("starts_on")),
                name="enrolment_ends_after_it_starts",
            ),
        ]


@keep_history
class TeachingAssignment(models.Model):
    """An adult who teaches a section, half-open; `is_substitute` reads until its own end date, not longer."""

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="teaching")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="teaching")
    is_primary = models.BooleanField(default=False)
    is_substitute = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    source = models.CharField(max_length=120, default=Source.HAND)
    source_id = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="teaching_is_unique_per_source"),
            models.UniqueConstraint(
                fields=["section", "person"],
                condition=models.Q(is_active=True),
                name="person_teaches_a_section_once",
            ),
        ]
