"""What people do on the people side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.permissions import Viewer

if TYPE_CHECKING:
    from accounts.selectors import DemoPerson


def demonstration_user(*, by: Viewer, person: DemoPerson) -> User:
    """The account of a demonstration person, with an audit row that someone took it."""
    with transaction.atomic():
        user = User.objects.get(pk=person.user_id)
        audit.record(by=user.person_id, action="demonstration.sign_in", subject_type="user", subject_id=user.public_id)
    return user
