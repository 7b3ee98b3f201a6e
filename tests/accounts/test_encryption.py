"""Secrets at rest: unreadable without the key, and old ones still work."""

from __future__ import annotations

import pytest
from allauth.mfa.adapter import get_adapter
from cryptography.fernet import InvalidToken

from accounts.encryption import seal, unseal


def test_what_was_sealed_comes_back_and_looks_like_nothing_in_between() -> None:
    sealed = seal("JBSWY3DPEHPK3PXP", key="one")

    assert unseal(sealed, key="one") == "JBSWY3DPEHPK3PXP"
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert seal("JBSWY3DPEHPK3PXP", key="one") != sealed


def test_another_key_opens_nothing() -> None:
    with pytest.raises(InvalidToken):
        unseal(seal("JBSWY3DPEHPK3PXP", key="one"), key="two")


def test_a_secret_from_before_there_was_a_key_still_works() -> None:
    assert unseal("JBSWY3DPEHPK3PXP", key="one") == "JBSWY3DPEHPK3PXP"


def test_authenticator_secrets_are_sealed_with_the_field_key(settings) -> None:
    settings.FIELD_KEY = "the district's key"
    sealed = get_adapter().encrypt("JBSWY3DPEHPK3PXP")

    assert unseal(sealed, key="the district's key") == "JBSWY3DPEHPK3PXP"
    assert get_adapter().decrypt(sealed) == "JBSWY3DPEHPK3PXP"
