"""A framework, its scale and what can be learned."""

from __future__ import annotations

from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from competencies import models
from competencies.choices import AssociationKind, WordingKind

LEVELS = {
    1: ("Starting", "Al inicio"),
    2: ("Building", "En camino"),
    3: ("Shown", "Demostrado"),
    4: ("Deeper", "A fondo"),
}


class ScaleFactory(DjangoModelFactory):
    """1 to 4, in words of both languages."""

    class Meta:
        model = models.Scale
        skip_postgeneration_save = True

    name = "Four steps"

    @factory.post_generation
    def levels(scale, create, extracted, **kwargs):
        models.Level.objects.bulk_create(
            models.Level(scale=scale, value=Decimal(value), names={"en": en, "es": es})
            for value, (en, es) in LEVELS.items()
        )


class LevelFactory(DjangoModelFactory):
    """One more level; a scale from `ScaleFactory` has its four already."""

    class Meta:
        model = models.Level

    scale = factory.SubFactory(ScaleFactory)
    value = Decimal(5)
    names = {"en": "Further", "es": "Más allá"}


class FrameworkFactory(DjangoModelFactory):
    """A framework in use with target 3 of 4."""

    class Meta:
        model = models.Framework

    title = "Mathematics and Me"
    source_id = factory.Sequence(lambda n: f"framework-{n}")
    scale = factory.SubFactory(ScaleFactory)
    target = Decimal(3)
    is_published = True
    is_in_use = True


class CompetencyFactory(DjangoModelFactory):
    """Something that can be learned."""

    class Meta:
        model = models.Competency

    framework = factory.SubFactory(FrameworkFactory)
    source_id = factory.Sequence(lambda n: f"competency-{n}")
    code = factory.Sequence(lambda n: f"M.{n}")
    name = factory.Sequence(lambda n: f"Idea {n}")
    statement = factory.LazyAttribute(lambda c: f"The learner shows {c.name.lower()}.")
    grades = ["05"]
    subjects = ["Mathematics"]
    position = factory.Sequence(lambda n: n)


class AssociationFactory(DjangoModelFactory):
    """`origin` comes before `destination`."""

    class Meta:
        model = models.Association

    framework = factory.LazyAttribute(lambda a: a.destination.framework)
    kind = AssociationKind.PRECEDES
    source_id = factory.Sequence(lambda n: f"edge-{n}")
    origin = factory.SubFactory(CompetencyFactory)
    destination = factory.SubFactory(CompetencyFactory)
    origin_source_id = factory.LazyAttribute(lambda a: a.origin.source_id)
    destination_source_id = factory.LazyAttribute(lambda a: a.destination.source_id)


class WordingFactory(DjangoModelFactory):
    """What a family reads about a competency."""

    class Meta:
        model = models.Wording

    competency = factory.SubFactory(CompetencyFactory)
    kind = WordingKind.FAMILY
    language = "en"
    text = "Can do this with things at home."
