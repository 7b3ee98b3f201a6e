"""What a district has set up and what is missing, in the order in which one thing needs the other."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.choices import Role
from accounts.models import (
    CalendarException,
    District,
    Enrolment,
    PublicFace,
    RoleAssignment,
    School,
    SchoolYear,
    Section,
    Student,
    TeachingAssignment,
    User,
)
from accounts.permissions import Permission, Viewer, can, current
from competencies.models import Framework
from supports.models import CatalogueEntry


@dataclass(frozen=True, slots=True)
class Door:
    """Where a step is done: a route, and the words of its link."""

    route: str
    says: str
    args: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One part of the set-up: whether it is done, how it stands in a sentence, where it is done."""

    key: str
    title: str
    is_done: bool
    stands: str
    doors: tuple[Door, ...]
    waiting: tuple[tuple[UUID, str], ...] = ()
    """Frameworks that are here and not used yet, with their titles."""


def setup_steps(*, viewer: Viewer) -> list[SetupStep]:
    """Every step, in order; nothing for who may not set up. About fifteen queries, however large the district is."""
    if not can(viewer, Permission.SHOW_DISTRICT).allowed:
        return []
    return [_name(), _roster(), _calendar(viewer), _framework(), _catalogue(), _accounts(viewer), _rules()]


def _name() -> SetupStep:
    name = District.objects.values_list("name", flat=True).first()
    face = PublicFace.objects.exists()
    stands = _("The district has no name yet.")
    if name:
        shown = _("The public pages have a face.") if face else _("The public pages show the plain name.")
        stands = f"{name}. {shown}"
    doors = (Door("district_site", _("Greeting, pen and logo")),) if name else ()
    return SetupStep("name", _("Name and look"), bool(name), stands, doors)


def _roster() -> SetupStep:
    schools = School.objects.filter(is_active=True).count()
    students = Student.objects.filter(is_active=True, alias_of__isnull=True).count()
    classes = Section.objects.filter(is_active=True).count()
    stands = _("Nobody is here yet. Schools, classes, staff, students and families come from your roster.")
    if schools:
        stands = _("%(schools)s, %(classes)s, %(students)s.") % {
            "schools": ngettext("%(n)s school", "%(n)s schools", schools) % {"n": schools},
            "classes": ngettext("%(n)s class", "%(n)s classes", classes) % {"n": classes},
            "students": ngettext("%(n)s student", "%(n)s students", students) % {"n": students},
        }
        if not Enrolment.objects.filter(is_active=True).exists():
            stands += " " + _("Nobody sits in a class yet.")
    return SetupStep("roster", _("Roster"), bool(schools and students), stands, (Door("imports", _("Imports")),))


def _calendar(viewer: Viewer) -> SetupStep:
    doors = (Door("school_calendar", _("School calendar")),)
    year = SchoolYear.objects.filter(starts_on__lte=viewer.today, ends_on__gte=viewer.today).first()
    coming = SchoolYear.objects.filter(starts_on__gt=viewer.today).order_by("starts_on").first()
    year = year or coming
    title = _("School year and holidays")
    if year is None:
        stands = _("There is no school year for today. August to July is assumed until there is one.")
        return SetupStep("calendar", title, False, stands, doors)
    days = CalendarException.objects.filter(is_school_day=False, day__range=(year.starts_on, year.ends_on))
    here = days.filter(school=None).count() or days.count()
    if not here:
        stands = _("%(year)s has no holiday yet: every weekday counts as a school day.") % {"year": year.name}
        return SetupStep("calendar", title, False, stands, doors)
    stands = ngettext("%(year)s, %(n)s day without school.", "%(year)s, %(n)s days without school.", here)
    return SetupStep("calendar", title, True, stands % {"year": year.name, "n": here}, doors)


def _framework() -> SetupStep:
    used = list(Framework.objects.filter(is_in_use=True).values_list("title", flat=True)[:3])
    stands = (
        _("In use: %(titles)s.") % {"titles": ", ".join(used)}
        if used
        else _("No framework is in use: there is nothing to record evidence on.")
    )
    doors = (Door("framework_import", _("Bring one in")), Door("frameworks", _("Frameworks")))
    waiting = tuple(Framework.objects.filter(is_in_use=False).order_by("title", "pk").values_list("public_id", "title"))
    return SetupStep("framework", _("What is expected"), bool(used), stands, doors, waiting[:10])


def framework_to_use(*, viewer: Viewer, public_id: UUID) -> Framework | None:
    """A framework somebody wants to take into use."""
    return Framework.objects.filter(public_id=public_id).first()


def _catalogue() -> SetupStep:
    offered = CatalogueEntry.objects.filter(is_active=True).count()
    stands = (
        ngettext("%(n)s entry is offered.", "%(n)s entries are offered.", offered) % {"n": offered}
        if offered
        else _("Nothing is offered yet: a flag cannot become a support from the catalogue.")
    )
    doors = (Door("catalogue", _("Catalogue")),)
    return SetupStep("catalogue", _("Supports and enrichment"), bool(offered), stands, doors)


def _accounts(viewer: Viewer) -> SetupStep:
    today = current(viewer.today)
    teachers = TeachingAssignment.objects.filter(today, is_active=True).values("person")
    with_account = User.objects.filter(is_active=True, person__in=teachers).count()
    held = RoleAssignment.objects.filter(today, role__in=[Role.PLAN_LEAD, Role.PRINCIPAL])
    leads = set(held.values_list("school_id", flat=True))
    alone = School.objects.filter(~Q(pk__in=[key for key in leads if key is not None]), is_active=True).count()
    if not with_account:
        stands = _("No teacher can sign in yet. Accounts come with the roster, where it has e-mail addresses.")
    else:
        stands = ngettext("%(n)s teacher can sign in.", "%(n)s teachers can sign in.", with_account) % {
            "n": with_account
        }
    if alone:
        stands += " " + ngettext(
            "%(n)s school has neither principal nor plan lead: nobody there answers for what nobody else owns.",
            "%(n)s schools have neither principal nor plan lead: nobody there answers for what nobody else owns.",
            alone,
        ) % {"n": alone}
    doors = (
        Door("accounts", _("Accounts and roles")),
        Door("people", _("People")),
        Door("locked_accounts", _("Locked accounts")),
    )
    return SetupStep("accounts", _("Accounts and roles"), bool(with_account) and not alone, stands, doors)


def _rules() -> SetupStep:
    stands = _(
        "Flags and levels follow the published rules. The method of a framework is changed on its page, after a"
        " preview; the plan forms and the words to avoid are yours to change."
    )
    doors = [Door("templates", _("Plan forms")), Door("phrases", _("Words"))]
    used = Framework.objects.filter(is_in_use=True).order_by("pk").first()
    if used is not None:
        doors.insert(0, Door("framework_method", _("Method"), (used.public_id,)))
    return SetupStep("rules", _("Rules and words"), True, stands, tuple(doors))
