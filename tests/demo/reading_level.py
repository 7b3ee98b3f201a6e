"""How hard a text is to read. Pure.

English: Flesch-Kincaid grade level (Kincaid et al. 1975), 0.39 words/sentence + 11.8 syllables/word - 15.59.
Spanish: Fernández Huerta (1959), 206.84 - 60 syllables/word - 1.02 words/sentence; 60 and above is read with ease by
someone who finished grade 8.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def sentences(text: str) -> int:
    """How many sentences `text` has; a colon opens a new one, as a list or a question does."""
    return max(1, len(re.findall(r"[.!?:]+(?=\s|$|»|\")", text)))


def english_syllables(word: str) -> int:
    """Vowel groups, less a silent final e; at least one."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    if word.endswith("ed") and not word.endswith(("ted", "ded")) and groups > 1:
        groups -= 1
    return max(1, groups)


def spanish_syllables(word: str) -> int:
    """Nuclei of Spanish syllables: two strong vowels or a stressed weak one break a group."""
    word = re.sub(r"qu(?=[eiéí])|gu(?=[eiéí])", "q", word.lower())
    count = 0
    for group in re.findall(r"[aeiouáéíóúü]+", word):
        count += 1
        for first, second in zip(group, group[1:], strict=False):
            if (first in "aeoáéó" and second in "aeoáéó") or first in "íú" or second in "íú":
                count += 1
    if word.endswith("y") and len(word) > 1 and word[-2] not in "aeiouáéíóú":
        count += 1
    return max(1, count)


def english_grade(texts: Iterable[str]) -> float:
    """Flesch-Kincaid grade of all `texts` read as one."""
    whole = list(texts)
    words = [w for text in whole for w in WORD.findall(text)]
    syllables = sum(english_syllables(w) for w in words)
    return 0.39 * len(words) / sum(map(sentences, whole)) + 11.8 * syllables / len(words) - 15.59


def spanish_ease(texts: Iterable[str]) -> float:
    """Fernández Huerta ease of all `texts` read as one; higher is easier."""
    whole = list(texts)
    words = [w for text in whole for w in WORD.findall(text)]
    syllables = sum(spanish_syllables(w) for w in words)
    return 206.84 - 60 * syllables / len(words) - 1.02 * len(words) / sum(map(sentences, whole))
