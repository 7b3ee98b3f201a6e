"""Another way to say it, asked for below the app that knows the words: the settings say which function answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.permissions import Viewer


def suggestions_for(viewer: Viewer, text: str, language: str) -> Sequence[Any]:
    """Suggestions with `found` and `instead`, where the text labels somebody; nothing is kept about them."""
    rule = cast("Callable[..., Sequence[Any]]", import_string(settings.WORDING_RULE))
    return rule(viewer=viewer, text=text, language=language)
