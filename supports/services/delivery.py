"""What became of a support: its sessions, the steps of its referral, its end. Everything is appended or versioned."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, jobs
from accounts.choices import SensitiveDomain
from accounts.permissions import Permission, Viewer, students_for, students_open_to
from assessments.services import request_refresh
from supports.choices import ReferralState, SessionState, SupportState, SupportType
from supports.delivery import NEXT_STEPS, may_finish
from supports.errors import SupportChangedError, SupportError
from supports.models import ReferralEvent, Support, SupportSession

UNDO_FOR = timedelta(minutes=10)
LOGGED_AFTER = timedelta(days=60)
LIVE = (SupportState.PLANNED, SupportState.RUNNING)
LONGEST_SESSION = 480


@dataclass(frozen=True, slots=True)
class Attendance:
    """One student's line of a session: their support, what became of it, minutes (0 unless it was held)."""

    support: Support
    state: SessionState
    minutes: int = 0
    note: str = ""


def may_log(viewer: Viewer) -> Q:
    """Supports this viewer keeps the log of: of students whose plan they edit, and their own of students they meet.

    Counselling is closed like wellbeing: its log is kept by its owner and by those the domain was opened for.
    """
    of_plans = Q(student__in=students_for(viewer, Permission.EDIT_PLAN)) & (
        ~Q(type=SupportType.COUNSELLING) | Q(student__in=students_open_to(viewer, SensitiveDomain.WELLBEING))
    )
    return of_plans | Q(owner=viewer.person_id, student__in=students_for(viewer, Permission.CHECK_IN))


def log_sessions(*, by: Viewer, lines: Sequence[Attendance], held_on: date, key: uuid.UUID) -> uuid.UUID:
    """Log one session for a whole group: a row for every line, one submit (its batch is returned).

    The same `key` of the same person again writes nothing and returns the first batch. Raises SupportError when the
    day lies outside of a support, minutes do not fit, or somebody may not keep the log of one of them (as if it did
    not exist). Nothing is written then. The first session that was held starts a planned support.
    """
    if not lines:
        raise SupportError(_("Choose at least one student."))
    if held_on > by.today:
        raise SupportError(_("That day has not come yet. Choose today or an earlier day."))
    if held_on < by.today - LOGGED_AFTER:
        raise SupportError(_("That is more than 60 days ago. Choose a later day."))
    with transaction.atomic():
        wanted = {line.support.pk: line for line in lines}
        rows = _locked(Support.objects.filter(may_log(by), pk__in=list(wanted)))
        if len(rows) != len(wanted):
            raise SupportError(_("One of these supports is not yours to log. Look again before you save."))
        earlier = SupportSession.objects.filter(by=by.actor_id, key=key, support__in=rows).first()
        if earlier is not None and earlier.batch is not None:
            return earlier.batch
        batch = uuid.uuid4()
        SupportSession.objects.bulk_create([_session(by, row, wanted[row.pk], held_on, key, batch) for row in rows])
        for row in rows:
            if row.state == SupportState.PLANNED and wanted[row.pk].state == SessionState.HELD:
                row.state = SupportState.RUNNING
                row.version += 1
                row.save(update_fields=["state", "version"])
        audit.record(
            by=by.person_id,
            action="session.log",
            subject_type="supportsession",
            subject_id=batch,
            students=sorted({row.student_id for row in rows}),
            details={"on": held_on.isoformat(), "held": sum(line.state == SessionState.HELD for line in lines)},
        )
        jobs.facts_changed({row.student_id for row in rows})
    return batch


