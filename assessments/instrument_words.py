"""What a part of a draft says, as one text: to tell whether somebody changed it, and to lay two beside each other."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assessments.models import Criterion, InstrumentForm, InstrumentVersion


def fingerprint(words: str) -> str:
    """A short mark of how a text read."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def words_of_texts(version: InstrumentVersion) -> str:
    """What the texts of a version say."""
    return _joined(version.title, version.purpose, version.validity_note, version.source)


def words_of_criterion(name: str, look_for: str, levels: Mapping[Decimal, str]) -> str:
    """What a criterion says, with its levels from the lowest on."""
    said = [f"{value.normalize():f}: {text}" for value, text in sorted(levels.items()) if text]
    return _joined(name, look_for, *said)


def criterion_words(row: Criterion) -> str:
    """What a stored criterion says."""
    return words_of_criterion(row.name, row.look_for, {level.value: level.text for level in row.levels.all()})


def words_of_form(title: str, instructions: str, accommodations: Mapping[str, Sequence[str]]) -> str:
    """What a form of the task says, with its accommodations."""
    return _joined(title, instructions, *(line for _who, lines in sorted(accommodations.items()) for line in lines))


def form_words(row: InstrumentForm) -> str:
    """What a stored form of the task says."""
    kept: dict[str, list[str]] = {}
    for one in row.accommodations.all():
        kept.setdefault(one.helps, []).append(one.text)
    return words_of_form(row.title, row.instructions, kept)


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
