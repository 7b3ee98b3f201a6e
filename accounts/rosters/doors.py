"""Roles and accounts: who may come in because of the roster."""

from __future__ import annotations

from datetime import date

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db.models import Q

from accounts import audit
from accounts.choices import Role, Source
from accounts.models import RoleAssignment, User
from accounts.oneroster import records as r
from accounts.oneroster.columns import Kind
from accounts.rosters.ledger import Entity, Note
from accounts.rosters.people import entity_of
from accounts.rosters.tables import Values, insert_rows, update_rows
from accounts.rosters.work import Work

# What a roster role makes someone here. The roster opens no school-wide door but the principal's: whoever else leads
# gets that role by hand.
_ROLES = {
    r.UserRole.TEACHER: Role.TEACHER,
    r.UserRole.PRINCIPAL: Role.PRINCIPAL,
    r.UserRole.COUNSELOR: Role.SPECIALIST,
}
_ADMINISTRATORS = frozenset(
    {
        r.UserRole.ADMINISTRATOR,
        r.UserRole.SITE_ADMINISTRATOR,
        r.UserRole.DISTRICT_ADMINISTRATOR,
        r.UserRole.SYSTEM_ADMINISTRATOR,
    }
)


def write_roles(work: Work) -> None:
    """Roles at schools. Rows that the roster no longer states end today; a role given by hand is never touched."""
    bundle = work.bundle
    wanted: dict[tuple[int, str, int], tuple[date, date | None]] = {}
    without_role: set[int] = set()
    for source_id, roles in bundle.roles.items():
        person_id = work.people[source_id]
        for role in roles:
            if role.role in _ADMINISTRATORS:
                without_role.add(person_id)
            school_key = bundle.role_schools.get(role.org_id, role.org_id)
            if role.role not in _ROLES or school_key not in work.schools:
                continue
            if role.ends_on is not None and role.ends_on <= work.today:
                continue
            key = (person_id, _ROLES[role.role].value, work.schools[school_key])
            wanted[key] = _joined(wanted.get(key), role.begins_on or work.today, role.ends_on)
    work.ledger.note(Note.ADMINISTRATOR_WITHOUT_ROLE, len(without_role))
    tally = work.ledger[Entity.ROLES]
    stored: dict[tuple[int, str, int], Values] = {}
    for row in (
        RoleAssignment.objects.filter(
            source=Source.ROSTER, school__isnull=False, person__identifiers__source=work.source
        )
        .order_by("starts_on", "pk")
        .values("pk", "person_id", "role", "school_id", "starts_on", "ends_on")
    ):
        stored[row["person_id"], row["role"], row["school_id"]] = dict(row)
    by_hand = set(
        RoleAssignment.objects.filter(Q(ends_on=None) | Q(ends_on__gt=work.today), school__isnull=False)
        .exclude(source=Source.ROSTER)
        .values_list("person_id", "role", "school_id")
    )
    changes: list[Values] = []
    fresh: list[Values] = []
    for key, (starts_on, ends_on) in wanted.items():
        if key in by_hand and key not in stored:
            tally.unchanged += 1  # somebody gave it already
            continue
        before = stored.get(key)
        running = before is not None and (before["ends_on"] is None or before["ends_on"] > work.today)
        if before is not None and running and before["ends_on"] == ends_on:
            tally.unchanged += 1
        elif before is not None and (running or before["starts_on"] >= work.today):
            changes.append({"id": before["pk"], "ends_on": ends_on})
            tally.changed += running
            tally.returned += not running
        else:
            person_id, role_name, school_id = key
            fresh.append(
                {
                    "person_id": person_id,
                    "role": role_name,
                    "school_id": school_id,
                    "starts_on": starts_on if before is None else work.today,
                    "ends_on": ends_on,
                    "source": Source.ROSTER.value,
                }
            )
    spoken = _spoken_people(work)
    for key, old in stored.items():
        if key not in wanted and key[0] in spoken and (old["ends_on"] is None or old["ends_on"] > work.today):
            tally.left += 1
            work.left_schools.add((key[0], key[2]))
            changes.append({"id": old["pk"], "ends_on": max(work.today, old["starts_on"])})
    update_rows(RoleAssignment, changes)
    insert_rows(RoleAssignment, fresh)
    tally.created += len(fresh)


