"""Today: what waits for an adult at school, live."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.http import ViewerRequest, require_sign_in
from accounts.permissions import Viewer
from accounts.selectors import my_sections
from success_plans.selectors import asked as asked_selectors
from success_plans.selectors import cycle as cycle_selectors
from success_plans.selectors import handovers as handover_selectors
from success_plans.selectors import packet_openers as opener_selectors
from success_plans.selectors import versions as version_selectors
from supports.selectors import flags as flag_selectors


@require_GET
def today(request: ViewerRequest) -> HttpResponse:
    """Needs you, ready for more, asked by families and students; each with its why and one action."""
    viewer = require_sign_in(request)
    board = _board(viewer)
    asked = asked_selectors.asked(viewer=viewer)
    context = {
        "board": board,
        "asked": asked,
        "version": f"{board.version}-{asked_selectors.asked_token(viewer=viewer, shown=asked)}",
        "answers": version_selectors.answers_waiting(viewer=viewer),
        "coming": cycle_selectors.coming(viewer=viewer),
        "to_open": opener_selectors.to_open(viewer=viewer),
        "handovers": handover_selectors.offered_to_me(viewer=viewer),
        "sections": my_sections(viewer=viewer),
        "greeting": _greeting(),
        "date": viewer.today,
    }
    return render(request, "success_plans/today.html", context)


@require_GET
def today_board(request: ViewerRequest) -> HttpResponse:
    """The board's next state: 204 while the version token still holds; what it shows anew is read and noted."""
    viewer = require_sign_in(request)
    board_version = flag_selectors.board_version(viewer=viewer)
    if request.GET.get("version") == f"{board_version}-{asked_selectors.asked_token(viewer=viewer)}":
        return HttpResponse(status=204)
    board, asked = _board(viewer), asked_selectors.asked(viewer=viewer)
    response = render(
        request,
        "success_plans/today.html#board",
        {
            "board": board,
            "asked": asked,
            "version": f"{board.version}-{asked_selectors.asked_token(viewer=viewer, shown=asked)}",
            "answers": version_selectors.answers_waiting(viewer=viewer),
        },
    )
    patch_vary_headers(response, ["HX-Request"])
    return response


def _board(viewer: Viewer) -> flag_selectors.Board:
    """What waits for this viewer, and a note of whose flags were seen."""
    board = flag_selectors.board(viewer=viewer)
    if board.student_ids:
        audit.record_read(
            viewer=viewer, subject="today", students=board.student_ids, block="flags", reason=_("owns their flags")
        )
    return board


def _greeting() -> str:
    hour = timezone.localtime().hour
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 18 else _("Good evening")
