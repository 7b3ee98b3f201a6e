"""What a family says yes or no to, and how it is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission, can, permissions_on
from success_plans.choices import ConsentKind
from success_plans.forms.entry import ConsentForm, WaysForm
from success_plans.selectors import consents as selectors
from success_plans.selectors import entry as entry_selectors
from success_plans.services import consents as services
from success_plans.services import ways as ways_services
from success_plans.views.inplace import tried

if TYPE_CHECKING:
    from accounts.models import Student

SPEAKERS = frozenset({Permission.SPEAK_AS_STUDENT, Permission.SPEAK_AS_FAMILY, Permission.EDIT_PLAN})


@require_http_methods(["GET", "POST"])
def consents(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Each consent on its own, with its days; family answers, an adult at school may write an answer down."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN, block="plan")
    allowed = permissions_on(request.viewer, student)
    signing = selectors.signing(viewer=request.viewer, student=student)
    may_answer = may_sign(allowed, signing)
    is_family = Permission.SPEAK_AS_FAMILY in allowed
    is_scribe = not is_family and Permission.EDIT_PLAN in allowed
    if not allowed & SPEAKERS or (request.method == "POST" and not (may_answer or is_scribe)):
        raise PermissionDenied
    form = consent_form(request, student, is_scribe=is_scribe)
    attempt = tried(request, form, student=student, save=lambda data: _answer(request, student, data))
    if attempt.is_saved:
        messages.success(request, _("Noted, with today’s date. It can be taken back at any time."))
        return redirect("consents", student.public_id)
    context = {
        "student": student,
        "form": form,
        "asked": selectors.consents(viewer=request.viewer, student=student),
        "is_family": is_family,
        "is_scribe": is_scribe,
        "may_answer": may_answer,
        "is_alone": signing.is_alone,
    }
    return render(request, "success_plans/consents.html", context, status=attempt.status)


def may_sign(allowed: frozenset[Permission], signing: selectors.Signing) -> bool:
    """Whether this viewer's own answer is asked: the family's, and of a student of age the student's alone."""
    return (Permission.SPEAK_AS_STUDENT if signing.is_alone else Permission.SPEAK_AS_FAMILY) in allowed


def answering() -> frozenset[Permission]:
    """Who answers: family, or an adult at school who writes it down."""
    return frozenset({Permission.SPEAK_AS_FAMILY, Permission.EDIT_PLAN})


def consent_form(
    request: ViewerRequest, student: Student, *, is_scribe: bool, kind: str = "", bound: bool = True
) -> ConsentForm:
    """The form of a yes or no; a scribe also says whose it is and when it was said."""
    guardians = selectors.signing(viewer=request.viewer, student=student).givers if is_scribe else None
    return ConsentForm(
        (request.POST or None) if bound else None,
        guardians=guardians,
        initial={"kind": kind or ConsentKind.MEDIA, "given_on": request.viewer.today},
    )


def save_consent(request: ViewerRequest, student: Student, form: ConsentForm) -> bool:
    """Write it down; False with the error in the form."""
    return tried(request, form, student=student, save=lambda data: _answer(request, student, data)).is_saved


def _answer(request: ViewerRequest, student: Student, data: dict[str, Any]) -> None:
    services.answer_consent(
        by=request.viewer,
        student=student,
        kind=ConsentKind(data["kind"]),
        is_yes=data["answer"] == "yes",
        about=data["about"],
        given_by_id=int(data["given_by"]) if data.get("given_by") else None,
        given_on=data.get("given_on"),
    )


@require_POST
def consent_withdraw(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take a consent back; it stops holding at once."""
    viewer = require_sign_in(request)
    row = selectors.consent_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    may = row.given_by_id == viewer.person_id or can(viewer, Permission.EDIT_PLAN, row.student).allowed
    if not may:
        raise PermissionDenied
    services.withdraw_consent(by=viewer, consent=row)
    messages.success(request, _("Taken back. It no longer holds, from this moment on."))
    return redirect("consents" if row.partner_id is None else "student_partners", row.student.public_id)


@require_http_methods(["GET", "POST"])
def family_ways(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """How I am best reached, and the interpreter I need. Adults at school say it for a family in the first look."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN)
    allowed = permissions_on(request.viewer, student)
    if not allowed & answering():
        raise PermissionDenied
    if Permission.SPEAK_AS_FAMILY not in allowed:
        return redirect(f"{reverse('intake', args=[student.public_id])}?step=family")
    way = entry_selectors.my_way(viewer=request.viewer, student=student)
    form = WaysForm(
        request.POST or None,
        initial={
            "best_way": way.best_way,
            "best_time": way.best_time,
            "interpreter_language": way.interpreter_language,
            "version": way.version,
        },
    )

    def save(data: dict[str, Any]) -> None:
        ways_services.set_ways(
            by=request.viewer,
            student=student,
            guardian_id=request.viewer.actor_id,
            best_way=data["best_way"],
            best_time=data["best_time"],
            interpreter_language=data["interpreter_language"],
            version=data["version"] or 0,
        )

    attempt = tried(request, form, student=student, save=save, their_name=lambda row: str(row.author.display_name))
    if attempt.is_saved:
        messages.success(request, _("Thank you. The adults who work with your child see it."))
        return redirect("family_child", student.public_id)
    context = {"student": student, "form": form, **attempt.extra}
    return render(request, "success_plans/family_ways.html", context, status=attempt.status)
