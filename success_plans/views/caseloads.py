"""Caseloads of a school, and handing a student over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.choices import ReadPurpose
from accounts.http import ViewerRequest, load_school, load_student, require_sign_in
from accounts.permissions import Permission
from success_plans.forms.caseloads import ASK, AssignForm, CapForm, OfferForm
from success_plans.selectors import caseloads as selectors
from success_plans.selectors import handovers as handover_selectors
from success_plans.services import caseloads as services
from success_plans.services.caseloads import CaseloadError

if TYPE_CHECKING:
    from accounts.models import Person, School


# ------------------------------------------------------------------ the school
@require_http_methods(["GET", "POST"])
def caseload(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Who holds how many plans, whose plan nobody holds, and a form that gives those to somebody."""
    school, decision = load_school(request, public_id, Permission.ASSIGN_NAVIGATORS)
    page = selectors.caseloads(viewer=request.viewer, school=school)
    form = AssignForm(request.POST if request.method == "POST" else None, adults=page.adults)
    if request.method == "POST" and _assigned(request, school, form):
        return redirect("caseload", school.public_id)
    _names_read(request, page.student_ids, decision.reason)
    return _school_page(request, school, page, form=form, status=422 if form.errors else 200)


def _school_page(
    request: ViewerRequest,
    school: School,
    page: selectors.Caseloads,
    *,
    form: AssignForm | None = None,
    cap: CapForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "school": school,
        "page": page,
        "form": form or AssignForm(adults=page.adults),
        "cap_form": cap or CapForm(initial={"cap": school.caseload_cap}),
        "chosen": set(request.POST.getlist("students")),
    }
    return render(request, "success_plans/caseload_detail.html", context, status=status)


