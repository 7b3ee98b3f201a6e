"""The closed lists of what we see and what it adds up to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Context(models.TextChoices):
    """Where a piece was seen. Unknown counts as one context of its own."""

    UNKNOWN = "", _("not said")
    CLASSWORK = "classwork", _("classwork")
    QUIZ = "quiz", _("quiz")
    PERFORMANCE = "performance_task", _("performance task")
    OBSERVATION = "observation", _("observation")
    CONVERSATION = "conversation", _("conversation")
    PROJECT = "project", _("project")
    COMMUNITY = "community", _("community")


class EvidenceKind(models.TextChoices):
    """Who says it. Only a teacher's judgement, and what a teacher accepted, counts."""

    TEACHER = "teacher", _("teacher’s judgement")
    SELF = "self", _("student’s own view")
    FAMILY = "family", _("family observation")
    PARTNER = "partner", _("partner observation")
    RESULT = "result", _("imported result")


class MethodName(models.TextChoices):
    """The mastery methods a district may choose from (docs/methods.md)."""

    CRITERION = "criterion", _("criterion")
    HIGHEST = "highest", _("highest")
    LATEST = "latest", _("latest")
    DECAYING = "decaying", _("decaying")
    BEST_N = "best_n", _("best n")
    AVERAGE = "average", _("average")
    WEIGHTED = "weighted", _("weighted")
    N_MASTERY = "n_mastery", _("n mastery")
    MEDIAN_RECENT = "median_recent", _("median of recent")
    POWER_LAW = "power_law", _("power law")


class Shape(models.TextChoices):
    """How a summary is drawn and said."""

    OPEN = "open", _("Open")
    BUILDING = "building", _("Building")
    SHOWN = "shown", _("Shown")
    DEEPER = "deeper", _("Deeper")


class Priority(models.IntegerChoices):
    """Whose work goes first: a person's, then an import's, then a recompute's."""

    PERSON = 0, _("a person")
    IMPORT = 1, _("an import")
    RECOMPUTE = 2, _("a recompute")


class InstrumentKind(models.TextChoices):
    """What we look with."""

    CHECK = "check", _("formative check")
    RUBRIC = "rubric", _("rubric")
    PERFORMANCE = "performance_task", _("performance task")
    OBSERVATION = "observation", _("observation")
    CONVERSATION = "conversation", _("conversation")
    SELF = "self", _("self-assessment")
    FAMILY = "family", _("family observation")
    PARTNER = "partner", _("partner observation")
    DIAGNOSTIC = "diagnostic", _("first look")


class InstrumentState(models.TextChoices):
    """A version is worked on, or it stands for ever."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")


class Depth(models.TextChoices):
    """How deep an instrument asks: with help of a model, in a known setting, in a new one."""

    KNOW = "know", _("know it")
    USE = "use", _("use it")
    TRANSFER = "transfer", _("use it somewhere new")


class AccommodationFor(models.TextChoices):
    """Whom an accommodation helps first; anyone may use it."""

    EVERYONE = "everyone", _("everyone")
    LANGUAGE = "language", _("students who learn English")
    DISABILITY = "disability", _("students with a disability")


class Speaker(models.TextChoices):
    """As whom somebody says something about an instrument."""

    TEACHER = "teacher", _("teacher")
    STUDENT = "student", _("student")
    FAMILY = "family", _("family")


class ContributionKind(models.TextChoices):
    """A comment, or a proposal that wants an answer."""

    COMMENT = "comment", _("comment")
    PROPOSAL = "proposal", _("proposal")


class ContributionState(models.TextChoices):
    """What became of it."""

    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("taken up")
    DECLINED = "declined", _("not taken up")


class ScoringKind(models.TextChoices):
    """Whose view of a work it is. The student's own stands beside, and is never averaged in."""

    TEACHER = "teacher", _("teacher’s judgement")
    SELF = "self", _("student’s own view")


class ModerationReason(models.TextChoices):
    """Why two people talk about a work."""

    DIFFER = "differ", _("two judgements differ")
    ASKED = "asked", _("somebody asked")


class RollupRule(models.TextChoices):
    """How a parent is met by its children."""

    ALL = "all", _("all of them")
    POINTS = "points", _("points")


class ImportAction(models.IntegerChoices):
    """What a row of an import does to what is stored."""

    NEW = 1, _("new")
    CHANGE = 2, _("corrected")
    WITHDRAW = 3, _("taken back")
