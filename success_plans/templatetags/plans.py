"""The pages of one student as links: each appears where it exists and the viewer may open it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.languages import language_name
from accounts.models import Student
from accounts.permissions import Permission, Viewer, permissions_on

register = template.Library()

# Route, words, what opens it. A route that is not there (yet) has no link.
PLACES: tuple[tuple[str, Any, Permission], ...] = (
    ("family_child", gettext_lazy("Overview"), Permission.READ_FAMILY_PAGE),
    ("student_plan", gettext_lazy("Plan"), Permission.READ_PLAN),
    ("student_timeline", gettext_lazy("Running record"), Permission.READ_PLAN),
    ("student_map", gettext_lazy("Map"), Permission.READ_EVIDENCE),
    ("student_work", gettext_lazy("Work"), Permission.READ_EVIDENCE),
    ("meetings", gettext_lazy("Meetings"), Permission.READ_PLAN),
    ("conference", gettext_lazy("My conference"), Permission.SPEAK_AS_STUDENT),
    ("plan_versions", gettext_lazy("Versions"), Permission.READ_PLAN),
)
ACTIONS: tuple[tuple[str, Any, Permission], ...] = (
    ("voice", gettext_lazy("Say who I am"), Permission.SPEAK_AS_STUDENT),
    ("my_goal", gettext_lazy("Set a goal"), Permission.SPEAK_AS_STUDENT),
    ("student_pathways", gettext_lazy("Pathways"), Permission.SPEAK_AS_STUDENT),
    ("proposals", gettext_lazy("Ideas for my plan"), Permission.SPEAK_AS_STUDENT),
    ("intake", gettext_lazy("First look"), Permission.EDIT_PLAN),
    ("student_record", gettext_lazy("Add evidence"), Permission.RECORD_EVIDENCE),
    ("student_observe", gettext_lazy("A quick note"), Permission.RECORD_EVIDENCE),
    ("check_in", gettext_lazy("Check in"), Permission.CHECK_IN),
    ("proposals", gettext_lazy("Proposed changes"), Permission.EDIT_PLAN),
    ("contact_add", gettext_lazy("Contact"), Permission.CONTACT_FAMILY),
    ("notes", gettext_lazy("Working notes"), Permission.CHECK_IN),
)
# Seldom needed, never hidden: behind one summary.
KEEPING: tuple[tuple[str, Any, Permission], ...] = (
    ("student_pathways", gettext_lazy("Pathways"), Permission.EDIT_PLAN),
    ("student_partners", gettext_lazy("Partners outside school"), Permission.EDIT_PLAN),
    ("consents", gettext_lazy("Consents"), Permission.EDIT_PLAN),
    ("who_sees", gettext_lazy("Who can see this, and why"), Permission.EDIT_PLAN),
    ("who_sees", gettext_lazy("Who can see this, and why"), Permission.SPEAK_AS_STUDENT),
    ("holds", gettext_lazy("Safety holds"), Permission.HOLD_PLAN),
    ("year_end", gettext_lazy("The end of the year"), Permission.HOLD_PLAN),
    ("handover_offer", gettext_lazy("Hand this plan over"), Permission.HOLD_PLAN),
    ("family_accounts", gettext_lazy("Accounts of the family"), Permission.INVITE_FAMILY),
)


@register.filter
def language_called(code: str) -> str:
    """The name of a language in the reader's language; a tag nobody knows is shown as it came."""
    return language_name(code)


@dataclass(frozen=True, slots=True)
class Link:
    """A page of this student."""

    url: str
    label: str
    is_current: bool
    is_around: bool = False  # this page is one of those that belong to it


@register.inclusion_tag("success_plans/_student_nav.html", takes_context=True)
def student_nav(
    context: template.Context,
    student: Student,
    allowed: frozenset[Permission] | None = None,
    brief: bool = False,
    at: str = "",
) -> dict[str, Any]:
    """The pages of this student: `{% student_nav student %}`, or with what a page has asked already as `allowed`.

    `brief`: only the way around, for pages where one thing is being done. `at`: the route of the place this page
    belongs to. One query without `allowed`, none with it.
    """
    request = context["request"]
    viewer: Viewer = request.viewer
    granted = permissions_on(viewer, student) if allowed is None else allowed
    places = _links(PLACES, student, granted, request.path, at)
    label = _("Pages about %(name)s") % {"name": student.person.short_name}
    if brief:
        return {"places": places, "label": label}
    keeping = _links(KEEPING, student, granted, request.path)
    if student.school_id in viewer.school_ids() and (circle := _url("circle_edit", student)):
        keeping.append(Link(circle, _("The circle"), circle == request.path))
    return {
        "places": places,
        "actions": _links(ACTIONS, student, granted, request.path),
        "keeping": keeping,
        "label": label,
    }


def _links(
    wanted: tuple[tuple[str, Any, Permission], ...],
    student: Student,
    granted: frozenset[Permission],
    here: str,
    at: str = "",
) -> list[Link]:
    return [
        Link(url, str(label), url == here, is_around=route == at)
        for route, label, permission in wanted
        if permission in granted and (url := _url(route, student))
    ]


def _url(route: str, student: Student) -> str:
    try:
        return reverse(route, args=[student.public_id])
    except NoReverseMatch:
        return ""
