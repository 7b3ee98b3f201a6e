"""What can keep a text from being stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from success_plans.models import Decision, Meeting


class PlanError(ValueError):
    """A text that cannot be stored; the message says what to change. Nothing was written."""


def taken_back() -> str:
    """What is said of a text that somebody took back while it was being changed."""
    return _("This was taken back meanwhile. What you typed is still in the form, so that you can copy it.")


class TextChangedError(Exception):
    """Somebody changed this text meanwhile. Both wordings are here; nothing was overwritten.

    `current` is the row as it stands, with its `version`. `taken` names the fields of a form that took over what the
    other one wrote, because nobody had touched them.
    """

    def __init__(self, *, current: Any, theirs: str, mine: str) -> None:
        super().__init__(_("Someone changed this meanwhile. Both texts are here; choose or combine them."))
        self.current = current
        self.theirs = theirs
        self.mine = mine
        self.taken = ""


class MeetingChangedError(Exception):
    """Somebody changed this meeting or decision meanwhile. Both texts are here; nothing was overwritten."""

    def __init__(self, *, current: Meeting | Decision, theirs: str, mine: str) -> None:
        super().__init__(_("Someone changed this meanwhile. Both texts are here; choose or combine them."))
        self.current = current
        self.theirs = theirs
        self.mine = mine
        self.taken = ""
