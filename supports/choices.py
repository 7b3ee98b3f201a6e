"""The closed lists of supports and flags."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class FocusKind(models.TextChoices):
    """Why a competency is in focus."""

    LEARN = "learn", _("learn")
    DEEPEN = "deepen", _("go deeper")


class RuleName(models.TextChoices):
    """The flag rules (docs/methods.md)."""

    READY_NEXT = "READY_NEXT", _("Ready for next")
    READY_DEEPER = "READY_DEEPER", _("Ready for deeper")
    STALLED = "STALLED", _("Stayed at one level")
    PREREQ_GAP = "PREREQ_GAP", _("An earlier idea first")
    NOT_SEEN_YET = "NOT_SEEN_YET", _("Not looked at yet")
    NO_EVIDENCE = "NO_EVIDENCE", _("No evidence lately")
    RATERS_DIFFER = "RATERS_DIFFER", _("Two views of one work")


READY_RULES = frozenset({RuleName.READY_NEXT, RuleName.READY_DEEPER})


class FlagState(models.TextChoices):
    """Open and acknowledged are live; the other four are ends."""

    OPEN = "open", _("open")
    ACKNOWLEDGED = "acknowledged", _("seen")
    LINKED = "linked", _("a support started")
    DISMISSED = "dismissed", _("not right")
    RESOLVED = "resolved", _("ended by itself")
    LAPSED = "lapsed", _("reached its last day")


LIVE_FLAG_STATES = (FlagState.OPEN, FlagState.ACKNOWLEDGED)


class DismissReason(models.TextChoices):
    """Why a flag was not right; feeds the rule audit."""

    WRONG = "wrong", _("The evidence does not say this")
    KNOWN = "known", _("We know and are already on it")
    NOT_NOW = "not_now", _("Right, but not now")
    OTHER_COMPETENCY = "other_competency", _("Something else matters more")


class SupportType(models.TextChoices):
    """What kind of help: one list for everyone, enrichment and acceleration included."""

    CORE = "core", _("in class")
    EXTRA_TIME = "extra_time", _("extra time")
    TUTORING = "tutoring", _("tutoring")
    PEER = "peer", _("peer partners")
    ENRICHMENT = "enrichment", _("enrichment")
    ACCELERATION = "acceleration", _("acceleration")
    COUNSELLING = "counselling", _("counselling")
    FAMILY = "family", _("with the family")
    SERVICE = "service", _("service")
    COMMUNITY = "community", _("in the community")


class Setting(models.TextChoices):
    """Where it happens."""

    SCHOOL = "school", _("at school")
    HOME = "home", _("at home")
    COMMUNITY = "community", _("in our community")


class SupportState(models.TextChoices):
    """Every support ends: finished, or stopped on the way."""

    PLANNED = "planned", _("planned")
    RUNNING = "running", _("running")
    FINISHED = "finished", _("finished")
    STOPPED = "stopped", _("stopped")


class SessionState(models.TextChoices):
    """What became of a session of a support."""

    HELD = "held", _("took place")
    ABSENT = "absent", _("the student was away")
    CANCELLED = "cancelled", _("called off")


class ReferralState(models.TextChoices):
    """The loop of a referral. Not reached is never done."""

    OFFERED = "offered", _("offered to the family")
    ACCEPTED = "accepted", _("the family said yes")
    DECLINED = "declined", _("the family said no")
    STARTED = "started", _("it has begun")
    ATTENDED = "attended", _("the student is taking part")
    NOT_REACHED = "not_reached", _("not reached yet")
    ENDED = "ended", _("ended")


class ShowingState(models.TextChoices):
    """A wish to show something now: asked, with a day, then done or taken back."""

    ASKED = "asked", _("asked")
    DATED = "dated", _("has a day")
    DONE = "done", _("shown")
    WITHDRAWN = "withdrawn", _("taken back")


OPEN_SHOWINGS = (ShowingState.ASKED, ShowingState.DATED)
