"""How frameworks speak on a page: statements as safe HTML, texts with their language, grades in words."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from competencies import grades
from competencies.rendering import rendered
from competencies.texts import Text

register = template.Library()


@register.filter
def statement(text: str) -> SafeString:
    """A statement of a framework: Markdown and HTML made safe, formulas drawn."""
    return rendered(text)


@register.filter
def spoken(text: Text) -> SafeString:
    """A text, marked with its language where that is not the page's, and kept apart from what stands beside it."""
    if text.foreign:
        return format_html('<bdi lang="{}">{}</bdi>', text.language, text.text)
    return SafeString(conditional_escape(text.text))


@register.simple_tag
def lang_of(text: Text) -> SafeString:
    """The `lang` attribute of a block that holds this text; nothing where it is the page's language."""
    return format_html(' lang="{}"', text.language) if text.foreign else SafeString("")


@register.filter
def web_address(value: str) -> str:
    """An address a person may follow; empty for anything but http and https."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    return value if parts.scheme in {"http", "https"} and parts.netloc else ""


@register.filter
def grade_words(codes: Sequence[str]) -> str:
    """Grades in words: "Grade 3", "Grades 3 to 5", "Kindergarten, Grade 2"; what is not a grade stays as written."""
    known = [code for code in codes if grades.is_known(code)]
    numbers = [int(code) for code in known if code.isdigit()]
    words = [_word(code) for code in known if not code.isdigit() and grades.order(code) < grades.order("01")]
    if len(numbers) > 1 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        words.append(_("Grades %(first)d to %(last)d") % {"first": numbers[0], "last": numbers[-1]})
    else:
        words += [_("Grade %(number)d") % {"number": number} for number in numbers]
    words += [_word(code) for code in known if not code.isdigit() and grades.order(code) > grades.order("13")]
    words += [code for code in codes if not grades.is_known(code)]
    return ", ".join(words)


@register.filter
def grade_word(code: str) -> str:
    """One grade in words."""
    return _("Grade %(number)d") % {"number": int(code)} if code.isdigit() else _word(code)


def _word(code: str) -> str:
    names = {
        "IT": _("Infants and toddlers"),
        "PR": _("Preschool"),
        "PK": _("Pre-kindergarten"),
        "TK": _("Transitional kindergarten"),
        "KG": _("Kindergarten"),
        "PS": _("After high school"),
        "AE": _("Adult education"),
        "UG": _("Any grade"),
    }
    return names.get(code, code)
