"""What a device sends after it was without a connection: one body, many items, each read for itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from django.utils.translation import gettext as _

MOST_ITEMS = 200
"""Items one request may bring; devices send 100 at a time."""

FormT = TypeVar("FormT", bound=forms.Form)


@dataclass(frozen=True, slots=True)
class SentItem(Generic[FormT]):
    """One item: the key it was sent under, and its valid form; None where it cannot be read."""

    key: str
    form: FormT | None


@dataclass(frozen=True, slots=True)
class SentQueue(Generic[FormT]):
    """Whose queue the device says it is, and its items in the order sent."""

    person: str
    items: list[SentItem[FormT]]

    def readable(self) -> list[FormT]:
        """The forms of the items that could be read, in the order sent."""
        return [item.form for item in self.items if item.form is not None]

    def answers(self, of_readable: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """One answer an item in the order sent: those given, and `why` for each that could not be read."""
        given = iter(of_readable)
        why = _("It could not be read any more. Write it down again.")
        return [next(given) if item.form is not None else {"key": item.key, "why": why} for item in self.items]


def read_queue(body: bytes, form: Callable[[Any], FormT]) -> SentQueue[FormT] | None:
    """The queue a device sent as {"person": ..., "items": [...]}; None when the whole makes no sense or is too long.

    An item that makes no sense is one without a form; it keeps none of the others out.
    """
    try:
        sent = json.loads(body)
        person, items = sent["person"], sent["items"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(items, list) or len(items) > MOST_ITEMS:
        return None
    return SentQueue(str(person), [_item(one, form) for one in items])


def _item(sent: Any, form: Callable[[Any], FormT]) -> SentItem[FormT]:
    if not isinstance(sent, dict):
        return SentItem("", None)
    key = sent.get("key")
    filled = form(sent)
    try:
        json.dumps(sent, ensure_ascii=False).encode()  # half a character is JSON, and no text
        is_readable = filled.is_valid()
    except (ValueError, TypeError, AttributeError, RecursionError):
        is_readable = False
    return SentItem(key[:64] if isinstance(key, str) else "", filled if is_readable else None)
