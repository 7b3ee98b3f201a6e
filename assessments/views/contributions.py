"""What is said about an instrument, and the answer of its authors."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import ViewerRequest
from assessments.choices import ContributionState
from assessments.forms.instruments import AnswerForm, SayForm
from assessments.selectors import contributions as selectors
from assessments.selectors import instrument_parts as parts
from assessments.selectors.instruments import speaker_of
from assessments.services import contributions as services
from assessments.views.instrument_inplace import in_place, load_instrument, load_part, page_url


@require_http_methods(["GET", "POST"])
def instrument_say(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Comment on a version (`?version=`), or on one criterion of it (`?criterion=`), or propose a change."""
    instrument = load_instrument(request, public_id)
    number = request.GET.get("version", "")
    page = parts.version_for_words(
        viewer=request.viewer,
        instrument=instrument,
        number=int(number) if number.isdecimal() and len(number) < 9 else None,
        criterion=request.GET.get("criterion", ""),
    )
    if page is None:
        raise Http404
    version, criterion = page
    form = SayForm(request.POST if request.method == "POST" else None)

    def save(data: dict[str, Any]) -> None:
        services.contribute(
            by=request.viewer,
            key=data["key"],
            version=version,
            criterion=criterion,
            speaker=speaker_of(viewer=request.viewer, instrument=instrument),
            kind=data["kind"],
            text=data["text"],
            language=data["language"],
        )
        messages.success(request, _("Thank you. Your words stand below, and the authors answer them here."))

    return in_place(
        request,
        form,
        version=version,
        title=_("About “%(name)s”") % {"name": criterion.name if criterion else version.title},
        back=page_url(version, "together"),
        save=save,
        verb=_("Send"),
    )


@require_http_methods(["GET", "POST"])
def contribution_answer(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Say what becomes of a proposal or comment, and why."""
    row = load_part(request, selectors.contribution_by_id, public_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)

    def save(data: dict[str, Any]) -> None:
        services.answer_contribution(
            by=request.viewer, contribution=row, state=ContributionState(data["state"]), answer=data["answer"]
        )

    return in_place(
        request,
        form,
        version=row.version,
        title=_("Answer"),
        back=page_url(row.version, "together"),
        save=save,
        about=selectors.said_of(viewer=request.viewer, contribution=row),
    )
