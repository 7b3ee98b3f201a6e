"""The class talked through: each student by name, one at a time, strength first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit
from accounts.http import ViewerRequest, load_section
from accounts.merging import begin, merge
from accounts.permissions import Permission
from success_plans.errors import PlanError
from success_plans.forms.cycle import TalkForm
from success_plans.selectors import class_reviews as selectors
from success_plans.services import class_reviews as services
from success_plans.services.class_reviews import EntryChangedError, NotEveryoneError, Talk

if TYPE_CHECKING:
    from success_plans.models import ReviewEntry


@require_http_methods(["GET", "POST"])
def class_review(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One student after the other; it can be left and continued, and two teachers may write at once.

    POST saves the words about `?student=` and goes on to the next who was not talked about. 409: a colleague wrote
    about this student meanwhile, both texts are shown. 422: a strength is missing.
    """
    section, decision = load_section(request, public_id, Permission.REVIEW_CLASS)
    viewer = request.viewer
    chosen = _chosen(request)
    page = selectors.review_page(viewer=viewer, section=section, chosen=chosen)
    if (chosen is not None or request.method == "POST") and page.here is None:
        raise Http404
    audit.record_read(
        viewer=viewer,
        subject=f"section:{section.pk}",
        students=[place.student.pk for place in page.places],
        block="class_review",
        reason=decision.reason,
    )
    context: dict[str, Any] = {"section": section, "page": page}
    if page.here is None:
        return render(request, "success_plans/class_review.html", context)
    entry = page.here.entry
    status = 200
    if request.method == "POST":
        form = _form(entry, data=request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                services.discuss(
                    by=viewer,
                    section=section,
                    student=page.here.student,
                    talk=Talk(data["strength"], data["next_step"], data["enrichment_considered"], data["language"]),
                    version=data["version"] or 0,
                )
            except EntryChangedError as error:
                context["conflict"], status = error, 409
                form = _form(error.current, data=request.POST)
                merge(form, error, request.POST)
            except PlanError as error:
                form.add_error(None, str(error))
            except PermissionError as error:
                raise Http404 from error
            else:
                messages.success(request, _("Kept: %(name)s.") % {"name": page.here.student.person.short_name})
                return redirect(_address(section.public_id, _after(page)))
        status = 422 if form.errors else status
    else:
        form = _form(entry)
    context |= {
        "form": form,
        "before": _address(section.public_id, page.before),
        "after": _address(section.public_id, page.after),
        "places": [(place, _address(section.public_id, place)) for place in page.places],
    }
    return render(request, "success_plans/class_review.html", context, status=status)


def _form(entry: ReviewEntry | None, *, data: QueryDict | None = None) -> TalkForm:
    """The words about one student as they stand, or what was sent."""
    form = TalkForm(
        data,
        initial={
            "strength": entry.strength if entry else "",
            "next_step": entry.next_step if entry else "",
            "enrichment_considered": bool(entry and entry.enrichment_considered),
            "language": entry.language if entry else get_language(),
            "version": entry.version if entry else 0,
        },
    )
    begin(form)
    return form


def _chosen(request: ViewerRequest) -> UUID | None:
    given = request.GET.get("student", "") or request.POST.get("student", "")
    if not given:
        return None
    try:
        return UUID(given)
    except ValueError as error:
        raise Http404 from error


def _address(section: UUID, place: selectors.Place | None) -> str:
    where = reverse("class_review", args=[section])
    return where if place is None else f"{where}?{urlencode({'student': place.public_id})}#talk"


def _after(page: selectors.ReviewPage) -> selectors.Place | None:
    """The next one who was not talked about: below in the list, else from its beginning; None: everyone was."""
    assert page.here is not None
    here = page.places.index(page.here)
    waiting = [place for place in [*page.places[here + 1 :], *page.places[:here]] if place.entry is None]
    return waiting[0] if waiting else None


@require_POST
def class_review_finish(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Finish the review, or say who was not talked about yet."""
    section, _decision = load_section(request, public_id, Permission.REVIEW_CLASS)
    try:
        services.finish(by=request.viewer, section=section)
    except NotEveryoneError as error:
        names = ", ".join(student.person.display_name for student in error.missing[:8])
        words = ngettext(
            "%(n)s student has not been talked about yet: %(names)s.",
            "%(n)s students have not been talked about yet: %(names)s.",
            len(error.missing),
        )
        messages.warning(request, words % {"n": len(error.missing), "names": names})
    else:
        messages.success(request, _("The review of this class is finished. Thank you."))
    return redirect("class_review", section.public_id)
