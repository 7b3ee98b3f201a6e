"""Pathways as they stand when they are open: two experiences, ways in and on, and what they lead to."""

from __future__ import annotations

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from competencies import models
from competencies.choices import DesignerVoice, ExperienceKind, PathwayState, WayKind
from competencies.pathway_content import content_of, parts_of
from tests.factories.accounts import PersonFactory, days_ago
from tests.factories.competencies import CompetencyFactory


class PathwayFactory(DjangoModelFactory):
    """A published pathway of the whole district.

    `bare=True` leaves out the two experiences, the two ways in, the two ways on, the competency and the version;
    `competencies=[...]` names what it leads to, instead of one of its own.
    """

    class Meta:
        model = models.Pathway
        skip_postgeneration_save = True

    bare = False
    competencies = None
    title = factory.Sequence(lambda n: f"Bridges and rivers {n}")
    promise = "Build something people walk on."
    about = "With an engineer you study a small bridge and build a better one."
    interests = ["building", "outdoors"]
    after_school = "Apprenticeship in bridge work."
    when_and_where = "Two afternoons a week, by the river."
    languages = ["en"]
    language = "en"
    state = PathwayState.PUBLISHED
    proposed_by = factory.SubFactory(PersonFactory)
    published_at = factory.LazyFunction(timezone.now)
    published_number = factory.LazyAttribute(lambda p: 0 if p.bare else 1)

    @classmethod
    def _create(cls, model_class, *args, bare, competencies, **kwargs):
        pathway = super()._create(model_class, *args, **kwargs)
        if not bare:
            _fill(pathway, competencies)
        return pathway


def _fill(pathway, competencies) -> None:
    first = PathwayExperienceFactory(pathway=pathway, position=0)
    second = PathwayExperienceFactory(
        pathway=pathway, position=1, kind=ExperienceKind.INTERNSHIP, title="At the bridge works", hours=60
    )
    PathwayWayFactory(pathway=pathway, kind=WayKind.IN, title="From an interest in building", position=0)
    PathwayWayFactory(pathway=pathway, kind=WayKind.IN, title="From another pathway", at=second, position=1)
    PathwayWayFactory(pathway=pathway, kind=WayKind.ON, title="Back to building at school", at=first, position=0)
    PathwayWayFactory(pathway=pathway, kind=WayKind.ON, title="To an apprenticeship", at=second, position=1)
    named = competencies if competencies is not None else [CompetencyFactory()]
    for number, competency in enumerate(named):
        models.PathwayCompetency.objects.create(
            pathway=pathway, competency=competency, experience=first, position=number
        )
    models.PathwayVersion.objects.create(
        pathway=pathway,
        number=1,
        content=content_of(parts_of(pathway), voices=[DesignerVoice.EDUCATOR]),
        published_by=pathway.proposed_by,
    )


def publish_pathway(pathway: models.Pathway) -> models.PathwayVersion:
    """The draft as it stands, opened as the next version."""
    pathway.published_number += 1
    pathway.save()
    return models.PathwayVersion.objects.create(
        pathway=pathway,
        number=pathway.published_number,
        content=content_of(parts_of(pathway), voices=[DesignerVoice.EDUCATOR]),
        published_by=pathway.proposed_by,
    )


class PathwayExperienceFactory(DjangoModelFactory):
    """A project within a pathway."""

    class Meta:
        model = models.PathwayExperience

    pathway = factory.SubFactory(PathwayFactory, bare=True)
    kind = ExperienceKind.PROJECT
    title = "A small bridge"
    about = "Measure, draw, build a model."
    place = "By the river"
    hours = 40


class PathwayWayFactory(DjangoModelFactory):
    """A way into a pathway."""

    class Meta:
        model = models.PathwayWay

    pathway = factory.SubFactory(PathwayFactory, bare=True)
    kind = WayKind.IN
    title = "From an interest in building"


class PathwayDesignerFactory(DjangoModelFactory):
    """An educator who designs a pathway."""

    class Meta:
        model = models.PathwayDesigner

    pathway = factory.SubFactory(PathwayFactory, bare=True)
    person = factory.SubFactory(PersonFactory)
    voice = DesignerVoice.EDUCATOR
    starts_on = days_ago(20)


class PathwayCommentFactory(DjangoModelFactory):
    """What an educator asked for."""

    class Meta:
        model = models.PathwayComment

    pathway = factory.SubFactory(PathwayFactory, bare=True)
    voice = DesignerVoice.EDUCATOR
    text = "Show the work to people who will use it."
    language = "en"
    author = factory.SubFactory(PersonFactory)
