"""Words about people in templates; a builtin, like the components."""

from __future__ import annotations

from django import template

from accounts.names import grade_word

register = template.Library()


@register.filter
def grade(code: str) -> str:
    """A grade as people say it: `{{ student.grade|grade }}` is 5 for "05"."""
    return grade_word(code)
