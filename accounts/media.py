"""Whether pictures and recordings of a student may be kept and shown: asked here, answered where consents are kept.

Consents are part of the plan (`success_plans`), which knows this app and not the other way round; the settings say
which function answers, as they do for tasks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Student


def family_allows_media(student: Student) -> bool:
    """Whether somebody of the family says yes to keeping pictures and recordings, and nobody says no. One query.

    It is asked for the student, whoever looks. The student, and whoever added a file, see it without asking.
    """
    rule = cast("Callable[[Student], bool]", import_string(settings.MEDIA_RULE))
    return rule(student)
