"""The steps of the first look: what each shows, and what each saves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.http import ViewerRequest
from accounts.merging import begin, merge
from success_plans.choices import ConsentKind, FindingArea, FindingState, PointerKind, StatementKind, Voice
from success_plans.errors import PlanError, TextChangedError
from success_plans.forms.entry import FindingForm, PointerForm, UnaskedForm, VoiceForm, WaysForm
from success_plans.selectors import consents as consent_selectors
from success_plans.selectors import entry as selectors
from success_plans.selectors import voices as voice_selectors
from success_plans.services import entry as services
from success_plans.services import voices as voice_services
from success_plans.services import ways as ways_services
from success_plans.services.entry import Finding
from success_plans.services.voices import Spoken
from success_plans.views.consents import consent_form, save_consent

if TYPE_CHECKING:
    from django import forms

    from accounts.models import Student


# ------------------------------------------------------------------ what a step shows
def forms_of(request: ViewerRequest, student: Student, step: str, page: selectors.IntakePage) -> dict[str, Any]:
    """The forms and lists of one step, nothing typed in them yet."""
    viewer = request.viewer
    if step == "who":
        return {
            "said_form": _voice_form(request, student, bound=False),
            "questions": [
                (kind, str(kind.label), voice_selectors.question(kind, "student"))
                for kind in (StatementKind.STRENGTH, StatementKind.INTEREST, StatementKind.HOPE, StatementKind.KNOW)
            ],
        }
    if step == "can":
        return {
            "prefilled": selectors.prefilled(viewer=viewer, student=student),
            "finding_form": _finding_form(request, student, FindingArea.ACADEMIC, bound=False),
            "rows": page.of(FindingArea.ACADEMIC),
        }
    if step == "feel":
        return {
            "finding_form": _finding_form(request, student, FindingArea.WELLBEING, bound=False),
            "consent_form": consent_form(request, student, is_scribe=True, kind=ConsentKind.WELLBEING, bound=False),
            "rows": page.of(FindingArea.WELLBEING),
        }
    if step == "life":
        return {
            "areas": [
                {
                    "code": area,
                    "name": area.label,
                    "rows": page.of(area),
                    "is_open": selectors.AREA_OPENED_BY.get(area, "") in {"", *page.domains},
                    "form": _finding_form(request, student, area, bound=False),
                }
                for area in selectors.STEP_AREAS["life"]
            ]
        }
    if step == "pointers":
        return {"pointer_form": _pointer_form(request, student, bound=False)}
    if step == "family":
        return {
            "ways_form": _ways_form(request, student, bound=False),
            "contact_url": _url("contact_add", student.public_id),
        }
    return {"plan_url": reverse("student_plan", args=[student.public_id])}


def _url(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _voice_form(request: ViewerRequest, student: Student, *, bound: bool) -> VoiceForm:
    return VoiceForm(
        request.POST if bound else None,
        request.FILES if bound else None,
        speakers=[(str(student.person_id), student.person.display_name)],
        initial={"language": get_language(), "kind": request.GET.get("kind", StatementKind.STRENGTH)},
    )


def _finding_form(request: ViewerRequest, student: Student, area: FindingArea, *, bound: bool) -> FindingForm:
    choices = None
    if area == FindingArea.ACADEMIC:
        choices = selectors.competency_choices(viewer=request.viewer, student=student)
    return FindingForm(
        request.POST if bound else None,
        competencies=choices,
        prefix=str(area) if area in selectors.STEP_AREAS["life"] else None,
        initial={"found_on": request.viewer.today, "language": get_language()},
    )


def _pointer_form(request: ViewerRequest, student: Student, *, bound: bool) -> PointerForm:
    pointers = {p.kind: p for p in selectors.intake_page(viewer=request.viewer, student=student).pointers}
    asked = request.POST.get("kind", "") if bound else request.GET.get("kind", "")
    wanted = pointers.get(asked) or pointers[PointerKind.IEP]
    form = PointerForm(
        request.POST if bound else None,
        adults=selectors.adults(viewer=request.viewer, student=student),
        initial={
            "kind": wanted.kind,
            "kept_where": wanted.kept_where,
            "accommodations": wanted.accommodations,
            "case_manager": str(wanted.case_manager or ""),
            "review_on": wanted.review_on,
            "version": wanted.version,
            "language": get_language(),
        },
    )
    begin(form)
    return form


def merged_pointer(request: ViewerRequest, student: Student, changed: TextChangedError) -> dict[str, Any]:
    """What the page shows to whoever saved a pointer second: their form, with what they had not touched as it stands
    now."""
    form = _pointer_form(request, student, bound=True)
    merge(form, changed, request.POST)
    return shown_again("pointer", form) | {"is_merged": True}


def _ways_form(request: ViewerRequest, student: Student, *, bound: bool) -> WaysForm:
    guardians = consent_selectors.guardians(viewer=request.viewer, student=student)
    ways = {w.guardian: w for w in selectors.intake_page(viewer=request.viewer, student=student).ways}
    wanted = request.GET.get("guardian", "")
    first = next(iter(ways.values()), None) if not wanted else None
    way = next((way for pk, way in ways.items() if str(pk) == wanted), first)
    initial: dict[str, Any] = {}
    if way is not None:
        initial = {
            "guardian": str(way.guardian),
            "best_way": way.best_way,
            "best_time": way.best_time,
            "interpreter_language": way.interpreter_language,
            "version": way.version,
        }
    return WaysForm(request.POST if bound else None, guardians=guardians, initial=initial)


# ------------------------------------------------------------------ what a step saves: None when saved, else the form
def _save_said(request: ViewerRequest, student: Student) -> forms.Form | None:
    form = _voice_form(request, student, bound=True)
    if not form.is_valid():
        return form
    data = form.cleaned_data
    try:
        voice_services.speak(
            by=request.viewer,
            student=student,
            voice=Voice.STUDENT,
            author_id=student.person_id,
            spoken=Spoken(
                kind=StatementKind(data["kind"]),
                text=data["text"],
                language=data["language"],
                upload=data.get("picture") or data.get("recording"),
                shows=data["shows"],
            ),
        )
    except PlanError as error:
        form.add_error("text", str(error))
        return form
    return None


def _save_finding(request: ViewerRequest, student: Student) -> forms.Form | None:
    area = _area(request, student)
    form = _finding_form(request, student, area, bound=True)
    if not form.is_valid():
        return form
    data = form.cleaned_data
    chosen = UUID(data["competency"]) if data.get("competency") else None
    found = selectors.competencies_by_id(viewer=request.viewer, public_ids={chosen} if chosen else set())
    finding = Finding(
        area=area,
        found_on=data["found_on"],
        tool=data["tool"],
        can_do=data["can_do"],
        next_step=data["next_step"],
        competency=found.get(chosen) if chosen else None,
    )
    try:
        services.note_findings(by=request.viewer, student=student, findings=[finding], language=data["language"])
    except PlanError as error:
        form.add_error("can_do", str(error))
        return form
    return None


def _area(request: ViewerRequest, student: Student) -> FindingArea:
    """The area a form is about; a closed one is noted by those it is open to."""
    wanted = request.POST.get("area", "")
    if wanted not in FindingArea.values:
        raise Http404
    opener = selectors.AREA_OPENED_BY.get(wanted, "")
    if wanted in selectors.STEP_AREAS["life"] and opener:
        page = selectors.intake_page(viewer=request.viewer, student=student)
        if opener not in page.domains:
            raise PermissionDenied
    return FindingArea(wanted)


def _save_taken(request: ViewerRequest, student: Student) -> forms.Form | None:
    """The ticked lines of what evidence says already."""
    wanted = {p.competency: p for p in selectors.prefilled(viewer=request.viewer, student=student)}
    ticked = [p for key, p in wanted.items() if request.POST.get(f"take-{key}")]
    competencies = selectors.competencies_by_id(viewer=request.viewer, public_ids={p.competency for p in ticked})
    findings = [
        Finding(
            area=FindingArea.ACADEMIC,
            found_on=p.on or request.viewer.today,
            tool=_("evidence in class"),
            can_do=request.POST.get(f"can-{p.competency}", p.can_do),
            next_step=request.POST.get(f"next-{p.competency}", p.next_step),
            competency=competencies.get(p.competency),
        )
        for p in ticked
    ]
    try:
        services.note_findings(by=request.viewer, student=student, findings=findings, language=get_language() or "en")
    except PlanError as error:
        messages.error(request, str(error))
    return None


def _save_unasked(request: ViewerRequest, student: Student) -> forms.Form | None:
    form = UnaskedForm(request.POST)
    if not form.is_valid():
        return form
    finding = Finding(
        area=_area(request, student), found_on=request.viewer.today, state=FindingState(form.cleaned_data["state"])
    )
    services.note_findings(by=request.viewer, student=student, findings=[finding], language=get_language() or "en")
    return None


def _save_consent(request: ViewerRequest, student: Student) -> forms.Form | None:
    form = consent_form(request, student, is_scribe=True, kind=ConsentKind.WELLBEING)
    return None if form.is_valid() and save_consent(request, student, form) else form


def _save_pointer(request: ViewerRequest, student: Student) -> forms.Form | None:
    form = _pointer_form(request, student, bound=True)
    if not form.is_valid():
        return form
    data = form.cleaned_data
    services.set_pointer(
        by=request.viewer,
        student=student,
        kind=PointerKind(data["kind"]),
        kept_where=data["kept_where"],
        accommodations=data["accommodations"],
        language=data["language"],
        case_manager_id=int(data["case_manager"]) if data["case_manager"] else None,
        review_on=data["review_on"],
        version=data["version"] or 0,
    )
    return None


def _save_ways(request: ViewerRequest, student: Student) -> forms.Form | None:
    form = _ways_form(request, student, bound=True)
    if not form.is_valid():
        return form
    data = form.cleaned_data
    try:
        ways_services.set_ways(
            by=request.viewer,
            student=student,
            guardian_id=int(data["guardian"]),
            best_way=data["best_way"],
            best_time=data["best_time"],
            interpreter_language=data["interpreter_language"],
            version=data["version"] or 0,
        )
    except PlanError as error:
        form.add_error("guardian", str(error))
        return form
    return None


def nothing(_request: ViewerRequest, _student: Student) -> forms.Form | None:
    """What a form says that is none of this page's: nothing is saved."""
    return UnaskedForm({})


ACTIONS: dict[str, Callable[[ViewerRequest, Student], forms.Form | None]] = {
    "said": _save_said,
    "finding": _save_finding,
    "taken": _save_taken,
    "unasked": _save_unasked,
    "consent": _save_consent,
    "pointer": _save_pointer,
    "ways": _save_ways,
}


def shown_again(action: str, form: forms.Form) -> dict[str, Any]:
    """A form that was not saved, under the name its step shows it by."""
    found: dict[str, Any] = {f"{action}_form": form}
    if action == "finding":
        found["area"] = form.prefix or ""
    return found
