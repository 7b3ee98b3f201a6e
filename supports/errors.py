"""What can keep a person from acting on a flag or a support."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from supports.models import CatalogueEntry, Flag, Support


class FlagChangedError(Exception):
    """The flag ended or was changed meanwhile; nothing was written. `current` is how it stands now."""

    def __init__(self, current: Flag) -> None:
        super().__init__(_("This changed meanwhile. Look again before you decide."))
        self.current = current


class SupportChangedError(Exception):
    """The support ended or was changed meanwhile; nothing was written. `current` is how it stands now."""

    def __init__(self, current: Support) -> None:
        super().__init__(_("This changed meanwhile. Look again before you decide."))
        self.current = current


class SupportError(ValueError):
    """A support that cannot be stored; the message says what to change."""


class FocusError(ValueError):
    """A focus that cannot be chosen; the message says what to change."""


class ShowingError(ValueError):
    """A wish to show something, or its day, that cannot be stored; the message says what to change."""


class ShowingChangedError(Exception):
    """The wish was answered, ended or taken back meanwhile; nothing was written."""

    def __init__(self) -> None:
        super().__init__(_("This changed meanwhile. Look again before you decide."))


class EntryError(ValueError):
    """An entry of the catalogue that cannot be stored: what to change, and in which field."""

    def __init__(self, says: str, field: str) -> None:
        super().__init__(says)
        self.field = field


class EntryChangedError(Exception):
    """The entry was saved meanwhile; nothing was written. `current` is how it stands now.

    `theirs`, `mine` and `taken` say what differs, for the page (`accounts.merging.Changed`).
    """

    def __init__(self, current: CatalogueEntry) -> None:
        super().__init__(_("This changed meanwhile. Look again before you decide."))
        self.current = current
        self.theirs = self.mine = _("Only whether it is offered has changed.")
        self.taken = ""
