"""Support sessions for a whole group in one submit, and one support with its log, its referral and its end."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission
from supports.choices import ReferralState, SessionState, SupportState
from supports.errors import SupportChangedError, SupportError
from supports.forms.delivery import ReferralForm, SessionForm, SupportEndForm
from supports.selectors import delivery as selectors
from supports.services import delivery as services
from supports.services.delivery import Attendance


@require_http_methods(["GET", "POST"])
def session_add(request: ViewerRequest) -> HttpResponse:
    """The groups I can log a session of; with `?support=` the one to tick, in one submit for everybody."""
    viewer = require_sign_in(request)
    wanted = _uuid(request.GET.get("support", ""))
    if wanted is None:
        if request.method == "POST":
            raise Http404
        groups = selectors.groups(viewer=viewer)
        _looked(request, sorted({pk for group in groups for pk in group.student_ids}))
        context: dict[str, Any] = {
            "groups": groups,
            "mine": [group for group in groups if group.is_mine],
            "others": [group for group in groups if not group.is_mine],
            "undoable": selectors.undoable(viewer=viewer),
        }
        return render(request, "supports/session_add.html", context)
    group = next(iter(selectors.groups(viewer=viewer, containing=wanted)), None)
    if group is None:
        raise Http404
    _looked(request, group.student_ids)
    form = SessionForm(request.POST or None, group=group, initial={"held_on": viewer.today})
    if request.method == "POST" and form.is_valid():
        found = selectors.supports_of_group(viewer=viewer, public_ids=[m.support for m in group.members])
        states = form.attendance()
        lines = [
            Attendance(
                support=found[UUID(public_id)],
                state=SessionState(state),
                minutes=form.cleaned_data["minutes"] if state == SessionState.HELD else 0,
                note=form.cleaned_data["note"],
            )
            for public_id, state in states.items()
            if UUID(public_id) in found
        ]
        try:
            services.log_sessions(
                by=viewer, lines=lines, held_on=form.cleaned_data["held_on"], key=form.cleaned_data["key"]
            )
        except SupportError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _said(group.title, lines))
            return redirect("session_add")
    context = {"group": group, "form": form}
    return render(request, "supports/session_add.html", context, status=422 if form.errors else 200)


def _said(title: str, lines: list[Attendance]) -> str:
    there = sum(line.state == SessionState.HELD for line in lines)
    away = sum(line.state == SessionState.ABSENT for line in lines)
    said = ngettext("%(support)s: kept for %(n)s student.", "%(support)s: kept for %(n)s students.", len(lines)) % {
        "support": title,
        "n": len(lines),
    }
    if away:
        said += " " + ngettext("%(n)s was away.", "%(n)s were away.", away) % {"n": away}
    return said if there or away else " ".join((said, _("It was called off.")))


@require_POST
def session_undo(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take back one's own submit within ten minutes."""
    viewer = require_sign_in(request)
    if not selectors.is_my_batch(viewer=viewer, batch=public_id):
        raise Http404
    try:
        services.undo_sessions(by=viewer, batch=public_id)
    except SupportError as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("Taken back. Nothing of it counts."))
    return redirect("session_add")


@require_GET
def support_detail(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One support: how much of it took place, its log, its referral, how it ends."""
    return _page(request, _load(request, public_id))


@require_POST
def support_referral(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The next step of a referral."""
    page = _load(request, public_id)
    form = ReferralForm(request.POST, steps=page.next_steps)
    if not form.is_valid():
        return _page(request, page, referral=form)
    data = form.cleaned_data
    try:
        services.referral_step(
            by=request.viewer,
            support=page.support,
            state=ReferralState(data["step"]),
            on=data["on"],
            note=data["note"],
            version=data["version"],
        )
    except (SupportError, SupportChangedError) as error:
        form.add_error(None, str(error))
        changed = isinstance(error, SupportChangedError)
        return _page(request, page, referral=form, status=409 if changed else 422)
    messages.success(request, _("Noted: %(step)s.") % {"step": ReferralState(data["step"]).label})
    return redirect("support", public_id=public_id)


@require_POST
def support_end(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Finish a support, or stop it on the way, with a reason."""
    page = _load(request, public_id)
    form = SupportEndForm(request.POST)
    if not form.is_valid():
        return _page(request, page, end=form)
    try:
        services.end_support(
            by=request.viewer,
            support=page.support,
            state=SupportState(form.cleaned_data["state"]),
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        )
    except (SupportError, SupportChangedError) as error:
        form.add_error(None, str(error))
        changed = isinstance(error, SupportChangedError)
        return _page(request, page, end=form, status=409 if changed else 422)
    messages.success(request, _("It has ended. Its log stays in the record."))
    return redirect("support", public_id=public_id)


def _load(request: ViewerRequest, public_id: UUID) -> selectors.SupportPage:
    viewer = require_sign_in(request)
    support = selectors.support_by_id(viewer=viewer, public_id=public_id)
    if support is None:
        raise Http404
    load_student(request, support.student.public_id, Permission.SEE_STUDENT, block="supports")
    return selectors.support_page(viewer=viewer, support=support)


def _page(
    request: ViewerRequest,
    page: selectors.SupportPage,
    *,
    referral: ReferralForm | None = None,
    end: SupportEndForm | None = None,
    status: int = 0,
) -> HttpResponse:
    version = page.support.version
    today: date = request.viewer.today
    context = {
        "page": page,
        "referral": referral or ReferralForm(steps=page.next_steps, initial={"on": today, "version": version}),
        "end": end or SupportEndForm(initial={"version": version}),
        "is_referral_open": referral is not None,
        "is_end_open": end is not None,
    }
    failed = referral is not None or end is not None
    return render(request, "supports/support_detail.html", context, status=status or (422 if failed else 200))


def _looked(request: ViewerRequest, students: list[int]) -> None:
    if students:
        audit.record_read(
            viewer=request.viewer, subject="sessions", students=students, block="supports", reason=_("keeps their log")
        )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
