"""Codes that people type: drawn at random, read without doubt, kept as a digest only."""

from __future__ import annotations

import secrets

from django.utils.crypto import salted_hmac

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No I, L, O, 0 and 1: on paper nobody can tell them apart."""

LENGTH = 12
GROUP = 4


def draw_code() -> str:
    """A new code as it is written: three groups of four, 59 bits."""
    drawn = "".join(secrets.choice(LETTERS) for _n in range(LENGTH))
    return "-".join(drawn[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def digest_of(code: str) -> str:
    """What the database keeps of a code, however it was typed: its HMAC-SHA-256 with the installation's secret."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return salted_hmac("accounts.invitations", plain, algorithm="sha256").hexdigest()


def draw_digits() -> str:
    """Six digits that prove an address."""
    return f"{secrets.randbelow(1_000_000):06d}"
