"""Shapes of what administrators send."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PublishForm(forms.Form):
    """Publishing the next version of a framework."""

    note = forms.CharField(
        label=_("What is new, in a sentence or two"),
        help_text=_("Everybody reads it beside the version. No names of students."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    show = forms.BooleanField(
        label=_("Show it to everyone"),
        help_text=_("Families, students and visitors can read it without signing in."),
        required=False,
    )
    in_use = forms.BooleanField(
        label=_("Use it in our schools"),
        help_text=_("Teachers can record evidence on it. What is in use stays in use."),
        required=False,
    )
