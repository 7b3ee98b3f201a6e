"""Partners: added, described anew, ended; who speaks for them, from when and until when."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.choices import PartnerKind, RelationshipKind, Role
from accounts.models import ApiToken, Partner, PartnerMember, Person, Relationship, RoleAssignment, User
from accounts.partner_circles import members_changed
from accounts.permissions import Permission, Viewer, can, current
from accounts.services import AccountError, add_account, give_role


class PartnerError(ValueError):
    """What cannot be done with a partner; the message says why. Nothing was written."""


class PartnerChangedError(Exception):
    """Somebody saved this partner while it was being edited; `current` is how it stands now."""

    def __init__(self, current: Partner) -> None:
        self.current = current


def add_partner(*, by: Viewer, name: str, kind: PartnerKind, about: str = "", website: str = "") -> Partner:
    """A new partner. Raises PartnerError for a name another partner has, PermissionError for who may not."""
    _require(by)
    name = _clean(name, 200)
    with transaction.atomic():
        _require_free(name)
        partner = Partner.objects.create(
            name=name, kind=kind, about=_clean(about, 500), website=website, added_by_id=by.actor_id
        )
        _record(by, "partner.add", partner)
    return partner


def edit_partner(
    *, by: Viewer, partner: Partner, version: int, name: str, kind: PartnerKind, about: str, website: str
) -> Partner:
    """Describe it anew. Raises PartnerChangedError when it was saved since `version`, PartnerError as `add_partner`."""
    _require(by)
    name = _clean(name, 200)
    with transaction.atomic():
        row = Partner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
        if row.version != version:
            raise PartnerChangedError(row)
        _require_free(name, but=row)
        row.name, row.kind, row.about, row.website = name, kind, _clean(about, 500), website
        row.version += 1
        row.save()
        _record(by, "partner.edit", row)
    return row


def end_partner(*, by: Viewer, partner: Partner) -> None:
    """It is a partner no longer, and nobody speaks for it any more. Its pathways stay."""
    _require(by)
    with transaction.atomic():
        row = Partner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
        if row.ended_on is not None:
            return
        row.ended_on = by.today
        row.version += 1
        row.save(update_fields=["ended_on", "version"])
        _record(by, "partner.end", row)
        for member in list(row.members.filter(current(by.today)).select_related("person").order_by("pk")):
            _end(by, member)
        members_changed(by=by)


def add_member(*, by: Viewer, partner: Partner, person: Person) -> PartnerMember:
    """Somebody who is known here speaks for this partner from today; once is enough.

    Raises PartnerError for a student, for somebody without an account or with one the roster or somebody closed, and
    for a partner that ended.
    """
    _require(by)
    with transaction.atomic():
        row = Partner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
        if row.ended_on is not None:
            raise PartnerError(_("This partner has ended."))
        user = User.objects.select_for_update(of=("self",)).filter(person=person).first()
        if user is None or hasattr(person, "student"):
            raise PartnerError(_("Choose an adult with an account."))
        held = PartnerMember.objects.filter(current(by.today), partner=row, person=person).first()
        if held is not None:
            return held
        if not user.is_active and not _closed_as_partner(person):
            raise PartnerError(_("This account was closed. The district’s office opens it again, not this page."))
        member, _made = PartnerMember.objects.update_or_create(
            partner=row, person=person, starts_on=by.today, defaults={"ends_on": None}
        )
        if not user.is_active:
            user.is_active = True
            user.save(update_fields=["is_active"])
        give_role(by=by, user=user, role=Role.PARTNER)
        _record(by, "partner.member_add", row, person=person)
        members_changed(by=by)
    return member


def _closed_as_partner(person: Person) -> bool:
    """Whether the account was closed because they spoke for no partner any more: not by the roster, not by hand."""
    if person.identifiers.exists() or hasattr(person.user, "closure"):
        return False
    return PartnerMember.objects.filter(person=person).exists()


def add_new_member(*, by: Viewer, partner: Partner, given_name: str, family_name: str, email: str) -> PartnerMember:
    """Somebody who is not known here yet: a person with an account, who signs in by a code sent to `email`.

    Raises PartnerError for an address another account has, and as `add_member`.
    """
    _require(by)
    address = email.strip().lower()
    with transaction.atomic():
        if User.objects.filter(email__iexact=address).exists():
            raise PartnerError(_("Somebody has an account with this address. Find them above and add them."))
        try:
            user = add_account(
                by=by,
                given_name=given_name,
                family_name=family_name,
                username=_username(address),
                email=address,
            )
        except AccountError as error:
            raise PartnerError(_("This account cannot be made. Look at the name and the address again.")) from error
        return add_member(by=by, partner=partner, person=user.person)


def end_member(*, by: Viewer, member: PartnerMember) -> None:
    """They speak for it no longer, from this moment: what was open for them as a partner is closed.

    Who has nothing else here loses the account's sessions and tokens too, like everybody who leaves. Said twice is
    said once.
    """
    _require(by)
    with transaction.atomic():
        _end(by, member)
        members_changed(by=by)


def _end(by: Viewer, member: PartnerMember) -> None:
    row = (
        PartnerMember.objects.select_for_update(of=("self",))
        .select_related("person", "partner")
        .filter(current(by.today), pk=member.pk)
        .first()
    )
    if row is None:
        return
    row.ends_on = by.today
    row.save(update_fields=["ends_on"])
    _record(by, "partner.member_end", row.partner, person=row.person)
    person = row.person
    if PartnerMember.objects.filter(current(by.today), person=person).exists():
        return
    RoleAssignment.objects.filter(current(by.today), person=person, role=Role.PARTNER).update(ends_on=by.today)
    Relationship.objects.filter(current(by.today), person=person, kind=RelationshipKind.PARTNER).update(
        ends_on=by.today
    )
    stays = (
        RoleAssignment.objects.filter(current(by.today), person=person).exists()
        or Relationship.objects.filter(current(by.today), person=person)
        .exclude(kind=RelationshipKind.REFERRAL)
        .exists()
    )
    if not stays:
        User.objects.filter(person=person).update(is_active=False)
        ApiToken.objects.filter(user__person=person, revoked_at__isnull=True).update(revoked_at=timezone.now())


def _username(address: str) -> str:
    base = "".join(c for c in address.partition("@")[0] if c.isalnum() or c in "._-")[:40] or "partner"
    name, number = base, 1
    while User.objects.filter(username=name).exists():
        number += 1
        name = f"{base}{number}"
    return name


def _require(by: Viewer) -> None:
    if not can(by, Permission.MANAGE_PARTNERS).allowed:
        raise PermissionError


def _require_free(name: str, but: Partner | None = None) -> None:
    if not name:
        raise PartnerError(_("Write the name of the partner."))
    same = Partner.objects.filter(name__iexact=name, ended_on__isnull=True)
    if but is not None:
        same = same.exclude(pk=but.pk)
    if same.exists():
        raise PartnerError(_("A partner has this name already."))


def _clean(text: str, longest: int) -> str:
    return " ".join(text.replace("\x00", " ").split())[:longest]


def _record(by: Viewer, action: str, partner: Partner, person: Person | None = None) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="partner",
        subject_id=partner.public_id,
        details={} if person is None else {"person": person.pk},
    )
