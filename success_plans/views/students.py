"""My students' plans in one list."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.http import ViewerRequest, require_sign_in
from success_plans.selectors import students as selectors
from success_plans.selectors.students import Due


@require_http_methods(["GET", "POST"])
def students(request: ViewerRequest) -> HttpResponse:
    """My students, by name and by nothing else; what is due and which class narrow the list.

    A name is looked for by POST: it does not belong in an address, a history or a log.
    """
    viewer = require_sign_in(request)
    source = request.POST if request.method == "POST" else request.GET
    due = source.get("due", "")
    section = source.get("class", "")
    words = " ".join(request.POST.get("q", "").replace("\x00", " ").split())[:100]
    if due not in {str(one) for one in Due}:
        due = ""
    roll = selectors.my_roll(viewer=viewer, due=due, section=_uuid(section), words=words)
    context = {
        "roll": roll,
        "due": due,
        "section": section if _uuid(section) else "",
        "q": words,
        "dues": selectors.due_words(),
        "is_filtered": bool(due or words or _uuid(section)),
    }
    return render(request, "success_plans/student_list.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
