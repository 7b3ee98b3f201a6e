"""Who can see this and why, from the policy itself: its sentence for each circle, and the people in it today."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.choices import RelationshipKind
from accounts.households import other_household
from accounts.models import PartnerMember, Relationship, Student
from accounts.permissions import SENTENCES, Circle, Viewer, current
from accounts.policy import CIRCLE_OF_KIND

ORDER = (
    Circle.SELF,
    Circle.GUARDIAN,
    Circle.NAVIGATOR,
    Circle.TEACHER,
    Circle.COMING,
    Circle.TEAM,
    Circle.PARTNER,
    Circle.SCHOOL,
)


@dataclass(frozen=True, slots=True)
class SeenBy:
    """One circle: the policy's sentence and who is in it; `more` counts family of another home, without a name."""

    circle: str
    sentence: str
    people: list[tuple[str, str]]
    more: int = 0


def who_sees(*, viewer: Viewer, student: Student) -> list[SeenBy]:
    """Everybody who may open this student's pages today, by circle: (name, why). Family of another home stays without
    a name. Four queries at most."""
    others = other_household(viewer).get(student.pk, frozenset())
    rows = list(
        Relationship.objects.filter(current(viewer.today), student=student, person__is_active=True)
        .select_related("person", "section")
        .order_by("person__sort_name", "pk")
    )
    partners = dict(
        PartnerMember.objects.filter(
            current(viewer.today),
            person__in=[row.person_id for row in rows if row.kind == RelationshipKind.PARTNER],
        )
        .order_by("pk")
        .values_list("person_id", "partner__name")
    )
    people: dict[Circle, dict[int, tuple[str, list[str]]]] = defaultdict(dict)
    hidden = 0
    for row in rows:
        circle = CIRCLE_OF_KIND.get(row.kind)
        if circle is None or circle not in ORDER:
            continue
        if row.person_id in others:
            hidden += 1
            continue
        why = row.section.title if row.section is not None else ""
        if circle is Circle.COMING and row.section is not None:
            why = _("%(section)s, from %(day)s") % {"section": why, "day": date_format(row.section.starts_on)}
        if circle is Circle.PARTNER:
            why = partners.get(row.person_id, "")
        _who, told = people[circle].setdefault(row.person_id, (row.person.display_name, []))
        if why and why not in told:
            told.append(why)
    people[Circle.SELF][student.person_id] = (student.person.display_name, [])
    return [
        SeenBy(
            circle=str(circle),
            sentence=str(SENTENCES[circle]),
            people=[(name, ", ".join(told)) for name, told in people[circle].values()],
            more=hidden if circle is Circle.GUARDIAN else 0,
        )
        for circle in ORDER
        if people[circle] or circle is Circle.SCHOOL or (circle is Circle.GUARDIAN and hidden)
    ]
