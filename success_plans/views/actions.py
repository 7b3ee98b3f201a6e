"""An action of the plan without a flag: from the catalogue or in own words; nothing is shared before it was read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import ViewerRequest, load_student
from accounts.merging import begin, merge
from accounts.permissions import Permission
from success_plans.errors import PlanError, TextChangedError
from success_plans.forms.actions import ActionForm
from success_plans.selectors import texts
from success_plans.services import actions as services
from success_plans.services.actions import ActionText
from success_plans.views.inplace import load_text, plan_url
from supports.choices import Setting, SupportType
from supports.selectors import catalogue, flags

STEPS = ("look", "share", "keep", "edit")


@require_http_methods(["GET", "POST"])
def action_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Choose from the catalogue or write it in own words; then read what the family will read, then share it or not."""
    student, _decision = load_student(request, public_id, Permission.EDIT_PLAN, block="plan")
    viewer = request.viewer
    about = _about(request)
    offers = catalogue.offers(viewer=viewer, schools=[student.school_id], competency=about)
    wanted = request.POST.get("entry") or request.GET.get("entry") or ""
    offer = next((one for one in offers if str(one.public_id) == wanted), None)
    adults = texts.adults(viewer=viewer, student=student)
    initial: dict[str, Any] = {
        "competency": about.public_id if about else "",
        "owner": str(viewer.person_id),
        "starts_on": viewer.today,
        "ends_on": viewer.today + timedelta(weeks=6),
        "minutes": 20,
        "sessions_per_week": 2,
        "type": SupportType.CORE,
        "setting": Setting.SCHOOL,
    }
    entry = None
    if offer is not None:
        entry = catalogue.entry_by_id(viewer=viewer, schools=[student.school_id], public_id=offer.public_id)
        assert entry is not None
        initial |= {
            "entry": offer.public_id,
            "title": offer.title,
            "type": entry.type,
            "setting": entry.setting,
            "provider": offer.provider,
            "minutes": offer.minutes,
            "sessions_per_week": offer.sessions_per_week,
            "ends_on": viewer.today + timedelta(weeks=min(offer.weeks, 12)),
            **_worded(offer.wordings),
        }
    form = ActionForm(request.POST or None, adults=adults, initial=initial)
    context = {
        "student": student,
        "offers": offers,
        "offer": offer,
        "about": about,
        "title": _("Add an action or a support"),
    }
    if request.method == "POST" and form.is_valid() and (step := _step(request)) != "edit":
        if step == "look":
            return _preview(request, form, context)
        try:
            services.start_action(
                by=viewer,
                student=student,
                action=_text(request, form, is_shared=step == "share"),
                entry=entry,
                competency=about,
            )
        except PlanError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It stands in the plan."))
            return redirect(plan_url(student, "helps"))
    return _page(request, form, context)


def _about(request: ViewerRequest) -> Any:
    """The competency an action is about, where the address or the form names one."""
    try:
        public_id = UUID(request.POST.get("competency") or request.GET.get("competency") or "")
    except ValueError:
        return None
    return flags.next_competency(viewer=request.viewer, public_id=public_id)


@require_http_methods(["GET", "POST"])
def action_change(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Change a running action, with the reason; here it is also read and shared when that was left for later."""
    row, student = load_text(request, texts.action_by_id, public_id)
    viewer = request.viewer
    people = dict(texts.adults(viewer=viewer, student=student))
    people.setdefault(row.owner_id, row.owner.display_name)
    initial = {
        "title": row.title,
        "owner": str(row.owner_id),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "type": row.type,
        "setting": row.setting,
        "provider": row.provider,
        "minutes": row.minutes,
        "sessions_per_week": row.sessions_per_week,
        "consent_on": row.consent_on,
        "version": row.version,
        **_worded(row.family_wordings),
    }
    form = ActionForm(request.POST or None, adults=list(people.items()), initial=initial, is_new=False)
    begin(form)
    context: dict[str, Any] = {"student": student, "title": row.title, "is_shared": row.shared_at is not None}
    if request.method == "POST" and form.is_valid() and (step := _step(request)) != "edit":
        if step == "look":
            return _preview(request, form, context)
        try:
            services.change_action(
                by=viewer,
                support=row,
                to=_text(request, form, is_shared=step == "share"),
                reason=form.cleaned_data["reason"],
                language=get_language() or "en",
                version=form.cleaned_data["version"] or 0,
            )
        except PlanError as error:
            form.add_error("reason", str(error))
        except TextChangedError as changed:
            context |= {
                "conflict": changed,
                "their_name": texts.last_writer(viewer=viewer, student=student, row=changed.current),
            }
            merge(form, changed, request.POST)
            return _page(request, form, context, status=409)
        else:
            return redirect(plan_url(student, "helps"))
    return _page(request, form, context)


def _step(request: ViewerRequest) -> str:
    step = request.POST.get("step", "look")
    return step if step in STEPS else "look"


def _page(request: ViewerRequest, form: ActionForm, context: dict[str, Any], status: int = 200) -> HttpResponse:
    status = 422 if form.errors and status == 200 else status
    return render(request, "success_plans/action_form.html", {**context, "form": form}, status=status)


def _preview(request: ViewerRequest, form: ActionForm, context: dict[str, Any]) -> HttpResponse:
    wordings = form.wordings()
    shown = [(code, name, wordings[code]) for code, name in settings.LANGUAGES]
    return render(request, "success_plans/action_preview.html", {**context, "form": form, "wordings": shown})


def _worded(wordings: dict[str, dict[str, str]]) -> dict[str, str]:
    return {
        f"{part}_{code}": wordings.get(code, {}).get(part, "")
        for code, _name in settings.LANGUAGES
        for part in ("title", "family", "home")
    }


def _text(request: ViewerRequest, form: ActionForm, *, is_shared: bool) -> ActionText:
    data = form.cleaned_data
    per_week = data["sessions_per_week"]
    return ActionText(
        title=data["title"],
        type=SupportType(data["type"] or SupportType.CORE),
        setting=Setting(data["setting"] or Setting.SCHOOL),
        owner_id=int(data["owner"]),
        starts_on=form.starts(request.viewer.today),
        ends_on=data["ends_on"],
        minutes=data["minutes"] or 20,
        sessions_per_week=2 if per_week is None else per_week,
        provider=data["provider"],
        consent_on=data["consent_on"],
        family_wordings=form.wordings(),
        share=is_shared,
    )