def _joined(before: tuple[date, date | None] | None, starts_on: date, ends_on: date | None) -> tuple[date, date | None]:
    """The span that covers both; no end is the longest."""
    if before is None:
        return starts_on, ends_on
    ends = None if before[1] is None or ends_on is None else max(before[1], ends_on)
    return min(before[0], starts_on), ends


def _spoken_people(work: Work) -> set[int]:
    """People whose roles this roster states in full: those it brings with roles and without a held id, and leavers."""
    held = {work.people[key] for key in work.bundle.held[Kind.USER] if key in work.people}
    told = {work.people[key] for key in work.bundle.roles if key in work.people}
    return (told - held) | work.leavers


def write_accounts(work: Work) -> None:
    """Accounts for staff and students with an e-mail address; the first sign-in is by a code sent there.

    Family is invited instead. An address or name that another account has is left alone and counted. Accounts of
    people who left, or whom the roster does not let in (`enabledUser` false), are closed, which ends every session
    and token; what somebody closed by hand stays closed.
    """
    enabled: dict[int, bool] = {}
    names: dict[int, r.User] = {}
    for source_id, user in work.bundle.users.items():
        if entity_of(work, source_id) is not Entity.FAMILY:
            person_id = work.people[source_id]
            enabled[person_id] = enabled.get(person_id, False) or user.enabled
            names.setdefault(person_id, user)
    tally = work.ledger[Entity.ACCOUNTS]
    stored = {
        row["person_id"]: row
        for row in User.objects.filter(person__identifiers__source=work.source)
        .distinct()
        .values("pk", "person_id", "is_active", "closure")
    }
    changes: list[Values] = []
    for person_id, row in stored.items():
        shut = person_id in work.leavers or row["closure"] is not None
        active = False if shut else enabled.get(person_id, row["is_active"])
        if active == row["is_active"]:
            tally.unchanged += 1
            continue
        changes.append({"id": row["pk"], "is_active": active})
        if active:
            tally.returned += 1
        else:
            tally.left += 1
    update_rows(User, changes)
    _correct_addresses(work)
    _open_accounts(work, {key: user for key, user in names.items() if key not in stored and user.enabled})


def _correct_addresses(work: Work) -> None:
    """An address that changed in the roster is where codes go from now on: whoever reads the old mailbox is signed
    out, and neither a password nor a passkey of theirs opens the account any more.

    An account that has an address of its own (a guardian's who came in with another one) keeps it.
    """
    accounts = {
        row.person_id: row
        for row in User.objects.filter(person__in=list(work.new_addresses)).order_by("pk").select_for_update()
    }
    corrected: list[User] = []
    for person_id, (old, new) in sorted(work.new_addresses.items()):
        user = accounts.get(person_id)
        if user is not None and new and user.email.lower() in {old, ""} - {new}:
            corrected.append(user)
    # all at once, so that two who were mixed up can change places; the old mailbox gets no code in any case
    User.objects.filter(pk__in=[user.pk for user in corrected]).update(email="")
    for user in corrected:
        new = work.new_addresses[user.person_id][1]
        if User.objects.filter(email__iexact=new).exists():
            new = ""
            work.ledger.note(Note.ACCOUNT_NAME_TAKEN)
        User.objects.filter(pk=user.pk).update(email=new, password=make_password(None))
    EmailAddress.objects.filter(user__in=corrected).delete()
    Authenticator.objects.filter(user__in=corrected).delete()
    audit.record_many(
        [(work.by_person_id, "account.address", "user", user.public_id, [], "", {}) for user in corrected]
    )
    work.ledger.note(Note.ADDRESS_CORRECTED, len(corrected))
    work.ledger[Entity.ACCOUNTS].changed += len(corrected)


def _open_accounts(work: Work, users: dict[int, r.User]) -> None:
    taken_names = set(User.objects.values_list("username", flat=True))
    taken_addresses = {address.lower() for address in User.objects.values_list("email", flat=True)} - {""}
    fresh: list[Values] = []
    for person_id, user in users.items():
        address = user.email.lower()
        if not address:
            continue
        name = next(iter(n for n in (user.username.lower(), address[:150]) if n and n not in taken_names), "")
        if address in taken_addresses or not name:
            work.ledger.note(Note.ACCOUNT_NAME_TAKEN)
            continue
        taken_names.add(name)
        taken_addresses.add(address)
        fresh.append({"person_id": person_id, "username": name, "email": address, "password": make_password(None)})
    insert_rows(User, fresh)
    work.ledger[Entity.ACCOUNTS].created += len(fresh)
