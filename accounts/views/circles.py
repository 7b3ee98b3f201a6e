"""One student's circle: households, what documents close, and closed parts that are opened to one adult."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.choices import AgeBasis, GuardianBlock, SensitiveDomain
from accounts.circles import selectors, services
from accounts.circles.of_age import record_of_age, take_back_of_age
from accounts.forms import LimitForm, OfAgeForm
from accounts.http import PurposeNeededError, ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission, can

if TYPE_CHECKING:
    from accounts.models import Student

MARK = "household-"


def load_circle(request: ViewerRequest, public_id: UUID) -> Student:
    """A student whose navigators this viewer names, for a purpose the family can read."""
    student, decision = load_student(request, public_id, Permission.SEE_STUDENT, block="circle")
    if student.school is None or not can(request.viewer, Permission.ASSIGN_NAVIGATORS, student.school).allowed:
        raise PermissionDenied
    if not decision.needs_purpose and not request.viewer.purposes.get(str(student.public_id)):
        raise PurposeNeededError(student)
    return student


def _page(
    request: ViewerRequest,
    student: Student,
    form: LimitForm | None = None,
    *,
    age_form: OfAgeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = selectors.circle_page(viewer=request.viewer, student=student)
    context = {
        "student": student,
        "page": page,
        "form": form or _form(request, student, page),
        "domains": SensitiveDomain.choices,
        "age_form": age_form or OfAgeForm(),
        "signs_alone": page.of_age is not None and page.of_age.on <= request.viewer.today,
    }
    return render(request, "accounts/circle_edit.html", context, status=status)


def _form(
    request: ViewerRequest, student: Student, page: selectors.CirclePage | None = None, *, bound: bool = False
) -> LimitForm:
    page = page or selectors.circle_page(viewer=request.viewer, student=student)
    return LimitForm(
        request.POST if bound else None,
        guardians=[(str(g.public_id), g.name) for g in page.guardians],
        initial={"starts_on": request.viewer.today},
    )


@require_GET
def circle_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The family by household, the documents, the team."""
    return _page(request, load_circle(request, public_id))


@require_POST
def circle_households(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Tell the households apart, or say that it is one."""
    student = load_circle(request, public_id)
    marks: dict[UUID, str] = {}
    for name, mark in request.POST.items():
        guardian = _uuid(name.removeprefix(MARK)) if name.startswith(MARK) else None
        if guardian is not None:
            marks[guardian] = str(mark)
    changed = services.set_households(by=request.viewer, student=student, marks=marks)
    if changed:
        messages.success(request, _("Saved. From now on each household sees its own words only."))
    return redirect("circle_edit", student.public_id)


@require_POST
def circle_domains(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Open closed parts to one adult of the team, or close them again."""
    student = load_circle(request, public_id)
    chosen = _uuid(request.POST.get("member", ""))
    member = (
        selectors.member_by_id(viewer=request.viewer, student=student, public_id=chosen) if chosen is not None else None
    )
    if member is None:
        raise Http404
    try:
        services.open_domains(by=request.viewer, student=student, to=member, domains=request.POST.getlist("domains"))
    except services.CircleError as error:
        messages.warning(request, str(error))
        return _page(request, student, status=422)
    messages.success(request, _("Saved. It holds from their next page on."))
    return redirect("circle_edit", student.public_id)


@require_POST
def of_age(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The student signs alone from the 18th birthday on; or it was wrong."""
    student = load_circle(request, public_id)
    if request.POST.get("act") == "take_back":
        take_back_of_age(by=request.viewer, student=student)
        messages.success(request, _("Taken back. The family signs."))
        return redirect("circle_edit", student.public_id)
    form = OfAgeForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            row = record_of_age(by=request.viewer, student=student, day=data["day"], basis=AgeBasis(data["basis"]))
        except services.CircleError as error:
            form.add_error("day", str(error))
        else:
            day = date_format(row.on, "DATE_FORMAT")
            messages.success(request, _("Written down: from %(day)s on the student signs alone.") % {"day": day})
            return redirect("circle_edit", student.public_id)
    return _page(request, student, age_form=form, status=422)


@require_POST
def limit_enter(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Enter what a document takes from one guardian."""
    student = load_circle(request, public_id)
    form = _form(request, student, bound=True)
    if form.is_valid():
        guardian = selectors.guardian_by_id(
            viewer=request.viewer, student=student, public_id=UUID(form.cleaned_data["guardian"])
        )
        if guardian is None:
            raise Http404
        try:
            services.enter_limit(
                by=request.viewer,
                student=student,
                guardian=guardian,
                block=GuardianBlock(form.cleaned_data["block"]),
                document=form.cleaned_data["document"],
                starts_on=form.cleaned_data["starts_on"],
                ends_on=form.cleaned_data["ends_on"],
            )
        except services.CircleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Entered. It holds from its first day on, at the next page they open."))
            return redirect("circle_edit", student.public_id)
    return _page(request, student, form, status=422)


@require_POST
def limit_end(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The document holds no longer."""
    viewer = require_sign_in(request)
    limit = selectors.limit_by_id(viewer=viewer, public_id=public_id)
    if limit is None:
        raise Http404
    student = load_circle(request, limit.student.public_id)
    services.end_limit(by=viewer, limit=limit)
    messages.success(request, _("Ended. They see this part again from their next page on."))
    return redirect("circle_edit", student.public_id)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
