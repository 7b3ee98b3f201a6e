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
