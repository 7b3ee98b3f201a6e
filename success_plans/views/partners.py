"""A partner's own pages; and what families agree with partners, and who sees the student."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import audit
from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission, permissions_on
from assessments.errors import EvidenceError
from assessments.services.observations import Observation, observe_as_partner
from success_plans.choices import ConsentKind
from success_plans.errors import PlanError
from success_plans.forms.pathways import PartnerAnswerForm, SawForm
from success_plans.selectors import consents as consent_selectors
from success_plans.selectors import partners as selectors
from success_plans.selectors.who_sees import who_sees as _who_sees
from success_plans.services import consents as services
from success_plans.views.consents import SPEAKERS, may_sign
from success_plans.views.inplace import tried


@require_GET
def partner(request: ViewerRequest) -> HttpResponse:
    """A partner's pathways in counts, and the students whose families agreed, by name."""
    viewer = require_sign_in(request)
    page = selectors.partner_home(viewer=viewer)
    if page is None:
        raise Http404
    if page.students:
        audit.record_read(
            viewer=viewer,
            subject="partner",
            students=[one.pk for one in page.students],
            block="partner",
            reason=_("works on a pathway with them; the family agreed"),
        )
    return render(request, "success_plans/partner.html", {"page": page})


@require_http_methods(["GET", "POST"])
def partner_student(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One student as a partner sees them, and what the partner saw; each read is written down."""
    student, _decision = load_student(request, public_id, Permission.SEE_AS_PARTNER, block="partner")
    viewer = request.viewer
    one = selectors.partner_student(viewer=viewer, student=student)
    if one is None:
        raise Http404
    offered = selectors.to_observe(viewer=viewer, student=student)
    form = SawForm(request.POST or None, offered=offered, today=viewer.today)
    if request.method == "POST" and form.is_valid():
        load_student(request, public_id, Permission.OBSERVE_AS_PARTNER)
        data = form.cleaned_data
        seen = Observation(
            key=data["key"],
            competency=UUID(data["competency"]),
            observed_on=data["on"],
            note=data["note"].strip(),
        )
        try:
            observe_as_partner(by=viewer, student=student, seen=seen)
        except EvidenceError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Thank you. A teacher looks at it and answers you here."))
            return redirect("partner_student", student.public_id)
    context = {
        "one": one,
        "form": form,
        "has_offers": bool(offered),
        "sent": selectors.sent_by_me(viewer=viewer, student=student),
    }
    return render(request, "success_plans/partner_student.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def student_partners(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Each partner on its own: yes, no, taken back at once. Family answers, an adult at school may write it down."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN, block="plan")
    viewer = request.viewer
    allowed = permissions_on(viewer, student)
    signing = consent_selectors.signing(viewer=viewer, student=student)
    may_answer = may_sign(allowed, signing)
    is_scribe = Permission.EDIT_PLAN in allowed and Permission.SPEAK_AS_FAMILY not in allowed
    if not allowed & SPEAKERS or (request.method == "POST" and not (may_answer or is_scribe)):
        raise PermissionDenied
    givers = signing.givers if is_scribe else None
    form = PartnerAnswerForm(request.POST or None, guardians=givers, initial={"given_on": viewer.today})

    def save(data: dict[str, Any]) -> None:
        about = selectors.partner_by_id(viewer=viewer, student=student, public_id=data["partner"])
        if about is None:
            raise PlanError(_("Choose a partner of one of the pathways."))
        services.answer_consent(
            by=viewer,
            student=student,
            kind=ConsentKind.PARTNER,
            is_yes=data["answer"] == "yes",
            given_by_id=int(data["given_by"]) if data.get("given_by") else None,
            given_on=data.get("given_on"),
            partner=about,
        )

    attempt = tried(request, form, student=student, save=save)
    if attempt.is_saved:
        messages.success(request, _("Noted, with today’s date. It can be taken back at any time."))
        return redirect("student_partners", student.public_id)
    context = {
        "student": student,
        "form": form,
        "partners": selectors.partners_of(viewer=viewer, student=student),
        "is_family": Permission.SPEAK_AS_FAMILY in allowed,
        "is_scribe": is_scribe,
        "may_answer": may_answer,
        "is_alone": signing.is_alone,
        "is_own": Permission.SPEAK_AS_STUDENT in allowed,
        "sent_partner": request.POST.get("partner", ""),
    }
    return render(request, "success_plans/student_partners.html", context, status=attempt.status)


@require_GET
def who_sees(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Who can see this and why: the policy in its own sentences, with the people of today."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN, block="plan")
    allowed = permissions_on(request.viewer, student)
    if not allowed & SPEAKERS:
        raise PermissionDenied
    context = {
        "student": student,
        "circles": _who_sees(viewer=request.viewer, student=student),
        "partners": [one for one in selectors.partners_of(viewer=request.viewer, student=student) if one.sees],
        "is_family": Permission.SPEAK_AS_FAMILY in allowed,
        "is_own": Permission.SPEAK_AS_STUDENT in allowed,
    }
    return render(request, "success_plans/who_sees.html", context)
