"""Actions of the plan that no flag asked for: from the catalogue or in own words; the family's words are read first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Student
from accounts.permissions import Viewer
from assessments.services import request_refresh
from competencies.models import Competency
from success_plans.choices import Subject, Voice
from success_plans.errors import PlanError, TextChangedError
from success_plans.models import Amendment
from success_plans.services.plans import plan_of
from supports.choices import Setting, SupportState, SupportType
from supports.models import CatalogueEntry, Support
from supports.services.flags import LONGEST

LIVE = (SupportState.RUNNING, SupportState.PLANNED)


@dataclass(frozen=True, slots=True)
class ActionText:
    """An action as its author reviewed it. `sessions_per_week` 0: it happens once.

    `family_wordings`: language to {"title", "family", "home"}; with `share` the family reads it at once.
    """

    title: str
    type: SupportType
    setting: Setting
    owner_id: int
    starts_on: date
    ends_on: date
    minutes: int = 20
    sessions_per_week: int = 2
    provider: str = ""
    consent_on: date | None = None
    family_wordings: dict[str, dict[str, str]] = field(default_factory=dict)
    share: bool = False


def start_action(
    *,
    by: Viewer,
    student: Student,
    action: ActionText,
    entry: CatalogueEntry | None = None,
    competency: Competency | None = None,
) -> Support:
    """Add an action to the plan, perhaps about one competency.

    PlanError when it has no name or would last longer than twelve weeks.
    """
    with transaction.atomic():
        request_refresh([student.pk])
        plan_of(by=by, student=student)
        row = Support(student=student, entry=entry, competency=competency, created_by_id=by.actor_id)
        _fill(row, action)
        row.state = SupportState.RUNNING if action.starts_on <= by.today else SupportState.PLANNED
        row.save()
        _record(by, row, "support.add")
    return row


def change_action(*, by: Viewer, support: Support, to: ActionText, reason: str, language: str, version: int) -> Support:
    """Change a running action, with a reason that stays with it. The earlier form stays in the history.

    Raises TextChangedError when somebody changed it meanwhile, PlanError when it has ended or needs a reason.
    """
    with transaction.atomic():
        request_refresh([support.student_id])
        row = Support.objects.select_for_update(of=("self",)).select_related("student", "owner").get(pk=support.pk)
        if row.version != version:
            raise TextChangedError(current=row, theirs=described(row), mine=_described(to))
        if row.state not in LIVE:
            raise PlanError(_("This has ended. Start a new one instead."))
        before = described(row)
        _fill(row, to)
        words = reason.replace("\x00", "").strip()
        if before != described(row) and not words:
            raise PlanError(_("Say in a sentence why it changes. It stays in the record."))
        row.version += 1
        row.save()
        if words:
            Amendment.objects.create(
                plan=plan_of(by=by, student=row.student),
                about=Subject.SUPPORT,
                about_id=row.public_id,
                voice=Voice.STAFF,
                text=words[:4000],
                language=language,
                author_id=by.actor_id,
            )
        _record(by, row, "support.change")
    return row


def described(row: Support) -> str:
    """An action in a few plain lines, to lay two side by side."""
    return (
        f"{row.title}\n{row.minutes} × {row.sessions_per_week}\n{row.starts_on} – {row.ends_on}\n{row.provider}".strip()
    )


def _described(to: ActionText) -> str:
    return _lines(to.title, to.minutes, to.sessions_per_week, to.starts_on, to.ends_on, to.provider)


def _lines(title: str, minutes: int, per_week: int, starts_on: date, ends_on: date, provider: str) -> str:
    return f"{title}\n{minutes} × {per_week}\n{starts_on} – {ends_on}\n{provider}".strip()


def _fill(row: Support, to: ActionText) -> None:
    title = " ".join(to.title.replace("\x00", "").split())[:200]
    if not title:
        raise PlanError(_("Give the action a name."))
    if to.ends_on <= to.starts_on or to.ends_on - to.starts_on > LONGEST:
        raise PlanError(_("A support ends after it starts and within 12 weeks. Choose an earlier end."))
    row.title = title
    row.type = to.type
    row.setting = to.setting
    row.owner_id = to.owner_id
    row.provider = to.provider.strip()[:200]
    row.minutes = to.minutes
    row.sessions_per_week = to.sessions_per_week
    row.starts_on = to.starts_on
    row.ends_on = to.ends_on
    row.consent_on = to.consent_on
    row.family_wordings = to.family_wordings
    if to.share and row.shared_at is None:
        row.shared_at = timezone.now()


def _record(by: Viewer, row: Support, action: str) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="support",
        subject_id=row.public_id,
        students=[row.student_id],
        details={"shared": row.shared_at is not None},
    )
