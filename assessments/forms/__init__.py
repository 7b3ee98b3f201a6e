"""Input shapes of what we look with, what we see, and what is handed in; a module for each noun."""

from assessments.forms.evidence import CorrectForm, WithdrawForm, level_choices

__all__ = ["CorrectForm", "WithdrawForm", "level_choices"]