@require_POST
def caseload_cap(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """How many students one navigator of this school holds at most."""
    school, decision = load_school(request, public_id, Permission.ASSIGN_NAVIGATORS)
    form = CapForm(request.POST)
    if form.is_valid():
        services.set_cap(by=request.viewer, school=school, cap=form.cleaned_data["cap"])
        messages.success(request, _("Saved. A balance never goes above it."))
        return redirect("caseload", school.public_id)
    page = selectors.caseloads(viewer=request.viewer, school=school)
    _names_read(request, page.student_ids, decision.reason)
    return _school_page(request, school, page, cap=form, status=422)


@require_http_methods(["GET", "POST"])
def caseload_navigator(request: ViewerRequest, public_id: UUID, person_id: UUID) -> HttpResponse:
    """Whose plans one adult holds, and a form that gives some or all of them to somebody else."""
    school, decision = load_school(request, public_id, Permission.ASSIGN_NAVIGATORS)
    navigator = selectors.navigator_of_school(viewer=request.viewer, school=school, public_id=person_id)
    if navigator is None:
        raise Http404
    held, keys = selectors.students_held(viewer=request.viewer, school=school, navigator=navigator)
    adults = [
        (str(a.public_id), a.display_name)
        for a in selectors.adults_of(viewer=request.viewer, school=school)
        if a.pk != navigator.pk
    ]
    form = AssignForm(request.POST if request.method == "POST" else None, adults=adults)
    if request.method == "POST" and _assigned(request, school, form):
        return redirect("caseload", school.public_id)
    _names_read(request, keys, decision.reason)
    context = {
        "school": school,
        "navigator": navigator,
        "students": held,
        "form": form,
        "chosen": set(request.POST.getlist("students")),
    }
    status = 422 if form.errors else 200
    return render(request, "success_plans/caseload_navigator.html", context, status=status)


@require_http_methods(["GET", "POST"])
def caseload_balance(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """A proposal for every plan nobody holds (`leaving`: and for somebody's), to take in whole or in part."""
    school, decision = load_school(request, public_id, Permission.ASSIGN_NAVIGATORS)
    leaving: Person | None = None
    wanted = request.POST.get("leaving") or request.GET.get("leaving") or ""
    if wanted:
        key = _uuid(wanted)
        leaving = selectors.navigator_of_school(viewer=request.viewer, school=school, public_id=key) if key else None
        if leaving is None and request.method == "GET":
            raise Http404
    if request.method == "POST":
        pairs = [pair for text in request.POST.getlist("pairs") if (pair := _pair(text)) is not None]
        if not pairs:
            messages.warning(request, _("Choose at least one line. Nothing was changed."))
            return redirect(request.get_full_path())
        people = {
            a.public_id: a
            for a in selectors.adults_of(viewer=request.viewer, school=school)
            if leaving is None or a.pk != leaving.pk
        }
        moves = {student: people[adult] for student, adult in pairs if adult in people}
        _now(request, school, moves, "")
        return redirect("caseload", school.public_id)
    proposal = selectors.balance(viewer=request.viewer, school=school, leaving=leaving)
    _names_read(request, proposal.student_ids, decision.reason)
    context = {"school": school, "proposal": proposal, "leaving": leaving}
    return render(request, "success_plans/caseload_balance.html", context)


def _assigned(request: ViewerRequest, school: School, form: AssignForm) -> bool:
    """Give the chosen students to the chosen adult; False, with the reason in the form, where that cannot be."""
    chosen = [key for text in request.POST.getlist("students") if (key := _uuid(text)) is not None]
    if form.is_valid() and not chosen:
        form.add_error(None, _("Choose at least one student."))
    if not form.is_valid():
        return False
    adult = selectors.adult_of_school(viewer=request.viewer, school=school, public_id=UUID(form.cleaned_data["to"]))
    if adult is None:
        form.add_error("to", _("This adult is not at the school any more. Choose another one."))
        return False
    note = form.cleaned_data["note"]
    if form.cleaned_data["way"] == ASK:
        asked = services.offer_many(by=request.viewer, school=school, students=chosen, to=adult, note=note)
        messages.success(
            request,
            ngettext("%(name)s is asked about one student.", "%(name)s is asked about %(n)d students.", asked)
            % {"name": adult.display_name, "n": asked},
        )
    else:
        _now(request, school, dict.fromkeys(chosen, adult), note)
    return True


def _now(request: ViewerRequest, school: School, moves: dict[UUID, Person], note: str) -> None:
    done = services.take_over_now(by=request.viewer, school=school, moves=moves, note=note)
    messages.success(
        request,
        ngettext("One student has a navigator now.", "%(n)d students have their navigator now.", done.moved)
        % {"n": done.moved},
    )


def _names_read(request: ViewerRequest, keys: list[int], reason: str) -> None:
    """Names of students were on a lead's page: each family can see that, and what for."""
    if keys:
        audit.record_read(
            viewer=request.viewer,
            subject="caseload",
            students=keys,
            block="caseload",
            purpose=ReadPurpose.CARE,
            reason=reason,
        )


# ------------------------------------------------------------------ handovers
@require_GET
def handovers(request: ViewerRequest) -> HttpResponse:
    """Offered to me, waiting from me, answered lately; and whom I could hand over."""
    viewer = require_sign_in(request)
    return render(request, "success_plans/handover_list.html", {"mine": handover_selectors.handovers(viewer=viewer)})


@require_http_methods(["GET", "POST"])
def handover_offer(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The navigator offers this student to another adult of the school."""
    student, _decision = load_student(request, public_id, Permission.HOLD_PLAN, block="circle")
    adults = {str(a.public_id): a for a in selectors.may_hold(viewer=request.viewer, student=student)}
    form = OfferForm(
        request.POST if request.method == "POST" else None, adults=[(key, a.display_name) for key, a in adults.items()]
    )
    if request.method == "POST" and form.is_valid():
        to = adults[form.cleaned_data["to"]]
        try:
            services.offer_handover(by=request.viewer, student=student, to=to, note=form.cleaned_data["note"])
        except CaseloadError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("%(name)s is asked. Until they say yes, you hold the plan.") % {"name": to.display_name}
            )
            return redirect("handovers")
    context = {"student": student, "form": form}
    return render(request, "success_plans/handover_offer.html", context, status=422 if form.errors else 200)


@require_POST
def handover_answer(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Yes or no of the adult who was asked."""
    row = _handover(request, public_id)
    answer: Any = request.POST.get("answer", "")
    try:
        if answer == "yes":
            services.accept_handover(by=request.viewer, handover=row)
            messages.success(request, _("You hold this plan now."))
        elif answer == "no":
            services.decline_handover(by=request.viewer, handover=row, answer=request.POST.get("words", ""))
            messages.success(request, _("You said no. Whoever held the plan goes on holding it."))
        else:
            messages.warning(request, _("Say yes or no. Nothing was changed."))
    except PermissionError as error:
        raise PermissionDenied from error
    except CaseloadError as error:
        messages.warning(request, str(error))
    return redirect("handovers")


@require_POST
def handover_withdraw(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take an offer back before it is answered."""
    row = _handover(request, public_id)
    try:
        services.withdraw_handover(by=request.viewer, handover=row)
    except PermissionError as error:
        raise PermissionDenied from error
    except CaseloadError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Taken back. Nothing has changed."))
    school = row.student.school
    if request.POST.get("from") == "school" and school is not None:
        return redirect("caseload", school.public_id)
    return redirect("handovers")


def _handover(request: ViewerRequest, public_id: UUID) -> Any:
    viewer = require_sign_in(request)
    row = handover_selectors.handover_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    return row


def _pair(text: str) -> tuple[UUID, UUID] | None:
    one, _sep, other = text.partition("/")
    student, adult = _uuid(one), _uuid(other)
    return None if student is None or adult is None else (student, adult)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
