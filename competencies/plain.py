"""Markdown, HTML and LaTeX as one plain line, for names, lists and page titles. Pure."""

import html
import re

_PATTERNS = (
    (re.compile(r"```.*?```", re.DOTALL), " "),
    (re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE), " "),
    (re.compile(r"<[a-zA-Z/!][^>]{0,500}>"), " "),
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"^\s*\|?(\s*:?-{3,}:?\s*\|)+\s*:?-*:?\s*$", re.MULTILINE), " "),
    (re.compile(r"^\s{0,3}(#{1,6}\s+|>\s?|[-*+]\s+|\d{1,3}[.)]\s+)", re.MULTILINE), " "),
    (re.compile(r"\\(?:d|t)?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}"), r"\1/\2"),
    (re.compile(r"\\times\b"), "×"),
    (re.compile(r"\\div\b"), "÷"),
    (re.compile(r"\\(?:leq?|le)\b"), "≤"),
    (re.compile(r"\\(?:geq?|ge)\b"), "≥"),
    (re.compile(r"\\(?=[\\`*_{}\[\]()#+\-.!$|])"), ""),
    (re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"\$(?=\S)([^$\n]{1,200}?)(?<=\S)\$(?!\d)"), r"\1"),
    (re.compile(r"\s*\|\s*"), " "),
    (re.compile(r"\s+"), " "),
)
_LOOKED_AT = 4_000
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_])")


def plain(text: str) -> str:
    """The words of a statement on one line. Only the beginning of a very long text is looked at."""
    line = text[:_LOOKED_AT]
    for pattern, replacement in _PATTERNS:
        line = pattern.sub(replacement, line)
    return html.unescape(line).strip()


def shortened(text: str, length: int) -> str:
    """At most `length` characters, cut between words, with an ellipsis where something is missing."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > length // 2 else cut).rstrip(" ,;:–-") + "…"


def name_of(statement: str, *, length: int = 120) -> str:
    """A short name for a statement that has none: its first sentence, shortened. Never empty for a text with words."""
    line = plain(statement)
    first = _SENTENCE.split(line, maxsplit=1)[0]
    return shortened(first, length) or shortened(statement.strip(), length)
