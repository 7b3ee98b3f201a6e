"""Supports with what became of them: groups that meet together, delivery in numbers that come with words, referrals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.permissions import Viewer
from supports.choices import ReferralState, SessionState
from supports.delivery import NEXT_STEPS, may_finish, sessions_due
from supports.models import ReferralEvent, Support, SupportSession
from supports.services.delivery import LIVE, UNDO_FOR, may_log


@dataclass(frozen=True, slots=True)
class Delivery:
    """What took place of what the dose asked for up to today. `sentence` says it in words."""

    held: int
    due: int
    absent: int
    cancelled: int
    sentence: str
    last_on: date | None


@dataclass(frozen=True, slots=True)
class GroupMember:
    """One student of a group: their support and how it has gone so far."""

    support: UUID
    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Group:
    """Students with the same support of the same owner: they meet together. `key` is any of its supports."""

    key: UUID
    title: str
    owner: str
    is_mine: bool
    minutes: int
    members: list[GroupMember]
    student_ids: list[int]

    @property
    def size(self) -> int:
        """How many students."""
        return len(self.members)


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A line of the log."""

    on: date
    state: str
    word: str
    minutes: int
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """A step of a referral."""

    word: str
    on: date
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class SupportPage:
    """One support with its log, its referral and what may follow."""

    support: Support
    delivery: Delivery
    sessions: list[SessionLine]
    steps: list[ReferralLine]
    next_steps: list[tuple[str, str]]
    is_live: bool
    takes_sessions: bool
    may_finish: bool
    dose: str


@dataclass(frozen=True, slots=True)
class Undoable:
    """A submit of one's own that can still be taken back, and until when."""

    batch: UUID
    count: int
    until: datetime


def support_by_id(*, viewer: Viewer, public_id: UUID) -> Support | None:
    """A support whose log this viewer keeps."""
    return (
        Support.objects.select_related("student__person", "student__school", "owner", "entry")
        .filter(may_log(viewer), public_id=public_id)
        .first()
    )


def delivery_of(*, viewer: Viewer, supports: Sequence[Support]) -> dict[int, Delivery]:
    """Support id to its delivery, in one query. The caller has decided that the reader may see these supports."""
    counted = (
        SupportSession.objects.filter(support__in=[row.pk for row in supports], undone_at__isnull=True)
        .values("support_id")
        .annotate(
            held=Count("pk", filter=Q(state=SessionState.HELD)),
            absent=Count("pk", filter=Q(state=SessionState.ABSENT)),
            cancelled=Count("pk", filter=Q(state=SessionState.CANCELLED)),
        )
    )
    rows = {row["support_id"]: row for row in counted}
    newest: dict[int, date] = {}
    for support_id, on in (
        SupportSession.objects.filter(
            support__in=[row.pk for row in supports], undone_at__isnull=True, state=SessionState.HELD
        )
        .order_by("support_id", "-held_on")
        .distinct("support_id")
        .values_list("support_id", "held_on")
    ):
        newest[support_id] = on
    nothing = {"held": 0, "absent": 0, "cancelled": 0}
    return {
        row.pk: _delivery(row, rows.get(row.pk, nothing), newest.get(row.pk), viewer.today)  # type: ignore[arg-type]
        for row in supports
    }


def _delivery(row: Support, counts: dict[str, int], last_on: date | None, today: date) -> Delivery:
    held, absent, cancelled = counts["held"], counts["absent"], counts["cancelled"]
    due = max(
        sessions_due(starts_on=row.starts_on, ends_on=row.ends_on, per_week=row.sessions_per_week, today=today), held
    )
    return Delivery(held, due, absent, cancelled, delivery_words(held, due, absent, cancelled), last_on)


def delivery_words(held: int, due: int, absent: int, cancelled: int) -> str:
    """What took place, in words: "4 of 6 sessions took place. Once the student was away."."""
    if not due and not absent and not cancelled:
        return _("It begins soon; nothing was due yet.")
    parts = [
        ngettext("%(held)s of %(due)s session took place.", "%(held)s of %(due)s sessions took place.", due)
        % {"held": held, "due": due}
    ]
    if absent:
        parts.append(
            ngettext("The student was away %(n)s time.", "The student was away %(n)s times.", absent) % {"n": absent}
        )
    if cancelled:
        parts.append(ngettext("%(n)s was called off.", "%(n)s were called off.", cancelled) % {"n": cancelled})
    return " ".join(parts)


