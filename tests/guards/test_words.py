"""No sentence a person reads labels, sorts or hurries a child, in English or in Spanish."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.guards.human_text import data_texts, human_texts, python_texts, template_texts
from tests.guards.words import BY_LANGUAGE, DELIBERATE, ENGLISH, SPANISH, Avoid

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("rule", [*ENGLISH, *SPANISH], ids=lambda rule: rule.pattern[:24])
def test_each_rule_catches_its_word_and_leaves_its_innocent_neighbour(rule: Avoid) -> None:
    assert rule.found_in(rule.caught)
    assert rule.found_in(rule.fine) == []


@cache
def texts() -> tuple[tuple[str, str, str], ...]:
    """Every text a person reads: the file, the language, the words."""
    return tuple(human_texts(ROOT))


@cache
def to_avoid() -> tuple[tuple[str, str, Avoid, str], ...]:
    """Every word to avoid that a text uses: the file, the text, the rule, the word as it stands there."""
    return tuple(
        (file, text, rule, word)
        for file, language, text in texts()
        for rule in BY_LANGUAGE.get(language, ())
        for word in rule.found_in(text)
    )


def test_no_sentence_a_person_reads_uses_a_word_to_avoid() -> None:
    found = [
        f"{file}: “{word}” in “{text[:90]}”. {rule.reason} Say: {rule.instead}."
        for file, text, rule, word in to_avoid()
        if (file, word.lower()) not in DELIBERATE
    ]
    assert found == [], "\n" + "\n".join(found)


def test_a_deliberate_exception_is_still_needed() -> None:
    assert set(DELIBERATE) <= {(file, word.lower()) for file, _, _, word in to_avoid()}


def test_the_guard_reads_the_demonstration_data_in_both_languages() -> None:
    languages = {language for file, language, _ in texts() if file.startswith("config/demo/data")}
    assert languages >= {"en", "es", "ar"}


def test_the_guard_reads_templates_the_way_a_person_does() -> None:
    source = """
      {# gifted #}{% comment %}rank{% endcomment %}<!-- behind -->
      <p class="track" data-rank="1" aria-label="Slow lane">{% translate "At-risk" %} low group</p>
      <script>var failing = 1</script>{% blocktranslate with n=count %}{{ n }} remedial{% endblocktranslate %}
      {% button label="A failing plan" url_name="track" %}{% include "behind the door.html" %}
    """
    words = sorted(
        {word.lower() for _, text in template_texts(source) for rule in ENGLISH for word in rule.found_in(text)}
    )
    assert words == ["at-risk", "failing", "low group", "remedial", "slow"]


def test_the_guard_reads_translated_python_strings_and_nothing_else() -> None:
    source = (
        "rank = track('slow')\n"
        "a = _('behind')\n"
        "b = pgettext('rank', 'gifted')\n"
        "c = ngettext('one track', 'many tracks', n)\n"
        "def f():\n    'remedial'\n"
    )
    assert sorted(text for _, text in python_texts(source)) == ["behind", "gifted", "many tracks", "one track"]


def test_the_guard_knows_the_language_of_a_snippet() -> None:
    data = {
        "text": "lento",
        "language": "es",
        "translations": {"en": "slow"},
        "name": {"en": "x", "es": "y"},
        "code": "z",
    }
    assert sorted(data_texts(data)) == [("en", "slow"), ("en", "x"), ("es", "lento"), ("es", "y")]
