"""Input shapes of the people side."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import ReadPurpose


class PurposeForm(forms.Form):
    """Why a school role opens a student's page."""

    purpose = forms.ChoiceField(
        label=_("Why do you open this plan?"),
        choices=ReadPurpose.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why you open this plan.")},
    )
