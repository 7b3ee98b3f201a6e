"""Collects the strings that a person may read: templates, translatable Python strings, catalogues, data. Pure."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

APPS = ("accounts", "competencies", "assessments", "supports", "success_plans", "dashboards", "config")
SPOKEN_ATTRIBUTES = frozenset({"alt", "title", "placeholder", "label", "aria-label", "aria-description", "summary"})
QUIET_TAGS = re.compile(
    r"\s*(?:include|extends|url|static|load|partial|partialdef|endpartialdef|block|endblock|if|elif|for)\b"
)
GETTEXT = {
    "_": 0, "gettext": 0, "gettext_lazy": 0, "gettext_noop": 0, "ngettext": 0, "ngettext_lazy": 0,
    "pgettext": 1, "pgettext_lazy": 1, "npgettext": 1, "npgettext_lazy": 1,
}  # fmt: skip
"""Names of the translating functions, and how many leading arguments are context rather than text."""
NOT_PROSE = frozenset(
    {"id", "code", "kind", "type", "setting", "fits", "strand", "context", "competency", "from", "to", "language"}
)

Found = tuple[str, str]
"""(language, text)"""


class _Spoken(HTMLParser):
    """Keeps text outside script and style, and the attributes that are read aloud."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._silent += 1
        named = dict(attrs)
        spoken = SPOKEN_ATTRIBUTES | (
            {"value"} if tag == "input" and named.get("type") in ("submit", "button") else set()
        )
        self.texts += [value for name, value in attrs if value and name in spoken]
        if tag == "meta" and named.get("name") == "description":
            self.texts.append(named.get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(0, self._silent - 1)

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.texts.append(" ".join(data.split()))


def template_texts(source: str) -> Iterator[Found]:
    """What a person reads of a Django template: text, read-aloud attributes and translated arguments."""
    source = re.sub(r"{#.*?#}|{%\s*comment\b.*?%}.*?{%\s*endcomment\s*%}|<!--.*?-->", " ", source, flags=re.DOTALL)
    for tag in re.findall(r"{%(.*?)%}", source, flags=re.DOTALL):
        if not QUIET_TAGS.match(tag):
            yield from (("en", a or b) for a, b in re.findall(r'"([^"]*)"|\'([^\']*)\'', tag) if " " in (a or b))
        if re.match(r"\s*(?:translate|trans)\b", tag):
            yield from (("en", a or b) for a, b in re.findall(r'"([^"]*)"|\'([^\']*)\'', tag))
        yield from (("en", text) for text in re.findall(r'_\(["\'](.*?)["\']\)', tag))
    spoken = _Spoken()
    spoken.feed(re.sub(r"{%.*?%}|{{.*?}}", " ", source, flags=re.DOTALL))
    yield from (("en", text) for text in spoken.texts)


def python_texts(source: str) -> Iterator[Found]:
    """The literals given to gettext and its kin; identifiers, docstrings and comments are no one's reading."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in GETTEXT:
            for argument in node.args[GETTEXT[name] :]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield "en", argument.value


def catalogue_texts(path: Path) -> Iterator[Found]:
    """Message ids (English) and their translations in the language of the catalogue's folder."""
    language = path.parent.parent.name.split("_")[0]
    with path.open("rb") as handle:
        for message in read_po(handle):
            ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
            strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
            yield from (("en", text) for text in ids if text)
            yield from ((language, text) for text in strings if text)


def data_texts(data: Any, language: str = "en") -> Iterator[Found]:
    """Every sentence of a data file; a key `es` or a sibling `language` says which language it is in."""
    if isinstance(data, str):
        yield language, data
    elif isinstance(data, list):
        for value in data:
            yield from data_texts(value, language)
    elif isinstance(data, dict):
        own = data.get("language", language)
        for key, value in data.items():
            if key == "translations":
                for spoken, texts in value.items():
                    yield from data_texts(texts, spoken)
            elif key not in NOT_PROSE:
                yield from data_texts(value, key if key in ("en", "es") else own)


def human_texts(root: Path) -> Iterator[tuple[str, str, str]]:
    """Everything a person may read in the repository, as (file, language, text)."""
    for path in sorted((root / "templates").rglob("*")):
        if path.suffix in (".html", ".txt", ".svg"):
            for language, text in template_texts(path.read_text(encoding="utf-8")):
                yield str(path.relative_to(root)), language, text
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            if "migrations" not in path.parts:
                for language, text in python_texts(path.read_text(encoding="utf-8")):
                    yield str(path.relative_to(root)), language, text
    for path in sorted((root / "locale").rglob("*.po")):
        for language, text in catalogue_texts(path):
            yield str(path.relative_to(root)), language, text
    starter = root / "supports" / "starter" / "catalogue.json"
    for path in [*sorted((root / "config" / "demo" / "data").glob("*.json")), starter]:
        for language, text in data_texts(json.loads(path.read_text(encoding="utf-8"))):
            yield str(path.relative_to(root)), language, text
