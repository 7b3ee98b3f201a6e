"""Long work a person started: what it is, how far it is, what it found."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from accounts.choices import JobKind, JobState, Severity
from accounts.models.people import Person


class Job(models.Model):
    """The truth about a piece of long work; the broker only rings for it.

    States: queued, running, waiting (a person must confirm), done, failed, cancelled. `progress_total` 0 means not
    known yet. `report` is what people read afterwards.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=30, choices=JobKind.choices)
    state = models.CharField(max_length=12, choices=JobState.choices, default=JobState.QUEUED)
    title = models.CharField(max_length=200)
    parameters = models.JSONField(default=dict)
    upload = models.FileField(upload_to="jobs/", blank=True)
    phase = models.CharField(max_length=60, blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="jobs")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"], name="job_by_state")]


class JobIssue(models.Model):
    """One row of a job's report: where, what was there, what to do. An error's row was set aside (quarantined)."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="issues")
    severity = models.CharField(max_length=8, choices=Severity.choices)
    file = models.CharField(max_length=255, blank=True)
    line = models.PositiveIntegerField(null=True, blank=True)
    column = models.CharField(max_length=120, blank=True)
    value = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60)
    params = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["job", "severity"], name="job_issue_by_severity")]