def undo_sessions(*, by: Viewer, batch: uuid.UUID) -> int:
    """Take back a submit of one's own within ten minutes; returns how many rows. The rows stay, marked as undone.

    Repeating it changes nothing and returns 0. Raises SupportError when the ten minutes are over.
    """
    with transaction.atomic():
        rows = list(
            SupportSession.objects.select_for_update(of=("self",))
            .select_related("support")
            .filter(by=by.actor_id, batch=batch)
            .order_by("pk")
        )
        if not rows:
            raise SupportError(_("There is nothing of yours to take back here."))
        if rows[0].undone_at is not None:
            return 0
        if rows[0].created_at < timezone.now() - UNDO_FOR:
            raise SupportError(_("The ten minutes are over. Add a line that says what really happened."))
        now = timezone.now()
        SupportSession.objects.filter(pk__in=[row.pk for row in rows]).update(undone_at=now)
        audit.record(
            by=by.person_id,
            action="session.undo",
            subject_type="supportsession",
            subject_id=batch,
            students=sorted({row.support.student_id for row in rows}),
        )
    return len(rows)


def referral_step(
    *, by: Viewer, support: Support, state: ReferralState, on: date, note: str = "", version: int
) -> Support:
    """Add a step to the referral of a support. The caller has authorised the student.

    Raises SupportChangedError when it changed meanwhile, SupportError for a step that cannot follow or a day to come.
    """
    if on > by.today:
        raise SupportError(_("That day has not come yet. Choose today or an earlier day."))
    with transaction.atomic():
        row = _one(support, version)
        if state not in NEXT_STEPS[row.referral]:
            raise SupportError(_("That step does not follow here. Choose one of the list."))
        ReferralEvent.objects.create(support=row, state=state, on=on, note=note.strip()[:500], by_id=by.actor_id)
        row.referral = state
        row.version += 1
        row.save(update_fields=["referral", "version"])
        _record(by, row, "referral.step", {"state": state, "on": on.isoformat()})
    return row


def end_support(*, by: Viewer, support: Support, state: SupportState, reason: str, version: int) -> Support:
    """Finish a support, or stop it on the way, with a reason. The caller has authorised the student.

    It ends today, or keeps its last day where that has passed. A referral nobody was reached by can be stopped, never
    finished. Raises SupportError or SupportChangedError; nothing is written then.
    """
    if state not in {SupportState.FINISHED, SupportState.STOPPED}:
        raise SupportError(_("Choose whether it is finished or stops on the way."))
    words = reason.replace("\x00", "").strip()[:500]
    if not words:
        raise SupportError(_("Say in a sentence why it ends. It stays in the record."))
    with transaction.atomic():
        request_refresh([support.student_id])
        row = _one(support, version)
        if row.state not in LIVE:
            raise SupportChangedError(row)
        if state == SupportState.FINISHED and not may_finish(row.referral):
            raise SupportError(
                _("Nobody has been reached yet, so this is not finished. Stop it, or note the next step first.")
            )
        row.state = state
        row.end_reason = words
        row.ends_on = min(row.ends_on, max(by.today, row.starts_on + timedelta(days=1)))
        row.version += 1
        row.save(update_fields=["state", "end_reason", "ends_on", "version"])
        _record(by, row, "support.end", {"state": state})
    return row


def _locked(found: QuerySet[Support]) -> list[Support]:
    return list(found.select_for_update(of=("self",)).order_by("pk"))


def _one(support: Support, version: int) -> Support:
    row = Support.objects.select_for_update(of=("self",)).select_related("owner").get(pk=support.pk)
    if row.version != version:
        raise SupportChangedError(row)
    return row


def _session(
    by: Viewer, row: Support, line: Attendance, held_on: date, key: uuid.UUID, batch: uuid.UUID
) -> SupportSession:
    if not row.starts_on <= held_on <= row.ends_on:
        raise SupportError(_("That day lies outside of the support. Choose a day while it runs."))
    minutes = line.minutes if line.state == SessionState.HELD else 0
    if line.state == SessionState.HELD and not 0 < minutes <= LONGEST_SESSION:
        raise SupportError(_("Give the minutes it took, from 1 to 480."))
    return SupportSession(
        support=row,
        held_on=held_on,
        state=line.state,
        minutes=minutes,
        note=line.note.replace("\x00", "").strip()[:500],
        by_id=by.actor_id,
        key=key,
        batch=batch,
    )


def _record(by: Viewer, row: Support, action: str, details: dict[str, str]) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="support",
        subject_id=row.public_id,
        students=[row.student_id],
        details=details,
    )
