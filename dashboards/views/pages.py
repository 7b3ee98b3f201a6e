"""Pages for administrators and operators: counts, clocks, health. Never a list of children by anything but a name."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import ViewerRequest, load_school, require_duty, require_sign_in
from accounts.permissions import Permission, can
from competencies.choices import WorkingState
from competencies.errors import AuthoringError, MovedOnError
from competencies.selectors.authoring import comments_of
from competencies.selectors.differences import to_be_published
from competencies.services.authoring import preview_of, publish_copy, seen_of_copy
from competencies.views.authoring.loading import frame, load_copy, page_language
from dashboards import selectors, services
from dashboards.affected import affected
from dashboards.forms import PublishForm


@require_GET
def schools(request: ViewerRequest) -> HttpResponse:
    """The schools this viewer leads; with one, straight to it."""
    viewer = require_sign_in(request)
    found = selectors.my_schools(viewer=viewer)
    if len(found) == 1:
        return redirect("school", found[0].public_id)
    return render(request, "dashboards/school_list.html", {"schools": found})


@require_GET
def school(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """How the school is doing: coverage, flags by rule, evidence recency."""
    found, _decision = load_school(request, public_id, Permission.READ_SCHOOL)
    page = selectors.school_page(viewer=request.viewer, school=found)
    context = {
        "page": page,
        "school": found,
        "may_transfer": can(request.viewer, Permission.TRANSFER_PLANS, found).allowed,
    }
    return render(request, "dashboards/school.html", context)


@require_GET
def operations(request: ViewerRequest) -> HttpResponse:
    """Is the system keeping up? Backlog, lag, quarantine, jobs. No student data."""
    require_duty(request, Permission.SEE_OPERATIONS)
    return render(request, "dashboards/operations.html", {"page": selectors.operations(viewer=request.viewer)})


@require_POST
def quarantine_release(request: ViewerRequest) -> HttpResponse:
    """Put every quarantined request back in line."""
    require_duty(request, Permission.SEE_OPERATIONS)
    released = services.release_quarantine(by=request.viewer)
    messages.info(request, _("%(n)s put back in line.") % {"n": released})
    return redirect("operations")


@require_http_methods(["GET", "POST"])
def working_publish(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What a working copy would change; for its writers also who is affected, in counts, and publishing it."""
    copy = load_copy(request, public_id, writing=request.method == "POST")
    seen = seen_of_copy(copy)  # before what is shown is read
    framework = copy.framework
    around = frame(request, copy)
    form = PublishForm(
        request.POST if request.method == "POST" else None,
        initial={
            "show": framework is None or framework.is_published,
            "in_use": framework is not None and framework.is_in_use,
        },
    )
    has_moved_on = framework is not None and around["is_open"] and framework.version != copy.based_on
    if request.method == "POST" and form.is_valid():
        try:
            published = publish_copy(
                by=request.viewer, copy=copy, seen=request.POST.get("seen", ""), **form.cleaned_data
            )
        except MovedOnError:
            has_moved_on = True
        except AuthoringError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Published: version %(n)s.") % {"n": published.version})
            if published.version > 1:
                where = reverse("framework_diff", args=[published.public_id])
                return redirect(f"{where}?from={published.version - 1}&to={published.version}")
            return redirect("framework_detail", published.public_id)
    difference = None
    if around["is_open"] and not has_moved_on:
        found = preview_of(by=request.viewer, copy=copy)
        difference = to_be_published(
            viewer=request.viewer,
            found=found,
            language=page_language(),
            whole=request.GET.get("whole") == "yes",
        )
    said = comments_of(viewer=request.viewer, copy=copy)
    context = {
        **around,
        "form": form,
        "difference": difference,
        "affected": affected(viewer=request.viewer, ids=difference.ids)
        if difference is not None and around["may_write"] and framework is not None
        else [],
        "has_moved_on": has_moved_on,
        "seen": seen,
        "is_review": copy.state == WorkingState.REVIEW,
        "waiting": sum(one.answered_at is None for one in said),
    }
    status = 409 if has_moved_on and request.method == "POST" else 422 if form.errors else 200
    return render(request, "dashboards/working_publish.html", context, status=status)
