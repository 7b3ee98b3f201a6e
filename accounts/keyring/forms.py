"""Input shapes for what happens to an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import SCHOOL_ROLES
from accounts.keyring.selectors import GIVEN


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=200,
        help_text=_("Kept with the day and your name. Write no student’s name."),
        error_messages={"required": _("Say why.")},
    )


class RoleForm(ReasonForm):
    """Which role is given, and where."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[("", _("Choose a role")), *((role.value, role.label) for role in GIVEN)],
        error_messages={"required": _("Choose a role.")},
    )
    school = forms.ChoiceField(
        label=_("School"), required=False, help_text=_("For plan leads and principals; others hold it district-wide.")
    )
    field_order = ("role", "school", "reason")

    def __init__(self, *args: Any, schools: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].choices = [("", _("The whole district")), *schools]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A role of a school names its school, the others none."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        at_school = data.get("role") in SCHOOL_ROLES
        if "role" in data and at_school != bool(data.get("school")):
            wrong = _("Choose the school.") if at_school else _("This role is held in the whole district.")
            self.add_error("school", wrong)
        return data
