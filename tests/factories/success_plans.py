"""Plans and what people say in them."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from success_plans import models
from success_plans.choices import NeedDomain, StatementKind, Voice
from tests.factories.accounts import PersonFactory, StudentFactory, days_ago


class PlanFactory(DjangoModelFactory):
    """A plan nobody has spoken in yet."""

    class Meta:
        model = models.Plan

    student = factory.SubFactory(StudentFactory)
    created_by = factory.SubFactory(PersonFactory)


class PlanStatementFactory(DjangoModelFactory):
    """A strength in the student's own words."""

    class Meta:
        model = models.PlanStatement

    plan = factory.SubFactory(PlanFactory)
    kind = StatementKind.STRENGTH
    voice = Voice.STUDENT
    text = "I explain things well."
    language = "en"
    author = factory.SubFactory(PersonFactory)
    said_on = days_ago(5)


class NeedFactory(DjangoModelFactory):
    """An open need."""

    class Meta:
        model = models.Need

    plan = factory.SubFactory(PlanFactory)
    domain = NeedDomain.ACADEMIC
    text = "More time with fractions."
    language = "en"
    author = factory.SubFactory(PersonFactory)
    opened_on = days_ago(5)
    review_on = days_ago(-30)


class GoalFactory(DjangoModelFactory):
    """An intention; give measure, baseline, target, due_on and helper to make it a goal."""

    class Meta:
        model = models.Goal

    plan = factory.SubFactory(PlanFactory)
    text = "Read a chapter a week."
    language = "en"
    author = factory.SubFactory(PersonFactory)