def dose_words(*, minutes: int, per_week: int) -> str:
    """How much of it: "20 minutes, twice a week" in numbers people say."""
    if per_week == 0:
        return _("once, %(m)s minutes") % {"m": minutes}
    return ngettext("%(m)s minutes, once a week", "%(m)s minutes, %(n)s times a week", per_week) % {
        "m": minutes,
        "n": per_week,
    }


def groups(*, viewer: Viewer, containing: UUID | None = None) -> list[Group]:
    """The groups this viewer can log a session of: own first, then by title. `containing`: the one of this support.

    Supports that have not begun, or ended, are left out. Three queries however many students.
    """
    found = list(
        Support.objects.filter(may_log(viewer), state__in=LIVE, starts_on__lte=viewer.today, ends_on__gte=viewer.today)
        .select_related("student__person", "owner")
        .order_by("student__person__sort_name", "pk")
    )
    together: dict[tuple[object, int], list[Support]] = defaultdict(list)
    for row in found:
        together[row.entry_id or row.title.casefold(), row.owner_id].append(row)
    wanted = [rows for rows in together.values() if containing is None or containing in {r.public_id for r in rows}]
    how = delivery_of(viewer=viewer, supports=[row for rows in wanted for row in rows])
    made = [_group(viewer, rows, how) for rows in wanted]
    return sorted(made, key=lambda group: (not group.is_mine, group.title.casefold(), group.owner))


def _group(viewer: Viewer, rows: list[Support], how: dict[int, Delivery]) -> Group:
    first = rows[0]
    return Group(
        key=first.public_id,
        title=first.title,
        owner=first.owner.display_name,
        is_mine=first.owner_id == viewer.person_id,
        minutes=first.minutes,
        members=[GroupMember(r.public_id, r.student.person.display_name, how[r.pk].sentence) for r in rows],
        student_ids=[r.student_id for r in rows],
    )


def supports_of_group(*, viewer: Viewer, public_ids: Sequence[UUID]) -> dict[UUID, Support]:
    """Public id to support, of those this viewer keeps the log of."""
    return {row.public_id: row for row in Support.objects.filter(may_log(viewer), public_id__in=list(public_ids))}


def undoable(*, viewer: Viewer) -> Undoable | None:
    """The newest submit of this viewer that can still be taken back."""
    since = timezone.now() - UNDO_FOR
    row = (
        SupportSession.objects.filter(
            by=viewer.person_id, created_at__gt=since, undone_at__isnull=True, batch__isnull=False
        )
        .order_by("-created_at", "-pk")
        .first()
    )
    if row is None or row.batch is None:
        return None
    count = SupportSession.objects.filter(by=viewer.person_id, batch=row.batch).count()
    return Undoable(batch=row.batch, count=count, until=row.created_at + UNDO_FOR)


def is_my_batch(*, viewer: Viewer, batch: UUID) -> bool:
    """Whether this viewer made this submit."""
    return SupportSession.objects.filter(by=viewer.person_id, batch=batch).exists()


def support_page(*, viewer: Viewer, support: Support) -> SupportPage:
    """A support this viewer was given by `support_by_id`, with its log and its referral, newest first."""
    sessions = (
        SupportSession.objects.filter(support=support, undone_at__isnull=True)
        .select_related("by")
        .order_by("-held_on", "-pk")
    )
    steps = ReferralEvent.objects.filter(support=support).select_related("by").order_by("-on", "-pk")
    return SupportPage(
        support=support,
        delivery=delivery_of(viewer=viewer, supports=[support])[support.pk],
        sessions=[
            SessionLine(s.held_on, s.state, s.get_state_display(), s.minutes, s.note, s.by.display_name)
            for s in sessions
        ],
        steps=[ReferralLine(s.get_state_display(), s.on, s.note, s.by.display_name) for s in steps],
        next_steps=[(state, str(ReferralState(state).label)) for state in NEXT_STEPS[support.referral]],
        is_live=support.state in LIVE,
        takes_sessions=support.state in LIVE and support.starts_on <= viewer.today <= support.ends_on,
        may_finish=may_finish(support.referral),
        dose=dose_words(minutes=support.minutes, per_week=support.sessions_per_week),
    )


def title_in(support: Support) -> str:
    """The support's title as the family would read it in the language of this page, else as it was named."""
    wording = support.family_wordings.get(get_language() or "en") or {}
    return wording.get("title") or support.title
