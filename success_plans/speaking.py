"""In whose voice somebody speaks in a plan: their own, the family's, or the school's."""

from __future__ import annotations

from accounts.permissions import Permission
from success_plans.choices import Voice

_VOICES = (
    (Permission.SPEAK_AS_STUDENT, Voice.STUDENT),
    (Permission.SPEAK_AS_FAMILY, Voice.FAMILY),
    (Permission.EDIT_PLAN, Voice.STAFF),
)


def voice_with(allowed: frozenset[Permission]) -> Voice | None:
    """The voice that comes with these permissions on a student (`permissions_on`); None for those who only read."""
    return next((voice for permission, voice in _VOICES if permission in allowed), None)
