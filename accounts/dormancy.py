"""Accounts of staff that nobody used for 30 days are locked, and unlocked by a person.

Used means: a sign-in, a key of the API at work, or an unlocking; a new account counts from its first day. Whether an
account sleeps is asked at each sign-in as well, so that the day on which no daily run came through locks it too.
Families and students come when they come; their accounts are never locked for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, demonstration
from accounts.choices import STAFF_KINDS, STAFF_ROLES, Role
from accounts.models import ApiToken, Relationship, RoleAssignment, TeachingAssignment, User
from accounts.permissions import Permission, Viewer, can, current

SLEEPS_AFTER = timedelta(days=30)


LEADING = frozenset({Role.PRINCIPAL, Role.PLAN_LEAD, Role.DISTRICT_ADMIN, Role.OPERATOR})
"""Roles that reach further than one class: who holds one elsewhere is unlocked by the district."""


@dataclass(frozen=True, slots=True)
class Asleep:
    """A locked account: whose it is, what they do, when it was last used. `last_used` None: it never was."""

    public_id: UUID
    name: str
    work: str
    last_used: datetime | None


def _sleepers(today: date, now: datetime) -> QuerySet[User]:
    """Unlocked accounts of staff that nobody used for 30 days."""
    roles = RoleAssignment.objects.filter(current(today), role__in=STAFF_ROLES, person=OuterRef("person"))
    circle = Relationship.objects.filter(current(today), kind__in=STAFF_KINDS, person=OuterRef("person"))
    key = ApiToken.objects.filter(user=OuterRef("pk")).values("user").annotate(last=Max("last_used_on"))
    return (
        User.objects.filter(Q(Exists(roles)) | Q(Exists(circle)), is_active=True, locked_at__isnull=True)
        .alias(
            used_at=Greatest(
                "created_at",
                Coalesce("last_login", "created_at"),
                Coalesce("unlocked_at", "created_at"),
                Coalesce(Cast(Subquery(key.values("last")), DateTimeField()), "created_at"),
            )
        )
        .filter(used_at__lt=now - SLEEPS_AFTER)
    )


def lock_dormant_accounts(*, now: datetime | None = None) -> int:
    """Lock what sleeps; returns how many. The demonstration never locks its people out."""
    if demonstration.is_on():
        return 0
    at = now or timezone.now()
    with transaction.atomic():
        users = list(
            _sleepers(timezone.localdate(at), at).order_by("pk").select_for_update(of=("self",), skip_locked=True)
        )
        User.objects.filter(pk__in=[user.pk for user in users]).update(locked_at=at)
        audit.record_many([(None, "account.lock", "user", user.public_id, [], "", {}) for user in users])
    return len(users)


def is_locked(user: User, *, now: datetime | None = None) -> bool:
    """Whether this account opens nothing until somebody unlocks it. At most two queries, at sign-in only."""
    if user.locked_at is not None:
        return True
    at = now or timezone.now()
    return not demonstration.is_on() and _sleepers(timezone.localdate(at), at).filter(pk=user.pk).exists()


def asleep(*, viewer: Viewer) -> list[Asleep]:
    """Locked accounts this viewer may unlock, by name; those the daily run has not come to yet as well. Two queries."""
    users = list(_unlockable(viewer).select_related("person").order_by("person__sort_name", "pk")[:500])
    roles = RoleAssignment.objects.filter(current(viewer.today), person__in=[user.person_id for user in users])
    work: dict[int, list[str]] = {}
    for row in roles.select_related("school").order_by("pk"):
        school = row.school.name if row.school is not None else _("the district")
        work.setdefault(row.person_id, []).append(f"{row.get_role_display()}, {school}")
    return [
        Asleep(user.public_id, user.person.display_name, " · ".join(work.get(user.person_id, [])), user.last_login)
        for user in users
    ]


def asleep_by_id(*, viewer: Viewer, public_id: UUID) -> User | None:
    """A locked account this viewer may unlock."""
    return _unlockable(viewer).filter(public_id=public_id).first()


def _unlockable(viewer: Viewer) -> QuerySet[User]:
    """The district: every locked account. A school: those of people who work there, but nobody who leads elsewhere."""
    if not can(viewer, Permission.UNLOCK_ACCOUNTS).allowed:
        return User.objects.none()
    slept = _sleepers(viewer.today, timezone.now()).values("pk")
    locked = User.objects.filter(Q(locked_at__isnull=False) | Q(pk__in=slept), is_active=True)
    if Role.DISTRICT_ADMIN in viewer.role_names:
        return locked
    schools, person = viewer.school_ids(), OuterRef("person")
    roles = RoleAssignment.objects.filter(current(viewer.today), person=person, role__in=STAFF_ROLES)
    teaching = TeachingAssignment.objects.filter(
        current(viewer.today), person=person, is_active=True, section__school__in=schools
    )
    circle = Relationship.objects.filter(
        current(viewer.today), person=person, kind__in=STAFF_KINDS, student__school__in=schools
    )
    leads_elsewhere = roles.filter(role__in=LEADING).exclude(school__in=schools)
    works_here = Q(Exists(roles.filter(school__in=schools))) | Q(Exists(teaching)) | Q(Exists(circle))
    return locked.filter(works_here, ~Exists(leads_elsewhere))


def unlock_account(*, by: Viewer, user: User, reason: str) -> bool:
    """Open an account again; its 30 days begin anew. False when it was not locked: then nothing was written."""
    with transaction.atomic():
        row = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if not is_locked(row):
            return False
        row.locked_at = None
        row.unlocked_at = timezone.now()
        row.save(update_fields=["locked_at", "unlocked_at"])
        audit.record(
            by=by.person_id, action="account.unlock", subject_type="user", subject_id=row.public_id, reason=reason
        )
    return True
