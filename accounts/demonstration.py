"""Sign-in without a password: only in the demonstration, and only in a database the seed marked."""

from __future__ import annotations

from django.conf import settings

from accounts.models import District


def is_on() -> bool:
    """True when THROUGHLINE_DEMO=1 and the database carries the marker that only the seed writes."""
    return settings.DEMO and is_marked()


def is_marked() -> bool:
    """True when this database was filled by the demonstration seed."""
    return District.objects.filter(demonstration_seed__isnull=False).exists()
