"""What a class works on: choosing it, for how long, and taking it out again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ViewerRequest, load_section, wants_fragment
from accounts.permissions import Permission
from assessments.selectors.rubrics import choices
from supports.choices import FocusKind
from supports.errors import FocusError
from supports.forms.classes import FocusForm
from supports.selectors import grid as grid_selectors
from supports.selectors.records import grouped
from supports.services.focus import default_focus_end, end_section_focus, set_section_focus


def _language() -> str:
    return get_language() or "en"


@require_http_methods(["GET", "POST"])
def class_focus(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What the class works on: what is chosen, until when, and choosing more."""
    section, _decision = load_section(request, public_id, Permission.READ_SECTION)
    viewer, query = request.viewer, request.GET.get("q", "").replace("\x00", " ")[:100]
    offered = choices(viewer=viewer, language=_language(), query=query)
    form = FocusForm(
        request.POST or None,
        initial={
            "kind": FocusKind.LEARN,
            "last_day": default_focus_end(section, viewer.today),
            "competency": request.GET.get("competency", ""),
        },
    )
    form.fields["competency"].choices = [("", _("Choose one")), *grouped(offered)]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        competency = grid_selectors.competency_to_choose(viewer=viewer, public_id=UUID(data["competency"]))
        if competency is None:
            raise Http404
        try:
            set_section_focus(
                by=viewer, section=section, competency=competency, kind=FocusKind(data["kind"]), until=form.until()
            )
        except FocusError as error:
            form.add_error("last_day", str(error))
        else:
            messages.success(request, _("The class works on this now."))
            return redirect("class_focus", section.public_id)
    lines = grid_selectors.focus_lines(viewer=viewer, section=section, language=_language())
    context = {"section": section, "lines": lines, "form": form, "query": query, "found": len(offered)}
    template = "supports/class_focus.html"
    if wants_fragment(request) and request.method == "GET":
        template += "#focus-choice"
    return render(request, template, context, status=422 if form.errors else 200)


@require_POST
def class_focus_end(request: ViewerRequest, public_id: UUID, focus_id: UUID) -> HttpResponse:
    """Take a competency out of focus today."""
    section, _decision = load_section(request, public_id, Permission.READ_SECTION)
    focus = grid_selectors.section_focus(viewer=request.viewer, section=section, public_id=focus_id)
    if focus is not None:
        end_section_focus(by=request.viewer, focus=focus)
    messages.success(request, _("Taken out of what the class works on. What was seen stays."))
    return redirect("class_focus", section.public_id)
