"""Who is asking. `accounts.permissions`, which answers them, is where it is imported from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied

from accounts.choices import SCHOOL_ROLES, STAFF_KINDS, STAFF_ROLES


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking, today. Built once a request or task; `today` is the school-local date."""

    person_id: int | None
    user_id: int | None
    public_id: UUID | None
    name: str
    short_name: str
    today: date
    roles: frozenset[tuple[str, int | None]] = frozenset()
    kinds: frozenset[str] = frozenset()
    own_student_id: int | None = None
    own_student_public_id: UUID | None = None
    scopes: frozenset[str] | None = None  # None: a person at a screen; else what the API token may do
    purposes: dict[str, str] = field(default_factory=dict)  # student public id -> declared purpose

    @property
    def is_known(self) -> bool:
        """True for a signed-in person."""
        return self.person_id is not None

    @property
    def actor_id(self) -> int:
        """The person who acts; PermissionDenied when nobody is signed in."""
        if self.person_id is None:
            raise PermissionDenied
        return self.person_id

    @property
    def is_staff(self) -> bool:
        """True for people who work for the schools; they need a second factor to sign in."""
        return bool(self.role_names & STAFF_ROLES) or bool(self.kinds & STAFF_KINDS)

    @property
    def role_names(self) -> frozenset[str]:
        """The names of the roles held, wherever they hold."""
        return frozenset(role for role, _school in self.roles)

    def school_ids(self) -> frozenset[int]:
        """Schools this viewer leads (principal, plan lead)."""
        return frozenset(s for role, s in self.roles if role in SCHOOL_ROLES and s is not None)
