"""Evidence that is simply there. To record it as a person would, use `tests.cast.see`."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

import factory
import pgtrigger
from django.utils import timezone
from factory.django import DjangoModelFactory

from assessments import models
from assessments.choices import Context, InstrumentKind, InstrumentState, MethodName
from tests.factories.accounts import PersonFactory, SchoolFactory, SectionFactory, StudentFactory
from tests.factories.competencies import CompetencyFactory, FrameworkFactory


class EvidenceFactory(DjangoModelFactory):
    """One piece, without the refresh request that the service would write."""

    class Meta:
        model = models.Evidence

    key = factory.LazyFunction(uuid.uuid4)
    order_key = factory.LazyAttribute(lambda e: e.key)
    student = factory.SubFactory(StudentFactory)
    competency = factory.SubFactory(CompetencyFactory)
    value = Decimal(3)
    context = Context.CLASSWORK
    task_key = factory.LazyAttribute(lambda e: str(e.key))
    observed_on = factory.LazyFunction(timezone.localdate)
    recorded_by = factory.SubFactory(PersonFactory)
    rater = factory.LazyAttribute(lambda e: e.recorded_by)


class MethodChoiceFactory(DjangoModelFactory):
    """The first choice of a method for a framework."""

    class Meta:
        model = models.MethodChoice

    framework = factory.SubFactory(FrameworkFactory)
    version = 1
    method = MethodName.CRITERION


class InstrumentFactory(DjangoModelFactory):
    """A rubric of a school's library, without a version yet."""

    class Meta:
        model = models.Instrument

    kind = InstrumentKind.RUBRIC
    school = factory.SubFactory(SchoolFactory)
    created_by = factory.SubFactory(PersonFactory)


class InstrumentVersionFactory(DjangoModelFactory):
    """A published version; `state=InstrumentState.DRAFT` for one that is worked on."""

    class Meta:
        model = models.InstrumentVersion

    instrument = factory.SubFactory(InstrumentFactory)
    number = 1
    state = InstrumentState.PUBLISHED
    title = factory.Sequence(lambda n: f"Instrument {n}")
    purpose = "See how an idea is explained."
    language = "en"
    validity_note = "One look at one idea."
    source = "Made at school"
    created_by = factory.LazyAttribute(lambda v: v.instrument.created_by)
    published_by = factory.LazyAttribute(lambda v: v.created_by if v.state == InstrumentState.PUBLISHED else None)
    published_at = factory.LazyAttribute(lambda v: timezone.now() if v.state == InstrumentState.PUBLISHED else None)


def _before_it_was_published(*parts):
    """Parts are put in before a version is published; here they come after it."""
    return pgtrigger.ignore(*(f"{part._meta.label}:stays_when_published" for part in parts))


class PartFactory(DjangoModelFactory):
    """A part of a version, as it was put in while that was a draft."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with _before_it_was_published(model_class):
            return super()._create(model_class, *args, **kwargs)


class AlignmentFactory(PartFactory):
    """What a version gives evidence on."""

    class Meta:
        model = models.Alignment

    version = factory.SubFactory(InstrumentVersionFactory)
    competency = factory.SubFactory(CompetencyFactory)


class CriterionFactory(PartFactory):
    """A criterion with all four levels of the usual scale described, and its competency aligned."""

    class Meta:
        model = models.Criterion
        skip_postgeneration_save = True

    version = factory.SubFactory(InstrumentVersionFactory)
    competency = factory.SubFactory(CompetencyFactory)
    name = factory.Sequence(lambda n: f"Criterion {n}")
    position = factory.Sequence(lambda n: n)

    @factory.post_generation
    def levels(criterion, create, extracted, **kwargs):
        with _before_it_was_published(models.CriterionLevel, models.Alignment):
            models.CriterionLevel.objects.bulk_create(
                models.CriterionLevel(criterion=criterion, value=Decimal(value), text=f"What level {value} looks like.")
                for value in range(1, 5)
            )
            models.Alignment.objects.get_or_create(version=criterion.version, competency=criterion.competency)


class ItemFactory(PartFactory):
    """One question of a check, its competency aligned."""

    class Meta:
        model = models.Item
        skip_postgeneration_save = True

    version = factory.SubFactory(InstrumentVersionFactory, instrument__kind=InstrumentKind.CHECK)
    competency = factory.SubFactory(CompetencyFactory)
    key = factory.Sequence(lambda n: f"{n}a")
    prompt = "Which is more, one half or one third?"
    position = factory.Sequence(lambda n: n)

    @factory.post_generation
    def alignment(item, create, extracted, **kwargs):
        with _before_it_was_published(models.Alignment):
            models.Alignment.objects.get_or_create(version=item.version, competency=item.competency)


class InstrumentFormFactory(PartFactory):
    """One form of a task."""

    class Meta:
        model = models.InstrumentForm

    version = factory.SubFactory(InstrumentVersionFactory)
    title = factory.Sequence(lambda n: f"Form {n}")
    language = "en"
    position = factory.Sequence(lambda n: n)


class AccommodationFactory(PartFactory):
    """What goes with a form."""

    class Meta:
        model = models.Accommodation

    form = factory.SubFactory(InstrumentFormFactory)


class AssignmentFactory(DjangoModelFactory):
    """Work of a class, open since a week."""

    class Meta:
        model = models.Assignment

    key = factory.LazyFunction(uuid.uuid4)
    version = factory.SubFactory(InstrumentVersionFactory)
    section = factory.SubFactory(SectionFactory)
    title = "Build a bridge"
    language = "en"
    opens_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=7))
    created_by = factory.SubFactory(PersonFactory)


class SubmissionFactory(DjangoModelFactory):
    """Handed in by the student; `submitted_at=None` for one that is not."""

    class Meta:
        model = models.Submission

    assignment = factory.SubFactory(AssignmentFactory)
    student = factory.SubFactory(StudentFactory)
    text = "I built it from paper."
    language = "en"
    submitted_at = factory.LazyFunction(timezone.now)
    submitted_by = factory.LazyAttribute(lambda s: s.student.person)


class ScoringFactory(DjangoModelFactory):
    """A judgement that was begun. To finish one as a person would, use the service."""

    class Meta:
        model = models.Scoring

    submission = factory.SubFactory(SubmissionFactory)
    rater = factory.SubFactory(PersonFactory)
