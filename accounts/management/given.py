"""What an administrator names on the command line, found or refused in plain words."""

from __future__ import annotations

from uuid import UUID

from django.core.management.base import CommandError

from accounts.models import School, User


def account(username: str) -> User:
    """The active account of this name."""
    user = User.objects.filter(username=username.strip().lower(), is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active account {username}.")
    return user


def school(public_id: UUID) -> School:
    """The school with this public id."""
    found = School.objects.filter(public_id=public_id, is_active=True).first()
    if found is None:
        known = ", ".join(f"{row.name}: {row.public_id}" for row in School.objects.filter(is_active=True)[:50])
        raise CommandError(
            f"There is no school {public_id}. {known or 'There is no school yet; import a roster first.'}"
        )
    return found
