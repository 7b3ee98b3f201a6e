"""Secrets at rest: encrypted with a key that never lives in the database."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet

MARK = "sealed:"


def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"throughline field key\0" + key.encode()).digest()))


def seal(text: str, *, key: str) -> str:
    """The text, unreadable without the key; another result each time."""
    return MARK + _box(key).encrypt(text.encode()).decode()


def unseal(sealed: str, *, key: str) -> str:
    """What `seal` was given. A text from before there was a key comes back as it is.

    Raises cryptography.fernet.InvalidToken where the key is another one.
    """
    if not sealed.startswith(MARK):
        return sealed
    return _box(key).decrypt(sealed.removeprefix(MARK).encode()).decode()
