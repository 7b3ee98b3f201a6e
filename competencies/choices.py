"""The closed lists of the learning side."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AssociationKind(models.TextChoices):
    """CASE association types, by their own names."""

    CHILD_OF = "isChildOf", _("is part of the branch")
    PEER_OF = "isPeerOf", _("is a peer of")
    PART_OF = "isPartOf", _("is part of")
    EXACT_MATCH = "exactMatchOf", _("is the same as")
    PRECEDES = "precedes", _("comes before")
    RELATED_TO = "isRelatedTo", _("is related to")
    REPLACED_BY = "replacedBy", _("is replaced by")
    EXEMPLAR = "exemplar", _("is an example of")
    SKILL_LEVEL = "hasSkillLevel", _("has the skill level")
    TRANSLATION_OF = "isTranslationOf", _("is a translation of")


class WordingKind(models.TextChoices):
    """For whom a sentence about a competency is written."""

    NAME = "name", _("name")
    STATEMENT = "statement", _("full statement")
    STUDENT = "student", _("in student words")
    FAMILY = "family", _("in family words")
    HOME = "home", _("what home can try")


class WorkingState(models.TextChoices):
    """Where the next version of a framework stands."""

    DRAFT = "draft", _("being written")
    REVIEW = "review", _("being read by others")
    PUBLISHED = "published", _("published")
    PUT_AWAY = "put_away", _("put away")


class Counting(models.TextChoices):
    """What evidence on one framework is for another one."""

    NOT = "not", _("stays where it was recorded")
    BESIDE = "beside", _("is shown beside")
    COUNTS = "counts", _("counts where the two are the same")


class PathwayState(models.TextChoices):
    """Where a pathway stands."""

    PROPOSED = "proposed", _("proposed")
    DESIGN = "design", _("being designed together")
    REVIEW = "review", _("being reviewed")
    PUBLISHED = "published", _("open to join")
    CLOSED = "closed", _("closed")


class ExperienceKind(models.TextChoices):
    """What a student does on a pathway."""

    PROJECT = "project", _("project")
    INTERNSHIP = "internship", _("internship")
    SERVICE = "service", _("service")
    COURSE = "course", _("course")


class WayKind(models.TextChoices):
    """A way into a pathway, or on from it."""

    IN = "in", _("way in")
    ON = "on", _("way on")


class DesignerVoice(models.TextChoices):
    """As whom somebody speaks while a pathway is designed."""

    EDUCATOR = "educator", _("educator")
    EMPLOYER = "employer", _("employer")
    COMMUNITY = "community", _("community")
    STUDENT = "student", _("student")
    FAMILY = "family", _("family")


MOST_BY_A_LINK = 30
"""How many people one link may let in to design a pathway."""


class RigorCriterion(models.TextChoices):
    """What a pathway is read against before it opens; each with a sentence in `competencies.rigor`."""

    AUTHENTIC = "authentic", _("Real work for real people")
    EXPECTED = "expected", _("The full expectation for everyone")
    DEPTH = "depth", _("Room to go deeper")
    OPEN_DOOR = "open_door", _("No test, marks or fee to get in")
    SUPPORTS = "supports", _("Tools, time and help fitted to each student")
    JUDGED = "judged", _("Work judged by what it shows, by more than one person")
    AFTER = "after", _("It opens something after school")
    REACH = "reach", _("Times, places and languages that families can reach")
