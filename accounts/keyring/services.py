"""Closing and opening accounts, ending roles. Nobody does it to themself; each act has a reason in the audit."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.choices import Source
from accounts.models import AccountClosure, ApiToken, Person, RoleAssignment, User
from accounts.permissions import Permission, Viewer, can


def close_account(*, by: Viewer, person: Person, reason: str) -> bool:
    """The account opens nothing from the next request on, nor do its keys of the API; no roster opens it again.

    False where it was closed by hand already. Raises PermissionError for oneself and for whoever keeps no accounts.
    """
    with transaction.atomic():
        user = _locked(by, person)
        _row, is_new = AccountClosure.objects.get_or_create(user=user, defaults={"closed_by_id": by.actor_id})
        if not is_new:
            return False
        user.is_active = False
        user.save(update_fields=["is_active"])
        ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=timezone.now())
        _record(by, "account.close", user, reason)
    return True


def open_account(*, by: Viewer, person: Person, reason: str) -> bool:
    """The account opens again; keys of the API stay revoked. False where it is open. Errors as `close_account`."""
    with transaction.atomic():
        user = _locked(by, person)
        if user.is_active:
            return False
        AccountClosure.objects.filter(user=user).delete()
        user.is_active, user.locked_at, user.unlocked_at = True, None, timezone.now()
        user.save(update_fields=["is_active", "locked_at", "unlocked_at"])
        _record(by, "account.open", user, reason)
    return True


def end_role(*, by: Viewer, person: Person, role: int, reason: str) -> bool:
    """A role that was given by hand ends today, and opens nothing any more. False where there is none such.

    Errors as `close_account`.
    """
    with transaction.atomic():
        user = _locked(by, person)
        row = (
            RoleAssignment.objects.select_for_update(of=("self",))
            .filter(pk=role, person=person)
            .exclude(source=Source.ROSTER)
            .first()
        )
        if row is None or (row.ends_on is not None and row.ends_on <= by.today):
            return False
        row.ends_on = by.today
        row.save(update_fields=["ends_on"])
        _record(by, "role.end", user, reason, {"role": row.role, "school": row.school_id})
    return True


def _locked(by: Viewer, person: Person) -> User:
    if person.pk == by.actor_id or not can(by, Permission.KEEP_ACCOUNTS).allowed:
        raise PermissionError
    return User.objects.select_for_update(of=("self",)).get(person=person)


def _record(by: Viewer, action: str, user: User, reason: str, details: dict[str, object] | None = None) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="user",
        subject_id=user.public_id,
        reason=reason,
        details=details or {},
    )
