"""Inviting guardians, and letting them in: each to their own record, never to a second one.

A code alone opens nothing. Whoever brings it also says the first name of a child it is about, and shows that the
address is theirs: by the message the code came with, or by six digits sent there. After five wrong names it is over.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import audit, jobs
from accounts.http import set_actor
from accounts.invitations.codes import digest_of, draw_code
from accounts.invitations.selectors import TRIES, children_of, family_of, language_of, may_be_invited
from accounts.invitations.sending import MOST, OPEN, SEND_TASK, is_address, is_theirs_still
from accounts.keyring.services import close_ways_in
from accounts.models import FamilyInvitation, Person, School, Student, User
from accounts.names import sort_name
from accounts.permissions import Permission, Viewer, can

if TYPE_CHECKING:
    from django.db.models import QuerySet

log = logging.getLogger(__name__)

LIFE = timedelta(days=45)


class InvitationError(ValueError):
    """It cannot be (any more); the message says why and what to do. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One printed letter. `code` is on paper only: nobody can look it up again."""

    number: int
    name: str
    language: str
    code: str
    until: datetime
    children: str


# ------------------------------------------------------------------ inviting
def print_letters(
    *, by: Viewer, students: QuerySet[Student], about: Student | School, guardians: Collection[UUID]
) -> list[Letter]:
    """A new code for each of these guardians, to be printed now; earlier invitations of theirs hold no longer.

    Whoever has an account, or is not family of these students, gets none. PermissionError for whoever may not invite.
    """
    with transaction.atomic():
        people = _invited(by, students, about, guardians)
        codes = {person.pk: draw_code() for person in people}
        children = children_of([person.pk for person in people], students, by.today)
        now = timezone.now()
        rows = _replace(
            by,
            [
                FamilyInvitation(
                    guardian=person,
                    digest=digest_of(codes[person.pk]),
                    language=language_of(person, children[person.pk]),
                    invited_by_id=by.actor_id,
                    expires_at=now + LIFE,
                    sent_at=now,
                )
                for person in people
            ],
        )
        _record(by, "invitation.letter", rows, children)
    return [
        Letter(
            number=number,
            name=row.guardian.display_name,
            language=row.language,
            code=codes[row.guardian_id],
            until=row.expires_at,
            children=", ".join(child.person.display_name for child in children[row.guardian_id]),
        )
        for number, row in enumerate(rows, start=1)
    ]


def invite_by_mail(
    *, by: Viewer, students: QuerySet[Student], about: Student | School, guardians: Collection[UUID]
) -> int:
    """Ask a worker to write to those of these guardians whose address is in the records. How many.

    Errors as in `print_letters`. The worker draws the codes, so that nobody at school ever sees one.
    """
    with transaction.atomic():
        people = [person for person in _invited(by, students, about, guardians) if person.email]
        children = children_of([person.pk for person in people], students, by.today)
        rows = _replace(
            by,
            [
                FamilyInvitation(
                    guardian=person,
                    address=person.email.lower(),
                    language=language_of(person, children[person.pk]),
                    invited_by_id=by.actor_id,
                    expires_at=timezone.now() + LIFE,
                )
                for person in people
            ],
        )
        _record(by, "invitation.mail", rows, children)
        if rows:
            jobs.enqueue(SEND_TASK, queue="bulk", kwargs={"invitation_ids": [row.pk for row in rows]})
    return len(rows)


def take_back(*, by: Viewer, invitation: FamilyInvitation) -> None:
    """The code opens nothing from now on. Twice is once. The caller has asked whether `by` may see the invitation."""
    with transaction.atomic():
        row = FamilyInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if row.taken_back_at is not None or row.used_at is not None:
            return
        row.taken_back_at, row.taken_back_by_id = timezone.now(), by.actor_id
        row.save(update_fields=["taken_back_at", "taken_back_by"])
        _record(by, "invitation.take_back", [row], {})


def _invited(
    by: Viewer, students: QuerySet[Student], about: Student | School, guardians: Collection[UUID]
) -> list[Person]:
    if not can(by, Permission.INVITE_FAMILY, about).allowed:
        raise PermissionError
    here = may_be_invited(family_of(students, by.today), by.today).filter(public_id__in=list(guardians)[:MOST])
    people = Person.objects.filter(pk__in=here.values("pk")).order_by("pk").select_for_update(no_key=True)
    return sorted(people, key=lambda person: (person.sort_name, person.pk))


def _replace(by: Viewer, rows: list[FamilyInvitation]) -> list[FamilyInvitation]:
    """The new invitations instead of the open ones. The guardians are locked."""
    FamilyInvitation.objects.filter(OPEN, guardian__in=[row.guardian_id for row in rows]).update(
        taken_back_at=timezone.now(), taken_back_by_id=by.actor_id
    )
    return FamilyInvitation.objects.bulk_create(rows)


# ------------------------------------------------------------------ coming in
def invitation_of(code: str, *, now: datetime | None = None) -> FamilyInvitation | None:
    """The open invitation with this code; None for one that is unknown, used, over or taken back."""
    return _usable(now).filter(digest=digest_of(code)).first()


def open_invitation(public_id: UUID, *, now: datetime | None = None) -> FamilyInvitation | None:
    """An invitation whose code was said a moment ago, if it still holds."""
    return _usable(now).filter(public_id=public_id).first()


def _usable(now: datetime | None) -> QuerySet[FamilyInvitation]:
    return FamilyInvitation.objects.filter(
        OPEN,
        expires_at__gt=now or timezone.now(),
        sent_at__isnull=False,
        guardian__is_active=True,
        tries__lt=TRIES,
    ).select_related("guardian")


def knows_a_child(*, invitation: FamilyInvitation, first_name: str) -> bool:
    """Whether this is the first name of a child of the guardian. A wrong one counts; after five the code is over."""
    with transaction.atomic():
        row = FamilyInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if row.tries >= TRIES:
            return False
        today = timezone.localdate()
        found = children_of([row.guardian_id], Student.objects.filter(alias_of__isnull=True), today)[row.guardian_id]
        said = _plain(first_name)
        if said and any(_is_called(child.person, said) for child in found):
            return True
        row.tries += 1
        row.save(update_fields=["tries"])
        if row.tries >= TRIES:
            audit.record(
                by=None, action="invitation.over", subject_type="invitation", subject_id=row.public_id, details={}
            )
    return False


def _plain(name: str) -> str:
    return " ".join(sort_name("", name).strip(", ").split())


def _is_called(person: Person, said: str) -> bool:
    names = {_plain(name) for name in (person.given_name, person.preferred_name) if name}
    whole = {f"{name} {_plain(person.family_name)}" for name in names}
    return said in names | whole


def send_digits(*, invitation: FamilyInvitation, address: str, digits: str) -> bool:
    """Write six digits to an address, to see that it is theirs. False where it cannot go, or not now."""
    if not is_address(address):
        return False
    with override(invitation.language):
        body = "\n\n".join(
            [
                _("Write these digits on the page you came from:"),
                f"    {digits}",
                _("They work for 15 minutes. You did not ask for them? Then delete this message."),
            ]
        )
        try:
            send_mail(_("Your digits: %(digits)s") % {"digits": digits}, f"{body}\n", None, [address])
        except OSError as error:
            log.warning("invitation.unsent invitation=%s error=%s", invitation.pk, type(error).__name__)
            return False
    return True


def accept(*, invitation: FamilyInvitation, address: str) -> User:
    """Open the guardian's own account with an address that was shown to be theirs; the code is used with it.

    Raises InvitationError where the invitation holds no longer, where the records have another address by now, where
    they are family of nobody here any more, and where another account has the address.
    """
    address = address.strip().lower()
    with transaction.atomic():
        # first the person, then the invitation: everybody who invites locks them in this order
        person = Person.objects.select_for_update(no_key=True).get(pk=invitation.guardian_id)
        row = _usable(None).select_for_update(of=("self",)).filter(pk=invitation.pk, guardian=person).first()
        if row is None or (row.address and not is_theirs_still(row.address, person)):
            raise InvitationError(_("This invitation holds no longer. Ask the school office for a new one."))
        if person.email and not is_theirs_still(address, person):
            raise InvitationError(_("The records have another address of yours by now. We send new digits there."))
        set_actor(person.pk)
        today = timezone.localdate()
        students = Student.objects.filter(is_active=True, alias_of__isnull=True)
        if not may_be_invited(family_of(students, today), today).filter(pk=person.pk).exists():
            raise InvitationError(_("This invitation holds no longer. Ask the school office for a new one."))
        if User.objects.filter(email__iexact=address).exclude(person=person).exists():
            raise InvitationError(
                _("Another account has this address. Each parent needs an address of their own; ask the school office.")
            )
        user = _open_account(person, address, row.language)
        if not person.email:
            person.email = address
            person.save(update_fields=["email"])
        row.used_at = timezone.now()
        row.save(update_fields=["used_at"])
        audit.record(
            by=person.pk,
            action="invitation.accept",
            subject_type="invitation",
            subject_id=row.public_id,
            details={"user": str(user.public_id)},
        )
    return user


def _open_account(person: Person, address: str, language: str) -> User:
    """The account of this person, open: a new one, or the one that was closed, without any of its old ways in."""
    user = User.objects.select_for_update(of=("self",)).filter(person=person).first()
    if user is None:
        return User.objects.create_user(_free_name(address), None, person=person, email=address, language=language)
    user.is_active, user.email, user.locked_at, user.unlocked_at = True, address, None, timezone.now()
    user.save(update_fields=["is_active", "email", "locked_at", "unlocked_at"])
    close_ways_in(user=user)
    return user


def _free_name(address: str) -> str:
    base, number = address[:140], 1
    name = base
    while User.objects.filter(username=name).exists():
        number += 1
        name = f"{base}-{number}"
    return name


def _record(by: Viewer, action: str, rows: Sequence[FamilyInvitation], children: dict[int, list[Student]]) -> None:
    audit.record_many(
        [
            (
                by.person_id,
                action,
                "invitation",
                row.public_id,
                [child.pk for child in children.get(row.guardian_id, [])],
                "",
                {"guardian": row.guardian_id},
            )
            for row in rows
        ]
    )
