"""Judging a work beside its rubric: by name as its teacher, or without one as a colleague who was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission, can
from assessments.errors import WorkChangedError, WorkError
from assessments.forms.work import ScoringForm, TalkForm
from assessments.selectors import scoring as selectors
from assessments.selectors.assignments import works_to_judge
from assessments.selectors.criteria import plain, said
from assessments.services import moderation as moderation_services
from assessments.services import scoring as services
from assessments.services.scoring import Judgement
from assessments.views.submissions import load_work

if TYPE_CHECKING:
    from accounts.models import Student
    from assessments.models import Assignment, Scoring


def _language() -> str:
    return get_language() or "en"


@require_http_methods(["GET", "POST"])
def score(request: ViewerRequest, public_id: UUID, student_id: UUID) -> HttpResponse:
    """A work of a student of one's own, with the rubric beside it."""
    student, _decision = load_student(request, student_id, Permission.RECORD_EVIDENCE, block="work")
    assignment = load_work(request, public_id, student)
    return _judge(request, student, assignment, is_unseen=False)


def _load_scoring(request: ViewerRequest, public_id: UUID) -> tuple[Scoring, Student, Assignment]:
    """One's own look at a work one may still judge; Http404 for anybody else's."""
    viewer = require_sign_in(request)
    row = selectors.scoring_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    student, _decision = load_student(request, row.submission.student.public_id, Permission.SCORE_WORK, block="work")
    return row, student, row.submission.assignment


@require_http_methods(["GET", "POST"])
def scoring(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """A work one was asked to judge: without the student's name, names of files and the student's own view."""
    row, student, assignment = _load_scoring(request, public_id)
    if row.invited_by_id is None:
        return redirect("score", assignment.public_id, student.public_id)
    return _judge(request, student, assignment, is_unseen=True)


def _judge(request: ViewerRequest, student: Student, assignment: Assignment, *, is_unseen: bool) -> HttpResponse:
    status, problem, form = 200, "", None
    page = _page(request, student, assignment, is_unseen=is_unseen)
    if request.method == "POST":
        form = _form(page, request.POST)
        status = 422
        if form.is_valid():
            try:
                _save(request, student, assignment, form, finish=request.POST.get("do") == "finish")
            except WorkChangedError as changed:
                status, problem = 409, str(changed)
                data = request.POST.copy()
                data["version"], data["seen"] = str(page.version), str(page.artifact.version)
                form = _form(page, data)
            except WorkError as error:
                form.add_error(None, str(error))
            else:
                return redirect(request.path)
    context: dict[str, Any] = {
        "student": None if is_unseen else student,
        "assignment": assignment,
        "page": page,
        "form": None if page.is_finished else (form or _form(page)),
        "problem": problem,
        "mine": [(line, said(line, page.mine[line.pk])) for line in page.criteria if line.pk in page.mine],
        "is_unseen": is_unseen,
    }
    if page.is_finished and not is_unseen:
        context["next_steps"] = selectors.what_comes_next(
            viewer=request.viewer, criteria=page.criteria, language=_language()
        )
    if not is_unseen:
        context["teaches"] = can(request.viewer, Permission.READ_SECTION, assignment.section).allowed
        context["beside"] = selectors.beside(viewer=request.viewer, student=student, assignment=assignment)
    return render(request, "assessments/scoring.html", context, status=status)


def _page(
    request: ViewerRequest, student: Student, assignment: Assignment, *, is_unseen: bool
) -> selectors.ScoringPage:
    page = selectors.scoring_page(
        viewer=request.viewer, student=student, assignment=assignment, language=_language(), is_unseen=is_unseen
    )
    if not page.criteria:
        raise Http404
    return page


def _form(page: selectors.ScoringPage, data: Any = None) -> ScoringForm:
    initial: dict[str, Any] = {
        "version": page.version,
        "seen": page.artifact.version,
        "note": "" if page.scoring is None else page.scoring.note,
    }
    initial |= {line.field: plain(page.mine[line.pk]) for line in page.criteria if line.pk in page.mine}
    return ScoringForm(data, criteria=page.criteria, empty=_("Not seen in this work"), initial=initial)


def _save(request: ViewerRequest, student: Student, assignment: Assignment, form: ScoringForm, *, finish: bool) -> None:
    data = form.cleaned_data
    judgement = Judgement(
        levels=form.levels, note=data["note"], language=_language(), version=data["version"], seen=data["seen"]
    )
    if not finish:
        services.save_draft(by=request.viewer, student=student, assignment=assignment, judgement=judgement)
        messages.success(request, _("Kept as a draft. Nobody else sees it."))
    else:
        done = services.finish(by=request.viewer, student=student, assignment=assignment, judgement=judgement)
        messages.success(request, _done_words(counts=done.counts, differing=done.differing))
    if data["for_group"]:
        begun = services.copy_to_group(by=request.viewer, student=student, assignment=assignment)
        messages.info(
            request,
            ngettext(
                "Begun for %(n)s other of the group, as a draft. Look at it and finish it by itself.",
                "Begun for %(n)s others of the group, as drafts. Look at each and finish it by itself.",
                begun,
            )
            % {"n": begun},
        )


def _done_words(*, counts: bool, differing: int) -> str:
    if not counts:
        return _("Finished. It is shown and counted once the second person is done.")
    if differing:
        return _("Finished. You two saw it differently, so there is something to talk about below.")
    return _("Finished. It is part of the evidence now.")


# ------------------------------------------------------------------ after finishing
@require_POST
def scoring_undo(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take one's own judgement back within ten minutes."""
    row, student, assignment = _load_scoring(request, public_id)
    try:
        services.undo(by=request.viewer, student=student, assignment=assignment)
    except WorkError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Taken back. Your levels are a draft again."))
    return redirect(_address(row, student, assignment))


@require_POST
def scoring_alone(request: ViewerRequest, public_id: UUID, student_id: UUID) -> HttpResponse:
    """Go on without a second look at a work."""
    student, _decision = load_student(request, student_id, Permission.RECORD_EVIDENCE, block="work")
    assignment = load_work(request, public_id, student)
    try:
        services.end_wait(by=request.viewer, student=student, assignment=assignment)
    except WorkError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The judgement counts now, without a second look."))
    return redirect("assignment", assignment.public_id)


@require_POST
def scoring_talk(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Ask to talk about a work one has judged."""
    row, student, assignment = _load_scoring(request, public_id)
    form = TalkForm(request.POST)
    try:
        if not form.is_valid():
            raise WorkError(_("Nobody judged this competency in this work."))
        moderation_services.ask(by=request.viewer, scoring=row, competency=form.cleaned_data["competency"])
    except WorkError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Asked. It stands in the list of works to talk about."))
    return redirect(_address(row, student, assignment))


def _address(row: Scoring, student: Student, assignment: Assignment) -> str:
    if row.invited_by_id is not None:
        return reverse("scoring", args=[row.public_id])
    return reverse("score", args=[assignment.public_id, student.public_id])


@require_GET
def my_scorings(request: ViewerRequest) -> HttpResponse:
    """Works that wait for one's own judgement."""
    viewer = require_sign_in(request)
    return render(request, "assessments/my_scorings.html", {"to_judge": works_to_judge(viewer=viewer)})
