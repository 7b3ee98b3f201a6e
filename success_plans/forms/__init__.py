"""Input shapes of the plan, a file for each noun. At most three fields of any form are required."""

from __future__ import annotations

from success_plans.forms.plans import (
    DATE,
    TEXT,
    WRITTEN,
    GoalEndForm,
    GoalForm,
    LanguageMixin,
    NeedEndForm,
    NeedForm,
    RewordForm,
    StatementForm,
    TranslationForm,
)

__all__ = [
    "DATE",
    "TEXT",
    "WRITTEN",
    "GoalEndForm",
    "GoalForm",
    "LanguageMixin",
    "NeedEndForm",
    "NeedForm",
    "RewordForm",
    "StatementForm",
    "TranslationForm",
]
