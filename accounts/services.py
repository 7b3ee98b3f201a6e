"""What people do on the people side."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.choices import SCHOOL_ROLES, Messages, Role, Source
from accounts.models import ApiToken, Person, RoleAssignment, School, User
from accounts.names import sort_name
from accounts.permissions import SCOPES, Viewer, current

if TYPE_CHECKING:
    from accounts.selectors import DemoPerson


def demonstration_user(*, by: Viewer, person: DemoPerson) -> User:
    """The account of a demonstration person, with an audit row that someone took it."""
    with transaction.atomic():
        user = User.objects.get(pk=person.user_id)
        audit.record(by=user.person_id, action="demonstration.sign_in", subject_type="user", subject_id=user.public_id)
    return user


def choose_messages(*, by: Viewer, messages: Messages) -> None:
    """Choose which messages come, for oneself."""
    wants_digest, wants_reminders = messages != Messages.NONE, messages == Messages.DAILY
    with transaction.atomic():
        user = User.objects.select_for_update(of=("self",)).get(person=by.actor_id)
        if (user.wants_digest, user.wants_reminders) == (wants_digest, wants_reminders):
            return
        user.wants_digest, user.wants_reminders = wants_digest, wants_reminders
        user.save(update_fields=["wants_digest", "wants_reminders"])
        audit.record(
            by=by.person_id,
            action="account.messages",
            subject_type="user",
            subject_id=user.public_id,
            details={"messages": str(messages)},
        )


class AccountError(Exception):
    """An account, role or token that cannot be given; the message says why and what to do, for an administrator."""


def add_account(
    *, by: Viewer, given_name: str, family_name: str, username: str, email: str = "", password: str | None = None
) -> User:
    """A person who is on no roster, with an account. Without a password they sign in by a code sent to `email`.

    Raises AccountError for a name or address another account has, and for neither a password nor an address.
    """
    username, email = username.strip().lower(), email.strip().lower()
    if not given_name.strip() or not username:
        raise AccountError("A person needs a given name and an account name.")
    if not email and password is None:
        raise AccountError("Give an e-mail address (for the sign-in code) or a password.")
    if password is not None:
        try:
            validate_password(password)
        except ValidationError as error:
            raise AccountError(" ".join(error.messages)) from error
    with transaction.atomic():
        if User.objects.filter(username=username).exists():
            raise AccountError(f"The account name {username} is taken.")
        if email and User.objects.filter(email__iexact=email).exists():
            raise AccountError(f"Another account has the address {email}.")
        person = Person.objects.create(
            given_name=given_name.strip(),
            family_name=family_name.strip(),
            sort_name=sort_name(family_name.strip(), given_name.strip()),
            email=email,
        )
        user = User.objects.create_user(username, password, person=person, email=email)
        audit.record(by=by.person_id, action="account.add", subject_type="user", subject_id=user.public_id)
    return user


def give_role(*, by: Viewer, user: User, role: Role, school: School | None = None, reason: str = "") -> RoleAssignment:
    """A role from today on, given by hand: no roster import touches it. The same role twice stays one.

    Raises AccountError for a role that needs a school and has none, and the other way round.
    """
    if (role in SCHOOL_ROLES) != (school is not None):
        needs = "is held at one school; name it" if role in SCHOOL_ROLES else "is held in the whole district"
        raise AccountError(f"The role {role.value} {needs}.")
    with transaction.atomic():
        held = RoleAssignment.objects.filter(current(by.today), person=user.person_id, role=role, school=school).first()
        if held is not None:
            return held
        given, _is_new = RoleAssignment.objects.update_or_create(  # one that ended today begins again
            person_id=user.person_id,
            role=role,
            school=school,
            starts_on=by.today,
            defaults={"ends_on": None, "source": Source.HAND},
        )
        audit.record(
            by=by.person_id,
            action="role.give",
            subject_type="user",
            subject_id=user.public_id,
            reason=reason,
            details={"role": role.value, "school": str(school.public_id) if school else ""},
        )
    return given


def add_token(*, by: Viewer, user: User, label: str, scopes: Collection[str], days: int) -> str:
    """A key for the API that acts as this account within `scopes`, for so many days. Returned once, never stored.

    Raises AccountError for no scope, an unknown one, and a life outside 1 to 366 days.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise AccountError(f"Scopes are {', '.join(SCOPES)}; give at least one of them.")
    if not 1 <= days <= 366:
        raise AccountError("A token lives 1 to 366 days.")
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=user,
            label=label.strip()[:120],
            digest=hashlib.sha256(secret.encode()).hexdigest(),
            scopes=sorted(set(scopes)),
            expires_at=timezone.now() + timedelta(days=days),
        )
        audit.record(
            by=by.person_id,
            action="token.add",
            subject_type="token",
            subject_id=token.public_id,
            details={"scopes": sorted(set(scopes)), "days": days},
        )
    return secret
