"""Answering a flag: seen, not right, a support, a next step. Each asks for a refresh in its own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Permission, Viewer, current, students_for
from assessments.services import request_refresh
from competencies.models import Competency
from supports.choices import LIVE_FLAG_STATES, DismissReason, FlagState, FocusKind, SupportState
from supports.errors import FlagChangedError, SupportError
from supports.models import CatalogueEntry, Flag, Focus, Support

LONGEST = timedelta(weeks=12)
FOCUS_LASTS = timedelta(weeks=6)


def _lock(flag: Flag, version: int | None) -> Flag:
    """The flag, locked. Whoever also asks for a refresh does that first: requests before flags, like the workers."""
    locked = Flag.objects.select_for_update(of=("self",)).select_related("student__person").get(pk=flag.pk)
    if locked.state not in LIVE_FLAG_STATES or (version is not None and locked.version != version):
        raise FlagChangedError(locked)
    return locked


def acknowledge_flag(*, by: Viewer, flag: Flag, version: int | None = None) -> Flag:
    """Say "seen": the flag stays, its owner is known to have looked. Repeating it changes nothing."""
    with transaction.atomic():
        locked = _lock(flag, version)
        if locked.state == FlagState.OPEN:
            locked.state = FlagState.ACKNOWLEDGED
            locked.acknowledged_by_id = by.actor_id
            locked.acknowledged_at = timezone.now()
            locked.version += 1
            locked.save(update_fields=["state", "acknowledged_by", "acknowledged_at", "version"])
            _record(by, locked, "flag.acknowledge")
    return locked


def dismiss_flag(*, by: Viewer, flag: Flag, reason: DismissReason, note: str = "", version: int | None = None) -> Flag:
    """Say "this isn't right" with a reason. It never reopens on the same evidence."""
    with transaction.atomic():
        request_refresh([flag.student_id])
        locked = _lock(flag, version)
        locked.state = FlagState.DISMISSED
        locked.dismiss_reason = reason
        locked.dismiss_note = note.strip()[:500]
        _end(by, locked)
        locked.save()
        _record(by, locked, "flag.dismiss", reason=reason)
    return locked


@dataclass(frozen=True, slots=True)
class NewSupport:
    """An action as a person reviewed it. `family_wordings`: language to the sentences the family will read."""

    title: str
    starts_on: date
    ends_on: date
    minutes: int
    sessions_per_week: int
    provider: str = ""
    family_wordings: dict[str, dict[str, str]] = field(default_factory=dict)
    share: bool = True


def start_support(
    *, by: Viewer, flag: Flag, entry: CatalogueEntry, support: NewSupport, version: int | None = None
) -> Support:
    """From a flag to an action: the acting person owns it, it ends within 12 weeks, the flag ends linked to it.

    With `share`, the family sees the reviewed wording at once. Raises SupportError or FlagChangedError; nothing is
    written then.
    """
    if not timedelta(0) < support.ends_on - support.starts_on <= LONGEST:
        raise SupportError(_("A support ends after it starts and within 12 weeks. Choose an earlier end."))
    if not support.title.strip():
        raise SupportError(_("Give the support a name."))
    with transaction.atomic():
        request_refresh([flag.student_id])
        locked = _lock(flag, version)
        row = Support.objects.create(
            student_id=locked.student_id,
            entry=entry,
            flag=locked,
            competency_id=locked.competency_id,
            type=entry.type,
            setting=entry.setting,
            title=support.title.strip()[:200],
            provider=support.provider.strip()[:200],
            owner_id=by.actor_id,
            minutes=support.minutes,
            sessions_per_week=support.sessions_per_week,
            starts_on=support.starts_on,
            ends_on=support.ends_on,
            state=SupportState.RUNNING if support.starts_on <= by.today else SupportState.PLANNED,
            family_wordings=support.family_wordings,
            shared_at=timezone.now() if support.share else None,
            created_by_id=by.actor_id,
        )
        locked.state = FlagState.LINKED
        locked.end_code = "support"
        _end(by, locked)
        locked.save()
        _record(by, locked, "flag.link", details={"support": str(row.public_id)})
    return row


def choose_next_step(*, by: Viewer, flags: Sequence[Flag], competency: Competency, kind: FocusKind) -> int:
    """Choose what these students work on next: one Focus each, for six weeks; their READY flags end by themselves.

    Flags that ended meanwhile are skipped, and who works on it already is left as they are: choosing twice is choosing
    once. Returns how many students work on it now.
    """
    with transaction.atomic():
        students = sorted({flag.student_id for flag in flags})
        allowed = set(students_for(by, Permission.ACT_ON_FLAGS).filter(pk__in=students).values_list("pk", flat=True))
        request_refresh(allowed)
        live = list(
            Flag.objects.select_for_update()
            .filter(pk__in=[flag.pk for flag in flags], student_id__in=allowed, state__in=LIVE_FLAG_STATES)
            .order_by("pk")
        )
        asked = {flag.student_id for flag in live}
        # their places in line are held since `request_refresh`: nobody else chooses for them meanwhile
        at_it = set(
            Focus.objects.filter(current(by.today), student_id__in=asked, competency=competency, kind=kind).values_list(
                "student_id", flat=True
            )
        )
        chosen = sorted(asked - at_it)
        live = [flag for flag in live if flag.student_id not in at_it]
        Focus.objects.bulk_create(
            [
                Focus(
                    student_id=student,
                    competency=competency,
                    kind=kind,
                    starts_on=by.today,
                    ends_on=by.today + FOCUS_LASTS,
                    chosen_by_id=by.actor_id,
                )
                for student in chosen
            ]
        )
        if chosen:
            audit.record(
                by=by.person_id,
                action="focus.choose",
                subject_type="competency",
                subject_id=competency.public_id,
                students=chosen,
                details={"kind": kind, "flags": [str(flag.public_id) for flag in live]},
            )
            Flag.objects.filter(pk__in=[flag.pk for flag in live]).update(
                state=FlagState.ACKNOWLEDGED,
                acknowledged_by_id=by.actor_id,
                acknowledged_at=timezone.now(),
                version=F("version") + 1,
            )
    return len(asked)


def _end(by: Viewer, flag: Flag) -> None:
    flag.ended_by_id = by.actor_id
    flag.ended_at = timezone.now()
    flag.version += 1


def _record(by: Viewer, flag: Flag, action: str, *, reason: str = "", details: dict[str, str] | None = None) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="flag",
        subject_id=flag.public_id,
        students=[flag.student_id],
        reason=reason,
        details=dict(details or {}),
    )
