"""An import's counts in words, for the page, the command and the downloads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.oneroster import RosterBundle
from accounts.oneroster_messages import dialect_name
from accounts.rosters.ledger import Entity, Ledger, Note

ENTITIES: dict[str, Any] = {
    Entity.SCHOOLS: _("Schools"),
    Entity.SCHOOL_YEARS: _("School years"),
    Entity.TERMS: _("Terms"),
    Entity.SECTIONS: _("Classes"),
    Entity.STUDENTS: _("Students"),
    Entity.STAFF: _("Staff"),
    Entity.FAMILY: _("Family members"),
    Entity.ACCOUNTS: _("Accounts"),
    Entity.ROLES: _("Roles at schools"),
    Entity.SEATS: _("Seats in classes"),
    Entity.TEACHING: _("Teaching of classes"),
    Entity.FAMILY_LINKS: _("Family links"),
    Entity.CIRCLES: _("Who sees whom as a teacher"),
}
NOTES: dict[str, Any] = {
    Note.ACCOUNT_NAME_TAKEN: ngettext_lazy(
        "%(count)s person got no account, because another account has the same name or address. If they are one "
        "person, join the two under People.",
        "%(count)s people got no account, because other accounts have the same name or address. If they are one "
        "person, join the two under People.",
        "count",
    ),
    Note.ADDRESS_CORRECTED: ngettext_lazy(
        "%(count)s account has a new address. Codes go there now; whoever was signed in is not any more, and sets up "
        "the second factor anew.",
        "%(count)s accounts have a new address. Codes go there now; whoever was signed in is not any more, and sets up "
        "the second factor anew.",
        "count",
    ),
    Note.KEPT_BY_HAND_ROLE: ngettext_lazy(
        "%(count)s person is gone from the roster and stays, because somebody gave them a district role by hand.",
        "%(count)s people are gone from the roster and stay, because somebody gave them a district role by hand.",
        "count",
    ),
    Note.LINK_ENDED_BY_HAND: ngettext_lazy(
        "%(count)s family link is in the roster and stays closed, because somebody ended it by hand.",
        "%(count)s family links are in the roster and stay closed, because somebody ended them by hand.",
        "count",
    ),
    Note.RELATIVE_WITHOUT_ACCESS: ngettext_lazy(
        "%(count)s link says only that someone is a relative. It opens nothing; link them by hand if they act as a "
        "parent.",
        "%(count)s links say only that someone is a relative. They open nothing; link them by hand if they act as "
        "parents.",
        "count",
    ),
    Note.ADMINISTRATOR_WITHOUT_ROLE: ngettext_lazy(
        "%(count)s administrator of the roster has no role here until somebody gives it.",
        "%(count)s administrators of the roster have no role here until somebody gives it.",
        "count",
    ),
    Note.SCHOOL_STILL_USED: ngettext_lazy(
        "%(count)s school is gone from the roster and stays open, because students still belong to it.",
        "%(count)s schools are gone from the roster and stay open, because students still belong to them.",
        "count",
    ),
    Note.NOBODY_LEAVES: ngettext_lazy(
        "%(count)s row of people has no readable id, so nobody was taken to have left.",
        "%(count)s rows of people have no readable id, so nobody was taken to have left.",
        "count",
    ),
    Note.DEMONSTRATION: ngettext_lazy(
        "This database holds the demonstration district. Bring real people into a database of their own.",
        "This database holds the demonstration district. Bring real people into a database of their own.",
        "count",
    ),
}
COLUMNS = ("created", "changed", "returned", "left", "unchanged")


def dialect(bundle: RosterBundle) -> str:
    """The layout, and the sending system where it says its name."""
    return f"{dialect_name(bundle.dialect)}{f' · {bundle.system}' if bundle.system else ''}"


def note(name: str, count: int) -> str:
    """One note of the ledger as a sentence."""
    sentence = NOTES.get(name)
    return str(sentence % {"count": count}) if sentence is not None else name


def lines(ledger: Ledger) -> Iterator[str]:
    """The ledger in plain lines."""
    for entity, tally in ledger.tallies.items():
        counts = {name: getattr(tally, name) for name in COLUMNS}
        if any(counts.values()):
            told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
            yield f"{ENTITIES[entity]}: {told}"
    for name, count in ledger.notes.items():
        yield note(name, count)
