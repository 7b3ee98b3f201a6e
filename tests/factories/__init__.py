"""Rows for tests, one factory a model, by app. Everything has a sensible default; name what your test is about."""

from tests.factories.accounts import (
    CalendarExceptionFactory,
    DistrictFactory,
    EnrolmentFactory,
    PersonFactory,
    RelationshipFactory,
    RoleAssignmentFactory,
    SchoolFactory,
    SchoolYearFactory,
    SectionFactory,
    StudentFactory,
    TeachingAssignmentFactory,
    UserFactory,
)
from tests.factories.assessments import EvidenceFactory, MethodChoiceFactory
from tests.factories.competencies import (
    AssociationFactory,
    CompetencyFactory,
    FrameworkFactory,
    LevelFactory,
    ScaleFactory,
    WordingFactory,
)
from tests.factories.success_plans import GoalFactory, NeedFactory, PlanFactory, PlanStatementFactory
from tests.factories.supports import (
    CatalogueEntryFactory,
    FlagFactory,
    FocusFactory,
    RuleSettingFactory,
    SupportFactory,
)

__all__ = [
    "AssociationFactory",
    "CalendarExceptionFactory",
    "CatalogueEntryFactory",
    "CompetencyFactory",
    "DistrictFactory",
    "EnrolmentFactory",
    "EvidenceFactory",
    "FlagFactory",
    "FocusFactory",
    "FrameworkFactory",
    "GoalFactory",
    "LevelFactory",
    "MethodChoiceFactory",
    "NeedFactory",
    "PersonFactory",
    "PlanFactory",
    "PlanStatementFactory",
    "RelationshipFactory",
    "RoleAssignmentFactory",
    "RuleSettingFactory",
    "ScaleFactory",
    "SchoolFactory",
    "SchoolYearFactory",
    "SectionFactory",
    "StudentFactory",
    "SupportFactory",
    "TeachingAssignmentFactory",
    "UserFactory",
    "WordingFactory",
]
