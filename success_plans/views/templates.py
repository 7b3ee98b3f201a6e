"""The district's templates: light and full, how each block is asked, each edit with its reason."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import ViewerRequest, require_duty
from accounts.permissions import Permission
from success_plans.choices import TemplateKind
from success_plans.errors import PlanError
from success_plans.forms.versions import TemplateForm
from success_plans.selectors import templates as selectors
from success_plans.services import templates as services
from success_plans.services.templates import BlockEdit


@require_GET
def templates(request: ViewerRequest) -> HttpResponse:
    """Both templates as they hold now, and who changed them why."""
    require_duty(request, Permission.EDIT_TEMPLATES)
    context = {
        "templates": [selectors.current_template(viewer=request.viewer, kind=kind) for kind in TemplateKind],
        "edits": selectors.template_edits(viewer=request.viewer),
    }
    return render(request, "success_plans/template_list.html", context)


@require_http_methods(["GET", "POST"])
def template_edit(request: ViewerRequest) -> HttpResponse:
    """Change how plans are asked from now on (`?kind=full`). Agreed plans keep the template they were agreed with."""
    require_duty(request, Permission.EDIT_TEMPLATES)
    kind = request.GET.get("kind", TemplateKind.LIGHT)
    if kind not in TemplateKind.values:
        raise Http404
    now = selectors.current_template(viewer=request.viewer, kind=TemplateKind(kind))
    initial: dict[str, Any] = {
        "review_weeks": now.review_weeks,
        "reviews_a_year": now.reviews_a_year,
        "number": now.number,
    }
    for block in now.blocks:
        initial[f"asked-{block.key}"] = block.is_asked
        initial |= {f"prompt-{block.key}-{code}": text for code, text in block.prompts.items()}
    blocks = [(block.key, block.title) for block in now.blocks]
    form = TemplateForm(request.POST if request.method == "POST" else None, blocks=blocks, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.edit_template(
                by=request.viewer,
                kind=TemplateKind(kind),
                blocks={
                    key: BlockEdit(
                        {code: data[f"prompt-{key}-{code}"] for code, _name in settings.LANGUAGES},
                        data[f"asked-{key}"],
                    )
                    for key, _title in blocks
                },
                review_weeks=data["review_weeks"],
                reviews_a_year=data["reviews_a_year"],
                reason=data["reason"],
                number=data["number"],
            )
        except PlanError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. Plans are asked this way from now on; agreed plans stay as they are."))
            return redirect("templates")
    return render(
        request,
        "success_plans/template_edit.html",
        {"form": form, "template": now},
        status=422 if form.errors else 200,
    )
