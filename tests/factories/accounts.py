"""People, schools, sections and who is related to whom."""

from __future__ import annotations

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts import models
from accounts.choices import PartnerKind, RelationshipKind, Role
from accounts.names import sort_name


def days_ago(count: int):
    """A lazy date `count` days before today (negative: ahead)."""
    return factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=count))


class DistrictFactory(DjangoModelFactory):
    """The one district of a database."""

    class Meta:
        model = models.District
        django_get_or_create = ("id",)

    id = 1
    name = "Willow Creek District"
    languages = ["en", "es"]


class SchoolFactory(DjangoModelFactory):
    """A school made by hand."""

    class Meta:
        model = models.School

    name = factory.Sequence(lambda n: f"School {n}")


class SchoolYearFactory(DjangoModelFactory):
    """A school year with today in the middle of it."""

    class Meta:
        model = models.SchoolYear

    name = "This year"
    starts_on = days_ago(150)
    ends_on = days_ago(-150)


class CalendarExceptionFactory(DjangoModelFactory):
    """A day without school for every school."""

    class Meta:
        model = models.CalendarException

    day = factory.LazyFunction(timezone.localdate)
    school = None


class PersonFactory(DjangoModelFactory):
    """A person who cannot sign in; `UserFactory` gives them an account."""

    class Meta:
        model = models.Person

    given_name = factory.Sequence(lambda n: f"Given{n}")
    family_name = factory.Sequence(lambda n: f"Family{n}")
    sort_name = factory.LazyAttribute(lambda p: sort_name(p.family_name, p.given_name))
    languages = ["en"]


class UserFactory(DjangoModelFactory):
    """An account; pass `password` to sign in through the form."""

    class Meta:
        model = models.User
        skip_postgeneration_save = True

    person = factory.SubFactory(PersonFactory)
    username = factory.Sequence(lambda n: f"user{n}")
    email = ""

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(*args, **kwargs)


class StudentFactory(DjangoModelFactory):
    """A student of a school; `person__given_name=` names them."""

    class Meta:
        model = models.Student

    person = factory.SubFactory(PersonFactory)
    school = factory.SubFactory(SchoolFactory)
    grade = "05"
    entered_on = days_ago(150)


class SectionFactory(DjangoModelFactory):
    """A class that lasts for the whole school year."""

    class Meta:
        model = models.Section

    school = factory.SubFactory(SchoolFactory)
    school_year = factory.SubFactory(SchoolYearFactory)
    title = factory.Sequence(lambda n: f"Class {n}")
    subjects = ["Mathematics"]
    grades = ["05"]
    starts_on = factory.LazyAttribute(lambda s: s.school_year.starts_on)
    ends_on = factory.LazyAttribute(lambda s: s.school_year.ends_on + timedelta(days=1))


class EnrolmentFactory(DjangoModelFactory):
    """A seat for as long as the section lasts."""

    class Meta:
        model = models.Enrolment

    section = factory.SubFactory(SectionFactory)
    student = factory.SubFactory(StudentFactory)
    starts_on = factory.LazyAttribute(lambda e: e.section.starts_on)


class TeachingAssignmentFactory(DjangoModelFactory):
    """Someone who teaches a section; the relationships to its students are rows of their own."""

    class Meta:
        model = models.TeachingAssignment

    section = factory.SubFactory(SectionFactory)
    person = factory.SubFactory(PersonFactory)
    is_primary = True
    starts_on = factory.LazyAttribute(lambda t: t.section.starts_on)


class RelationshipFactory(DjangoModelFactory):
    """Why a person may see a student; open-ended."""

    class Meta:
        model = models.Relationship

    student = factory.SubFactory(StudentFactory)
    person = factory.SubFactory(PersonFactory)
    kind = RelationshipKind.GUARDIAN
    starts_on = days_ago(150)


class RoleAssignmentFactory(DjangoModelFactory):
    """A role from the start of the year on."""

    class Meta:
        model = models.RoleAssignment

    person = factory.SubFactory(PersonFactory)
    role = Role.TEACHER
    starts_on = days_ago(150)


class PartnerFactory(DjangoModelFactory):
    """An organisation outside the schools."""

    class Meta:
        model = models.Partner

    name = factory.Sequence(lambda n: f"Harrow Bridgeworks {n}")
    kind = PartnerKind.EMPLOYER
    about = "Builds and mends small bridges."


class PartnerMemberFactory(DjangoModelFactory):
    """Somebody who speaks for a partner since the start of the year."""

    class Meta:
        model = models.PartnerMember

    partner = factory.SubFactory(PartnerFactory)
    person = factory.SubFactory(PersonFactory)
    starts_on = days_ago(150)
