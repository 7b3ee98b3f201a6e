"""Focus, flags, supports and the catalogue."""

from __future__ import annotations

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from supports import models
from supports.choices import RuleName, Setting, SupportType
from tests.factories.accounts import PersonFactory, StudentFactory, days_ago
from tests.factories.competencies import CompetencyFactory


class FocusFactory(DjangoModelFactory):
    """What a section (give `section=`) or a student (give `student=`) works on now."""

    class Meta:
        model = models.Focus

    competency = factory.SubFactory(CompetencyFactory)
    starts_on = days_ago(10)
    ends_on = days_ago(-60)
    chosen_by = factory.SubFactory(PersonFactory)


class RuleSettingFactory(DjangoModelFactory):
    """The first setting of a rule, as it comes."""

    class Meta:
        model = models.RuleSetting

    rule = RuleName.NO_EVIDENCE
    version = 1


class FlagFactory(DjangoModelFactory):
    """An open flag that a worker did not make; most tests let evidence make it."""

    class Meta:
        model = models.Flag

    student = factory.SubFactory(StudentFactory)
    rule = RuleName.READY_NEXT
    rule_version = 1
    competency = factory.SubFactory(CompetencyFactory)
    subject = factory.LazyAttribute(lambda f: str(f.competency.pk))
    framework_version = 1
    owner = factory.SubFactory(PersonFactory)
    reason = factory.LazyFunction(
        lambda: {"code": "ready_next", "params": {"pieces": 2, "days": 2, "held": "3", "next": ""}}
    )
    opened_on = factory.LazyFunction(timezone.localdate)
    review_on = factory.LazyAttribute(lambda f: f.opened_on + timedelta(days=14))
    lapse_on = factory.LazyAttribute(lambda f: f.opened_on + timedelta(days=60))


class CatalogueEntryFactory(DjangoModelFactory):
    """Something to offer, with words for families in both languages."""

    class Meta:
        model = models.CatalogueEntry

    code = factory.Sequence(lambda n: f"entry-{n}")
    type = SupportType.PEER
    setting = Setting.SCHOOL
    wordings = factory.LazyFunction(
        lambda: {
            "en": {"title": "Partner work", "family": "Works with a partner twice a week.", "home": "Ask about it."},
            "es": {
                "title": "Trabajo en pareja",
                "family": "Trabaja en pareja dos veces por semana.",
                "home": "Pregunte.",
            },
        }
    )


class SupportFactory(DjangoModelFactory):
    """A running action that the family does not see yet."""

    class Meta:
        model = models.Support

    student = factory.SubFactory(StudentFactory)
    type = SupportType.PEER
    setting = Setting.SCHOOL
    title = "Partner work"
    owner = factory.SubFactory(PersonFactory)
    starts_on = days_ago(0)
    ends_on = days_ago(-42)
    created_by = factory.LazyAttribute(lambda s: s.owner)
