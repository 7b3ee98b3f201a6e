"""What every page's frame needs: where one can go, who is looking, language, light and contrast."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from accounts import brand
from accounts.choices import TEACHING_KINDS, RelationshipKind, Role
from accounts.permissions import Permission, Viewer, can
from config.menu import BELONGS

THEMES = ("light", "dark")
CONTRASTS = ("standard", "more")
MOST = 5  # entries of the main menu that still fit a phone


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of a menu."""

    label: str
    url: str
    place: str  # the name of its route
    current: str = ""  # as aria-current says it: "page" is this page, "true" one that belongs to it


@dataclass(frozen=True, slots=True)
class Language:
    """A language the whole product is offered in, by its own name."""

    code: str
    name: str
    current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame around a page. Holds no student: only the viewer's own name and where they may go."""

    nav: tuple[NavItem, ...]
    further: tuple[NavItem, ...]  # places that are in the menu behind the name
    signed_in: bool
    person: str  # the viewer's own public id, by which a device tells whose queue is whose
    name: str
    theme: str  # "light", "dark" or "" for what the device says
    contrast: str  # "more", "standard" or "" for what the device says
    languages: tuple[Language, ...]
    path: str  # this page, to come back to after a switch
    demo: bool
    staff: bool
    face: brand.Face  # how the district shows itself, as far as it is remembered


