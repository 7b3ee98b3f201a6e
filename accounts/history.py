"""History by trigger, for texts people edit and for roster rows: catches bulk and raw SQL too."""

from __future__ import annotations

from typing import TypeVar

import pghistory
from django.db import models

M = TypeVar("M", bound=type[models.Model])


def keep_history(model: M) -> M:
    """Class decorator: every update and delete leaves the row as it was before in `<Model>Event`.

    Who did it stands in the audit, so the event rows carry no context of their own.
    """
    tracked: M = pghistory.track(
        pghistory.UpdateEvent(row=pghistory.Old),
        pghistory.DeleteEvent(),
        context_field=None,
        append_only=True,
    )(model)
    return tracked
