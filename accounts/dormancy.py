"""Accounts of staff that nobody used for 30 days are locked, and unlocked by a person.

Used means: a sign-in, a key of the API at work, or an unlocking; a new account counts from its first day. Whether an
account sleeps is asked at each sign-in as well, so that the day on which no daily run came through locks it too.
Families and students come when they come; their accounts are never locked for it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce, Greatest
from django.utils import timezone

from accounts import audit, demonstration
from accounts.choices import STAFF_ROLES, TEACHING_KINDS, RelationshipKind
from accounts.models import ApiToken, Relationship, RoleAssignment, User
from accounts.permissions import Viewer, current

SLEEPS_AFTER = timedelta(days=30)
STAFF_KINDS = TEACHING_KINDS | {RelationshipKind.CASELOAD, RelationshipKind.TEAM}


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
