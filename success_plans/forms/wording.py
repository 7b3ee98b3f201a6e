"""Input shapes of the district's list of phrases."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from success_plans.forms.plans import LanguageMixin


class PhraseForm(LanguageMixin):
    """A phrase and what to say instead."""

    phrase = forms.CharField(label=_("The phrase"), max_length=120)
    instead = forms.CharField(label=_("What to say instead"), max_length=300)

    field_order = ("phrase", "instead", "language")
