"""Templates hold to the content policy, ask no other host for anything, compile, and speak through the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = sorted(path for path in (ROOT / "static").rglob("*") if path.suffix in {".css", ".js", ".svg"})

FORBIDDEN = {
    "a style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "a script in the page": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=.application/json.)[^>]*>", re.I),
    "a handler in an attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "a script in htmx": re.compile(
        r"\bhx-on\b|hx-(?:vals|headers|vars)\s*=\s*[\"']\s*js(?:cript)?:|\[(?=[^\]]*\()", re.I
    ),
    "another host": re.compile(r"(?:src|href|action|content|srcset|hx-[a-z]+)\s*=\s*[\"'](?:https?:)?//", re.I),
    "an automatic submit": re.compile(r"http-equiv\s*=\s*[\"']refresh", re.I),
}
# Sample words of the style page are about components, not for readers of the product.
NOT_TRANSLATED = {"accounts/styleguide.html"}
NAMES = {"Throughline"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


def without_comments(source: str) -> str:
    source = re.sub(r"\{#.*?#\}", "", source)
    source = re.sub(r"\{% comment[^%]*%\}.*?\{% endcomment %\}", "", source, flags=re.S)
    return re.sub(r"<!--.*?-->", "", source, flags=re.S)


def offences(source: str) -> list[str]:
    plain = without_comments(source)
    markup = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "x", plain)
    return [what for what, pattern in FORBIDDEN.items() if pattern.search(markup)]


def bare_words(source: str) -> list[str]:
    """Words between tags that pass no translation."""
    plain = without_comments(source)
    plain = re.sub(r"\{% blocktranslate\b.*?\{% endblocktranslate %\}", "", plain, flags=re.S)
    plain = re.sub(r"\{% block (?:main|body)_class %\}.*?\{% endblock(?: \w+)? %\}", "", plain, flags=re.S)
    plain = re.sub(r"\{% blocktrans\b.*?\{% endblocktrans %\}", "", plain, flags=re.S)
    plain = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", plain, flags=re.S)
    plain = re.sub(r"<(script|svg|symbol)\b.*?</\1>", "", plain, flags=re.S)
    plain = re.sub(r"<[^>]*>", "\n", plain)
    plain = re.sub(r"&[a-z#0-9]+;", " ", plain)
    return [word for word in re.findall(r"[^\W\d_]{2,}", plain) if word not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_holds_to_the_content_policy(path: Path) -> None:
    assert offences(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_compiles(path: Path) -> None:
    assert get_template(name_of(path))


@pytest.mark.parametrize("path", [path for path in TEMPLATES if name_of(path) not in NOT_TRANSLATED], ids=name_of)
def test_every_word_on_a_page_goes_through_the_catalogue(path: Path) -> None:
    assert bare_words(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", STATIC, ids=lambda path: path.name)
def test_a_stylesheet_or_script_asks_no_other_host(path: Path) -> None:
    source = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}|@import", source)
    assert "eval(" not in source
    assert "innerHTML" not in source


@pytest.mark.parametrize("path", [path for path in STATIC if path.suffix == ".css"], ids=lambda path: path.name)
def test_every_file_a_stylesheet_names_is_there(path: Path) -> None:
    for target in re.findall(r"url\(\"?([^\")]+)\"?\)", path.read_text("utf-8")):
        assert (path.parent / target).resolve().is_file(), target


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ('<p style="color:red">x</p>', "a style attribute"),
        ("<style>p{}</style>", "a style element"),
        ("<script>go()</script>", "a script in the page"),
        ('<button onclick="go()">x</button>', "a handler in an attribute"),
        ('<a href="javascript:go()">x</a>', "a javascript: address"),
        ('<p hx-on:click="go()">x</p>', "a script in htmx"),
        ("<p hx-vals='js:{a: 1}'>x</p>", "a script in htmx"),
        ('<img src="//other.example/x.png">', "another host"),
        ('<link href="https://other.example/x.css">', "another host"),
    ],
)
def test_the_guard_sees_each_offence(source: str, what: str) -> None:
    assert what in offences(source)


def test_the_guard_lets_innocent_markup_pass() -> None:
    assert offences('<script src="{% static "a.js" %}" defer></script><p class="on-off" data-style="x">') == []
    assert (
        bare_words('<p title="Said">{% translate "Said" %}</p>{% blocktranslate %}Said {{ x }}{% endblocktranslate %}')
        == []
    )
    assert bare_words("<p>Said aloud</p>") == ["Said", "aloud"]
