"""Evidence that is simply there. To record it as a person would, use `tests.cast.see`."""

from __future__ import annotations

import uuid
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from assessments import models
from assessments.choices import Context, MethodName
from tests.factories.accounts import PersonFactory, StudentFactory
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
