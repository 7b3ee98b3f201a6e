"""What can be wrong while the next version of a framework is written, in words for the person who writes it."""

from __future__ import annotations

from django.utils.translation import gettext as _


class AuthoringError(ValueError):
    """Nothing was written; the message says what to change."""


class MovedOnError(AuthoringError):
    """The framework was published by somebody else since the working copy was opened; bring it up to date first."""

    def __init__(self) -> None:
        super().__init__(
            _("The framework was published anew since this copy was opened. Bring the copy up to date, then publish.")
        )


class WordsChangedError(Exception):
    """Somebody changed the same words meanwhile. Nothing was overwritten: both are here.

    `seen` is what a form has to send to save over what stands there now; `rows` are (field, mine, theirs) of the
    fields that differ.
    """

    def __init__(self, *, seen: str, rows: list[tuple[str, str, str]], by: int | None) -> None:
        super().__init__(_("Someone changed this meanwhile. Both texts are here; choose or combine them."))
        self.seen = seen
        self.rows = rows
        self.by = by
