"""Texts as PostgreSQL searches them: without accents, capitals and punctuation, in any language.

The dictionary is `simple`: no stemming, since one framework speaks several languages. Whole beginnings of words are
found ("fracc" finds "fracciones"). An index holds the same expression, so nothing is stored in the rows.
"""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func

LONGEST_WORD = 60
LOOKED_AT = 60_000
"""Characters of a text that are searched: a tsvector has room for a megabyte."""

_LETTERS = "áàâäãåāéèêëēíìîïīóòôöõøōúùûüūñçýÿ"
_PLAIN = "aaaaaaaeeeeeiiiiiooooooouuuuuncyy"
# Between these a word ends: the parser would read "3.NF.2" or "1/2" as host names, paths or numbers.
_BETWEEN = ".,;:!?¡¿/\\|-_+*=~@#&$^()[]{}<>\"'`´’‘“”«»…·–—"
_FOLD = str.maketrans(_LETTERS + _BETWEEN, _PLAIN + " " * len(_BETWEEN))
_FROM = (_LETTERS + _BETWEEN).replace("'", "''")
_NOTHING = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_TO = _PLAIN + " " * len(_BETWEEN)


class SearchWords(Func):
    """The words of one or more texts that are never null, as a tsvector; immutable, so it can be indexed."""

    arg_joiner = " || ' ' || "
    template = f"to_tsvector('simple', translate(lower(left(%(expressions)s, {LOOKED_AT})), '{_FROM}', '{_TO}'))"
    output_field = SearchVectorField()


def words_in(text: str) -> list[str]:
    """The same in Python: the words of a question, each once, in order."""
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _NOTHING.sub(" ", text.lower().translate(_FOLD)).split()))


def beginning(word: str) -> str:
    """A word as a raw tsquery that finds every word beginning with it. `word` comes from `words_in`."""
    return f"'{word}':*"
