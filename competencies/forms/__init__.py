"""Shapes of what people send, by noun."""

from competencies.forms.imports import ImportForm

__all__ = ["ImportForm"]
