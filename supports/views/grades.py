"""Mastery of a class as a table to take along, for schools that must give grades."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.downloads import csv_response
from accounts.http import ViewerRequest, load_section
from accounts.permissions import Permission
from supports.forms.grades import GradesForm
from supports.selectors.grades import grade_table
from supports.services.grades import note_grades_taken


@require_http_methods(["GET", "POST"])
def grades_export(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What the table holds and what it does not, then the table itself; taking it is written down with its reason."""
    section, decision = load_section(request, public_id, Permission.READ_SECTION)
    form = GradesForm(request.POST or None)
    table = grade_table(viewer=request.viewer, section=section, language=get_language() or "en")
    if request.method == "POST" and form.is_valid():
        audit.record_read(
            viewer=request.viewer,
            subject=f"section:{section.pk}",
            students=table.student_ids,
            block="grades",
            reason=decision.reason,
        )
        note_grades_taken(
            by=request.viewer,
            section=section,
            students=table.student_ids,
            lines=len(table.lines),
            reason=form.cleaned_data["reason"],
        )
        header = (_("Student"), _("Competency"), _("Shape"), _("Level held"), _("Last seen"), _("How it adds up"))
        about = _(
            "Mastery only: what each student can do now, in words. No behaviour, attendance, lateness or average of "
            "points is in it. An empty level means that nothing is held yet; it is not a zero."
        )
        rows = [
            (line.student, line.competency, line.shape, line.level, line.last_seen, line.method) for line in table.lines
        ]
        return csv_response(f"mastery-{section.public_id}.csv", (about,), [header, *rows])
    context = {"section": section, "form": form, "table": table, "sample": table.lines[:3]}
    return render(request, "supports/grades_export.html", context, status=422 if form.errors else 200)
