"""The closed lists of the plan."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class StatementKind(models.TextChoices):
    """What a sentence in the plan is about. Strengths come first, needs come after."""

    STRENGTH = "strength", _("Strengths")
    INTEREST = "interest", _("Interests")
    LEARNING = "learning", _("How I learn best")
    TRUST = "trust", _("People I trust")
    HOPE = "hope", _("Hopes")
    KNOW = "know", _("What I want adults to know")
    HOME = "home", _("What works at home")
    CONCERN = "concern", _("What we wonder about")


STUDENT_VOICE = (
    StatementKind.STRENGTH,
    StatementKind.INTEREST,
    StatementKind.LEARNING,
    StatementKind.TRUST,
    StatementKind.HOPE,
    StatementKind.KNOW,
)
FAMILY_VOICE = (StatementKind.STRENGTH, StatementKind.HOPE, StatementKind.HOME, StatementKind.CONCERN)


class Voice(models.TextChoices):
    """Who says it."""

    STUDENT = "student", _("student")
    FAMILY = "family", _("family")
    STAFF = "staff", _("school")


class NeedDomain(models.TextChoices):
    """What a need is about. Health, family and wellbeing are closed by default."""

    ACADEMIC = "academic", _("learning")
    INTERESTS = "interests", _("interests")
    SOCIAL = "social", _("getting along and feelings")
    HEALTH = "health", _("health")
    BASIC = "basic", _("family and basic needs")


SENSITIVE_DOMAINS = frozenset({NeedDomain.SOCIAL, NeedDomain.HEALTH, NeedDomain.BASIC})


class NeedState(models.TextChoices):
    """A need is open until it is met or no longer true; it is never deleted."""

    OPEN = "open", _("open")
    MET = "met", _("met")
    ENDED = "ended", _("no longer true")


class GoalState(models.TextChoices):
    """Where a goal stands."""

    ACTIVE = "active", _("working on it")
    REACHED = "reached", _("reached")
    CHANGED = "changed", _("changed")
    PAUSED = "paused", _("paused")
