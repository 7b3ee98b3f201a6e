"""Closing and opening accounts, ending roles. Nobody does it to themself; each act has a reason in the audit."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.choices import Source
from accounts.invitations.selectors import comes_by_invitation
from accounts.models import AccountClosure, ApiToken, FamilyInvitation, Person, RoleAssignment, User
from accounts.permissions import Permission, Viewer, can

PersonEvent: Any = Person.pgh_event_model  # type: ignore[attr-defined]


def close_account(*, by: Viewer, person: Person, reason: str) -> bool:
    """The account opens nothing from the next request on, nor do its keys of the API; no roster opens it again.

    False where it was closed by hand already, and is closed. Raises PermissionError for oneself and for whoever keeps
    no accounts.
    """
    with transaction.atomic():
        user = _locked(by, person)
        _row, is_new = AccountClosure.objects.get_or_create(user=user, defaults={"closed_by_id": by.actor_id})
        if not is_new and not user.is_active:
            return False
        user.is_active = False
        user.save(update_fields=["is_active"])
        ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=timezone.now())
        _record(by, "account.close", user, reason)
    return True


def open_account(*, by: Viewer, person: Person, reason: str) -> bool:
    """The account opens again; keys of the API stay revoked. Errors as `close_account`.

    Who is family alone comes in by a new invitation, without the old address, password and passkeys: theirs is only
    made ready for one, since the account may have been closed because somebody else came in with a letter. False where
    it is open, or ready already.
    """
    with transaction.atomic():
        user = _locked(by, person)
        if user.is_active:
            return False
        closed_by_hand, _rows = AccountClosure.objects.filter(user=user).delete()
        if comes_by_invitation(person, by.today):
            if closed_by_hand:
                close_ways_in(user=user)
                _forget_said_address(user)
                _record(by, "account.ready", user, reason)
            return bool(closed_by_hand)
        user.is_active, user.locked_at, user.unlocked_at = True, None, timezone.now()
        user.save(update_fields=["is_active", "locked_at", "unlocked_at"])
        _record(by, "account.open", user, reason)
    return True


def close_ways_in(*, user: User) -> None:
    """No password, passkey, other address or key of the API of before opens this account. Inside a transaction."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=timezone.now())


def _forget_said_address(user: User) -> None:
    """Where the records had no address, one that came with a letter is not their word: whoever had the letter said it.
    No message may go there; the next letter asks again.
    """
    letters = FamilyInvitation.objects.filter(guardian=user.person_id, used_at__isnull=False, address="")
    before = PersonEvent.objects.filter(pgh_obj_id=user.person_id, email="")
    if not user.email or not letters.exists() or not before.exists():
        return
    Person.objects.filter(pk=user.person_id, email__iexact=user.email).update(email="")
    user.email = ""
    user.save(update_fields=["email"])


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
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # the person before the account, as everywhere
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