def frame(request: HttpRequest) -> dict[str, Frame]:
    """The frame for the template context. No queries: it must hold on error pages too."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    current = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    places = _places(viewer)
    return {
        "frame": Frame(
            nav=_mark_current(places, request.path),
            further=_mark_current(_further(viewer, places), request.path),
            signed_in=viewer is not None and viewer.is_known,
            person=str(viewer.public_id) if viewer is not None and viewer.is_known else "",
            name=viewer.short_name if viewer is not None else "",
            theme=_chosen(request, "theme", THEMES),
            contrast=_chosen(request, "contrast", CONTRASTS),
            languages=tuple(Language(code, _own_name(code), code == current) for code, _label in settings.LANGUAGES),
            path=request.get_full_path() if request.method == "GET" else request.path,
            demo=settings.DEMO,
            staff=viewer is not None and viewer.is_staff,
            face=brand.remembered() or brand.NO_FACE,
        )
    }


def _chosen(request: HttpRequest, name: str, allowed: tuple[str, ...]) -> str:
    value = request.COOKIES.get(name, "")
    return value if value in allowed else ""


def _own_name(code: str) -> str:
    name: str = get_language_info(code)["name_local"]
    return name[:1].upper() + name[1:]


def _places(viewer: Viewer | None) -> list[NavItem]:
    """Where this viewer may go, most used first; a page that does not exist (yet) has no entry."""
    wanted: list[tuple[str, str, tuple[object, ...]]] = []
    if viewer is not None and viewer.is_known:
        circle = viewer.kinds & (TEACHING_KINDS | {RelationshipKind.CASELOAD, RelationshipKind.TEAM})
        if circle:
            wanted.append((_("Today"), "today", ()))
        if viewer.kinds & (TEACHING_KINDS | {RelationshipKind.COMING}):
            wanted.append((_("Classes"), "classes", ()))
        if circle:
            wanted.append((_("Students"), "students", ()))
        if viewer.kinds & TEACHING_KINDS:
            wanted.append((_("Instruments"), "instruments", ()))
        if RelationshipKind.RATER in viewer.kinds:
            wanted.append((_("Works to judge"), "my_scorings", ()))
        if viewer.own_student_public_id is not None:
            wanted.append((_("My plan"), "student_plan", (viewer.own_student_public_id,)))
            wanted.append((_("My map"), "student_map", (viewer.own_student_public_id,)))
            wanted.append((_("My conference"), "conference", (viewer.own_student_public_id,)))
        if RelationshipKind.GUARDIAN in viewer.kinds:
            wanted.append((_("My child"), "family", ()))
        if Role.PARTNER in viewer.role_names:
            wanted.append((_("Our pathways"), "partner", ()))
        if viewer.school_ids():
            wanted.append((_("School"), "schools", ()))
        if circle:
            wanted.append((_("Check in"), "check_in_group", ()))
        if circle or viewer.school_ids():
            wanted.append((_("Work list"), "work_list", ()))
        if Role.DISTRICT_ADMIN in viewer.role_names:
            wanted.append((_("Set-up"), "district_setup", ()))
            wanted.append((_("Imports"), "imports", ()))
            wanted.append((_("Plan forms"), "templates", ()))
            wanted.append((_("Words"), "phrases", ()))
        if viewer.role_names & {Role.DISTRICT_ADMIN, Role.PLAN_LEAD}:
            wanted.append((_("People"), "people", ()))
        if Role.OPERATOR in viewer.role_names:
            wanted.append((_("Operations"), "operations", ()))
    for name in ("check_in_group", "work_list"):  # both are buttons on Today
        if len(wanted) > MOST:
            wanted = [place for place in wanted if place[1] != name]
    if viewer is not None and Role.PARTNER in viewer.role_names:
        wanted.append((_("Being designed"), "pathway_designs", ()))
    if len(wanted) < MOST:
        wanted.append((_frameworks_word(viewer), "frameworks", ()))
    if len(wanted) < MOST:
        wanted.append((_("Pathways"), "pathways", ()))
    return [NavItem(label, url, name) for label, name, args in wanted if (url := _url(name, *args))]


def _further(viewer: Viewer | None, places: list[NavItem]) -> list[NavItem]:
    """Places of this viewer that the main menu has no room for. No queries."""
    if viewer is None or not viewer.is_known:
        return []
    wanted = [(_frameworks_word(viewer), "frameworks"), (_("Pathways"), "pathways")]
    if can(viewer, Permission.PROPOSE_PATHWAYS).allowed:
        wanted.append((_("Pathways being designed"), "pathway_designs"))
    if can(viewer, Permission.KEEP_CALENDAR).allowed:
        wanted.append((_("School calendar"), "school_calendar"))
    if can(viewer, Permission.KEEP_CATALOGUE).allowed:
        wanted.append((_("Supports and enrichment"), "catalogue"))
    if can(viewer, Permission.MANAGE_PARTNERS).allowed:
        wanted.append((_("Partners"), "partners"))
    if can(viewer, Permission.SHOW_DISTRICT).allowed:
        wanted.append((_("Public pages"), "district_site"))
    wanted.append((_("Sign-in and security"), "mfa_index"))
    if viewer.is_staff:
        wanted.append((_("Messages to me"), "my_messages"))
    if settings.DEMO:
        wanted.append((_("Look with other eyes"), "demo_sign_in"))
    there = {place.url for place in places}
    return [NavItem(label, url, name) for label, name in wanted if (url := _url(name)) and url not in there]


def _frameworks_word(viewer: Viewer | None) -> str:
    """Families and students look for what is expected; the word framework is the schools' own."""
    at_home = viewer is not None and (
        viewer.own_student_public_id is not None or RelationshipKind.GUARDIAN in viewer.kinds
    )
    return _("What is expected") if at_home else _("Frameworks")


def _url(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _mark_current(items: list[NavItem], path: str) -> tuple[NavItem, ...]:
    """The entry whose address is the longest beginning of this page's is where one is; else the one it belongs to."""
    under = [item for item in items if path == item.url or path.startswith(item.url.rstrip("/") + "/")]
    here = max(under, key=lambda item: len(item.url), default=None)
    if here is None:
        there = {item.place: item for item in items}
        belongs = BELONGS.get(path.strip("/").split("/")[0], ())
        here = next((there[place] for place in belongs if place in there), None)
    if here is None:
        return tuple(items)
    marked = replace(here, current="page" if here.url == path else "true")
    return tuple(marked if item is here else item for item in items)
