"""Who signs in, with which role, and whose circle they belong to."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.choices import GuardianBlock, HandoverState, RelationshipKind, Role, Source
from accounts.history import keep_history
from accounts.models.people import Person, Student
from accounts.models.schools import School, Section


class UserManager(BaseUserManager["User"]):
    """Makes accounts; a user without a password signs in by code, passkey or the district's own sign-in."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """A new account. `username` is kept lower case, so that it matches however it is typed."""
        user = self.model(username=username.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account of a person. Roles and relationships belong to the person; there is no superuser.

    `locked_at`: an account of staff that nobody used for 30 days opens nothing until it is unlocked; `unlocked_at`
    begins those days anew, as a sign-in does. `wants_digest`: Monday's message may come; `wants_reminders`: reminders
    on other days too, never without Monday's.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="user")
    username = models.CharField(max_length=150, unique=True)
    email = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    locked_at = models.DateTimeField(null=True, blank=True)
    unlocked_at = models.DateTimeField(null=True, blank=True)
    wants_digest = models.BooleanField(default=True, db_default=True)
    wants_reminders = models.BooleanField(default=True, db_default=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=~models.Q(email=""), name="email_belongs_to_one_account"
            ),
        ]


class AccountClosure(models.Model):
    """Somebody closed this account by hand: it is there for as long as that holds, and no roster opens the account."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="closure")
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(db_default=Now(), editable=False)


class RoleAssignment(models.Model):
    """A role of a person, at one school or (school null) the whole district; half-open dates."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=20, choices=Role.choices)
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, blank=True, related_name="roles")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=20, choices=Source.choices, default=Source.HAND)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "school", "starts_on"],
                name="role_is_assigned_once",
                nulls_distinct=False,
            ),
        ]


@keep_history
class Relationship(models.Model):
    """Why a person may see a student. The policy reads nothing else.

    Half-open: visible from `starts_on` up to, not including, `ends_on`; null is open-ended. Section relationships
    are written by the roster service and end 15 school days after the section does; those of a section to come
    (`RelationshipKind.COMING`) lead up to its first day, from 15 school days before it.

    `domains` names the sensitive domains granted with it (`accounts.choices.SensitiveDomain`); for family it does not
    matter. `household` tells two households of one child apart: guardians with different marks see nothing of each
    other; the same mark, or none, is one household.
    """

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="relationships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="relationships")
    kind = models.CharField(max_length=20, choices=RelationshipKind.choices)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    domains = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    household = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=20, choices=Source.choices, default=Source.HAND)

    class Meta:
        indexes = [
            models.Index(fields=["person", "kind", "student"], name="relationship_by_person"),
            models.Index(fields=["student", "kind"], name="relationship_by_student"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "person", "kind", "section", "starts_on"],
                name="relationship_is_stated_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="relationship_ends_after_it_starts",
            ),
        ]


@keep_history
class GuardianLimit(models.Model):
    """A legal document takes one block of a child's plan from one guardian, between two dates; nothing else does."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="guardian_limits")
    guardian = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    block = models.CharField(max_length=12, choices=GuardianBlock.choices)
    document = models.CharField(max_length=300)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["guardian", "student"], name="limits_of_a_guardian")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(document=""), name="limit_names_its_document"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("starts_on")),
                name="limit_ends_after_it_starts",
            ),
        ]


@keep_history
class CaseloadHandover(models.Model):
    """A student goes from one navigator to another. The old one loses access the moment it takes effect.

    `from_person` null: nobody held the plan. An offer waits until the new navigator accepts; a plan lead may let it
    take effect at once.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="handovers")
    from_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    to_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="handovers_offered")
    state = models.CharField(max_length=10, choices=HandoverState.choices, default=HandoverState.WAITING)
    note = models.TextField(max_length=2000, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student"], condition=models.Q(state="waiting"), name="one_handover_waits_per_student"
            ),
        ]


class ApiToken(models.Model):
    """A scoped key for the API. Only its digest is kept; it acts as one person and dies with that account.

    `last_used_on` is written once a day: an account whose key is at work is not dormant.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    label = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
