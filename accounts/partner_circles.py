"""Who of a partner may see which student, after its members or a family changed: asked here, written where consents
are kept.

Consents and the students on pathways are part of the plan (`success_plans`), which knows this app and not the other
way round; the settings say which function writes, as they do for media.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.viewer import Viewer


def family_changed(*, by: int | None, today: date, students: Collection[int] | None = None) -> None:
    """Call it last, in the transaction in which somebody became or ceased to be family of these students (None: of
    many), or a legal document began or ended: an answer to a partner counts only while whoever gave it is asked."""
    renew = cast("Callable[..., object]", import_string(settings.PARTNER_CIRCLES))
    renew(students, by=by, today=today)


def members_changed(*, by: Viewer) -> None:
    """Call it last, in the transaction that ended or began a partner or one of its members; it ends or opens what
    follows from that at once, for every student."""
    renew = cast("Callable[..., object]", import_string(settings.PARTNER_CIRCLES))
    renew(by=by.person_id, today=by.today)
