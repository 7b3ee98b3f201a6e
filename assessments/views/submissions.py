"""A student's works: the list, one work to hand in and to read, and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseGone
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import audit
from accounts.downloads import private_file
from accounts.files import given_name, open_file
from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.media import family_allows_media
from accounts.permissions import Permission, permissions_on
from assessments.errors import WorkChangedError, WorkError
from assessments.forms.work import SubmissionForm
from assessments.selectors import assignments as assignment_selectors
from assessments.selectors import submissions as selectors
from assessments.selectors.criteria import plain
from assessments.services.submissions import HandedIn, hand_in

if TYPE_CHECKING:
    from accounts.models import Student
    from assessments.models import Assignment


def _language() -> str:
    return get_language() or "en"


@require_GET
def student_work(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What classes asked of a student, newest first, with where each work is."""
    student, _decision = load_student(request, public_id, Permission.READ_EVIDENCE, block="work")
    allowed = permissions_on(request.viewer, student)
    context = {
        "student": student,
        "works": selectors.works_of(viewer=request.viewer, student=student),
        "is_self": Permission.SPEAK_AS_STUDENT in allowed,
        "is_family": Permission.READ_FAMILY_PAGE in allowed,
    }
    return render(request, "assessments/student_work.html", context)


def load_work(request: ViewerRequest, public_id: UUID, student: Student) -> Assignment:
    """A work that concerns this student; Http404 for one of another class."""
    row = assignment_selectors.assignment_by_id(viewer=request.viewer, public_id=public_id)
    if row is None or not selectors.concerns(viewer=request.viewer, student=student, assignment=row):
        raise Http404
    return row


@require_http_methods(["GET", "POST"])
def submission_edit(request: ViewerRequest, public_id: UUID, student_id: UUID) -> HttpResponse:
    """One work of a student: the task, what was handed in, the own view beside the judgements.

    The student hands it in, or an adult who writes it down; family reads it.
    """
    student, _decision = load_student(request, student_id, Permission.READ_EVIDENCE, block="work")
    allowed = permissions_on(request.viewer, student)
    may_hand_in = bool(allowed & {Permission.SPEAK_AS_STUDENT, Permission.RECORD_EVIDENCE})
    if request.method == "POST" and not may_hand_in:
        raise PermissionDenied
    row = load_work(request, public_id, student)
    status, problem, form = 200, "", None
    if request.method == "POST":
        form = _form(request, student, row, data=request.POST)
        status = 422
        if form.is_valid():
            try:
                hand_in(by=request.viewer, student=student, assignment=row, work=_handed(request, form))
            except WorkChangedError as changed:
                status, problem = 409, str(changed)
                data = request.POST.copy()
                data["version"] = str(changed.version)
                form = _form(request, student, row, data=data)
            except WorkError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Handed in. You can hand it in anew until somebody begins to judge it."))
                return redirect("submission_edit", row.public_id, student.public_id)
    page = selectors.submission_page(viewer=request.viewer, student=student, assignment=row, language=_language())
    is_open = may_hand_in and not page.began and row.closed_at is None and row.opens_on <= request.viewer.today
    context = {
        "student": student,
        "assignment": row,
        "page": page,
        "form": (form or _form(request, student, row)) if is_open or form is not None else None,
        "problem": problem,
        "is_self": Permission.SPEAK_AS_STUDENT in allowed,
        "is_family": Permission.READ_FAMILY_PAGE in allowed,
        "may_keep_media": family_allows_media(student),
        "may_judge": Permission.RECORD_EVIDENCE in allowed and bool(page.criteria),
    }
    return render(request, "assessments/submission_edit.html", context, status=status)


def _form(request: ViewerRequest, student: Student, row: Assignment, data: Any = None) -> SubmissionForm:
    page = selectors.submission_page(viewer=request.viewer, student=student, assignment=row, language=_language())
    own = {} if page.own is None else page.own.levels
    initial: dict[str, Any] = {
        "version": page.artifact.version,
        "text": page.artifact.text,
        "language": page.artifact.language or _language(),
        "view_note": "" if page.own is None else page.own.note,
    }
    initial |= {line.field: plain(own[line.pk].value) for line in page.criteria if line.pk in own}
    return SubmissionForm(
        data, request.FILES if data else None, criteria=page.criteria, empty=_("I do not say"), initial=initial
    )


def _handed(request: ViewerRequest, form: SubmissionForm) -> HandedIn:
    data = form.cleaned_data
    going = []
    for value in request.POST.getlist("take_away"):
        try:
            going.append(UUID(value))
        except ValueError:
            continue
    return HandedIn(
        text=data["text"],
        language=data["language"] or _language(),
        version=data["version"],
        uploads=data["uploads"],
        shows=data["shows"],
        taken_away=going,
        views=form.levels,
        view_note=data["view_note"],
    )


@require_GET
def work_file(request: ViewerRequest, public_id: UUID) -> HttpResponseBase:
    """The bytes of one file of a work, with the type they were found to be and no other."""
    viewer = require_sign_in(request)
    row = selectors.file_of_work(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    try:
        content = open_file(row)
    except FileNotFoundError:
        return HttpResponseGone()
    audit.record_read(
        viewer=viewer,
        subject=f"student:{row.student_id}",
        students=[row.student_id],
        block="work",
        reason=selectors.reason_for(viewer, row),
    )
    return private_file(
        content, content_type=row.content_type, name=given_name(row), as_attachment=row.kind == "document"
    )
