"""Every code has its sentences, in every language, and they survive missing parameters."""

import pytest
from django.utils import translation

from accounts.oneroster.issues import Code
from accounts.oneroster_messages import _MESSAGES, message
from accounts.rosters.ledger import Entity, Note
from accounts.rosters.reporting import ENTITIES, NOTES, note


@pytest.mark.parametrize("code", list(Code))
def test_every_code_says_what_was_found_and_what_to_do(code):
    with translation.override("en"):
        said = message(code, {})
    assert code in _MESSAGES
    assert said.what.endswith((".", "…"))
    assert said.what_to_do.endswith(".")
    assert "%(" not in said.what + said.what_to_do


def test_a_code_of_another_version_says_so():
    assert message("from-the-future", {}).what_to_do


def test_every_sort_of_row_and_every_note_has_words():
    assert set(ENTITIES) == set(Entity)
    assert set(NOTES) == set(Note)
    for name in Note:
        for count in (1, 2):
            assert "%" not in note(name, count)
