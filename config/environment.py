"""Variables of the environment, read by kind: a senseless value is refused by name."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured


def env_text(name: str, default: str | None = None) -> str:
    """The variable's text; without a default it must be set."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}; see docs/deploying.md.")
    return value


def env_flag(name: str, *, default: bool = False) -> bool:
    """A yes/no variable: 1, true, yes, on or 0, false, no, off; anything else is refused."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"", None}:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; use 1 or 0.")


def env_number(name: str, default: int) -> int:
    """A whole number; anything else is refused."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {value!r}; use a whole number.") from error


def env_list(name: str, default: str = "") -> list[str]:
    """Comma-separated words."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]
