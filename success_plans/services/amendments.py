"""Statements added to entries that are never overwritten."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Student
from accounts.permissions import Viewer
from success_plans.choices import Audience, Subject, Voice
from success_plans.errors import PlanError
from success_plans.models import Amendment
from success_plans.services.plans import plan_of

LONGEST_TEXT = 4000


def amend(
    *,
    by: Viewer,
    student: Student,
    about: Subject,
    about_id: UUID,
    voice: Voice,
    text: str,
    language: str,
    audience: Audience = Audience.CIRCLE,
) -> Amendment:
    """Add a statement to an entry of this student's record. Whoever reads the entry reads it, prints it, carries it.

    The caller has found the entry for this viewer. PlanError for empty or long text.
    """
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not words:
        raise PlanError(_("Write a few words first."))
    if len(words) > LONGEST_TEXT:
        raise PlanError(_("That is longer than 4,000 characters. Shorten it a little, or add it in two parts."))
    with transaction.atomic():
        row = Amendment.objects.create(
            plan=plan_of(by=by, student=student),
            about=about,
            about_id=about_id,
            voice=voice,
            text=words,
            language=language,
            author_id=by.actor_id,
            audience=audience,
        )
        audit.record(
            by=by.person_id,
            action="amendment.add",
            subject_type="amendment",
            subject_id=row.public_id,
            students=[student.pk],
            details={"about": str(about)},
        )
    return row
