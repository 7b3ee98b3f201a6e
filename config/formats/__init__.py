"""How numbers and times are written where Django's own form is not the one of docs/glossary.md."""

from __future__ import annotations

from django.utils.translation import gettext_noop

HALVES_OF_A_DAY = (gettext_noop("a.m."), gettext_noop("p.m."))
"""Named here so that our catalogue may say them in its own way; Django looks them up when it writes a time."""
