"""Statements of imported frameworks as safe HTML: Markdown rendered, HTML sanitised, formulas drawn.

What was imported is stored to the letter; nothing is trusted until it comes out of `rendered`.
"""

from __future__ import annotations

import re

import nh3
from django.utils.html import linebreaks
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

from competencies.formulas import math_html

_TEXT_TAGS = ("p", "br", "strong", "b", "em", "i", "u", "s", "sub", "sup", "a", "span", "code", "pre", "blockquote")
_OTHER_TAGS = ("div", "hr", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td")
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
LONGEST = 20_000

# A formula in dollars: no space just inside them, no digit behind them, and something that only formulas have (or
# nothing but a short name or number), so that "$5 and $10" stays money.
_FORMULA = re.compile(
    r"\$\$(?P<block>[^$]{1,2000})\$\$"
    r"|(?<![\\$])\$(?=[^$\n]*[\\^_=+<>{}]|[A-Za-z0-9]{1,4}\$)(?=\S)(?P<line>(?:\\.|[^$\\\n]){1,600}?)(?<=\S)\$(?!\d)"
    r"|\\\((?P<round>.{1,600}?)\\\)"
    r"|\\\[(?P<square>.{1,2000}?)\\\]",
    re.DOTALL,
)
# One private-use character on each side of a number stands in for a formula while Markdown and the sanitiser work.
_OPEN, _CLOSE = "\ue000", "\ue001"
_STAND_IN = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")

_markdown = MarkdownIt("commonmark", {"html": True, "breaks": True, "maxNesting": 20}).enable("table")
_HEADING = re.compile(r"<(/?)h[1-6]\b[^>]*>", re.IGNORECASE)


def rendered(text: str) -> SafeString:
    """A statement as HTML that may stand on any page: no scripts, styles, pictures or other hosts' resources.

    Headings become bold paragraphs, because the page has its own outline. Links open the address they name and tell
    it nothing about where they were followed from. A text longer than `LONGEST` is shown as written, in paragraphs.
    """
    if len(text) > LONGEST:
        return SafeString(linebreaks(text, autoescape=True))  # noqa: S308 - escaped by it
    formulas: list[str] = []

    def stand_in(found: re.Match[str]) -> str:
        block = found["block"] or found["square"]
        formulas.append(math_html(block or found["line"] or found["round"] or "", block=bool(block)))
        return f"{_OPEN}{len(formulas) - 1}{_CLOSE}"

    source = text.replace(_OPEN, "").replace(_CLOSE, "")
    marked = _markdown.render(_FORMULA.sub(stand_in, source))
    marked = _HEADING.sub(lambda found: "</strong></p>" if found[1] else "<p><strong>", marked)
    safe = nh3.clean(
        marked,
        tags={*_TEXT_TAGS, *_OTHER_TAGS},
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    return SafeString(_STAND_IN.sub(lambda found: _formula(formulas, int(found[1])), safe))  # noqa: S308 - sanitised


def _formula(formulas: list[str], number: int) -> str:
    return formulas[number] if number < len(formulas) else ""
