"""Pictures, recordings and documents people add: sniffed, stripped, kept outside the web server's reach."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from accounts.choices import FileKind
from accounts.models.people import Person, Student


class StoredFile(models.Model):
    """A file of a student. `content_type` is what its bytes say, not what its name says; served by a view only.

    `description` says in words what it shows, for those who do not see or hear it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=10, choices=FileKind.choices)
    file = models.FileField(upload_to="files/")
    name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    description = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=35, blank=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0, size__lte=10_485_760), name="file_has_at_most_10_mb"),
        ]
