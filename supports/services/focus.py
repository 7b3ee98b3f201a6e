"""Choosing what a class works on now. Every focus ends by a date; choosing asks for a refresh of the whole class."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Enrolment, Section
from accounts.permissions import Viewer, current
from assessments.services import request_refresh
from competencies.models import Competency
from supports.choices import FocusKind
from supports.errors import FocusError
from supports.models import Focus
from supports.services.flags import FOCUS_LASTS

LONGEST = timedelta(weeks=26)


def default_focus_end(section: Section, today: date) -> date:
    """Six weeks from today, or the end of the class where that comes first."""
    return min(today + FOCUS_LASTS, section.ends_on)


def set_section_focus(
    *,
    by: Viewer,
    section: Section,
    competency: Competency,
    kind: FocusKind = FocusKind.LEARN,
    until: date | None = None,
) -> Focus:
    """Put a competency in focus for a whole class, from today up to (not including) `until`; six weeks by default.

    The caller has authorised the class. Where it is in focus already with the same kind, only its end moves; with
    another kind the old choice ends today. Raises FocusError for an end that is past, over 26 weeks away or after
    the class itself.
    """
    ends_on = until or default_focus_end(section, by.today)
    if ends_on <= by.today:
        raise FocusError(_("The last day has passed. Choose a day after today."))
    if ends_on > by.today + LONGEST or ends_on > section.ends_on:
        raise FocusError(_("A focus ends within 26 weeks and not after the class itself. Choose an earlier day."))
    if competency.retired_at is not None or not competency.is_assessable:
        raise FocusError(_("This competency is not in use. Choose one of the framework."))
    with transaction.atomic():
        Section.objects.select_for_update().get(pk=section.pk)  # one choice at a time
        focus: Focus | None = None
        for row in _current(section, by.today).filter(competency=competency).select_for_update():
            if row.kind == kind and focus is None:
                focus = row
            else:
                _end(row, by.today)
        if focus is None:
            focus = Focus.objects.create(
                section=section,
                competency=competency,
                kind=kind,
                starts_on=by.today,
                ends_on=ends_on,
                chosen_by_id=by.actor_id,
            )
        elif focus.ends_on != ends_on:
            focus.ends_on = ends_on
            focus.save(update_fields=["ends_on"])
        _done(by, section, "focus.choose", competency, {"kind": kind, "until": ends_on.isoformat()})
    return focus


def end_section_focus(*, by: Viewer, focus: Focus) -> None:
    """Take a competency out of focus today. One chosen today is taken back as if it had not been; repeating is safe."""
    with transaction.atomic():
        row = (
            Focus.objects.select_for_update(of=("self",))
            .select_related("section", "competency")
            .filter(pk=focus.pk, section__isnull=False, ends_on__gt=by.today)
            .first()
        )
        if row is None or row.section is None:
            return
        _end(row, by.today)
        _done(by, row.section, "focus.end", row.competency, {"kind": row.kind})


def _current(section: Section, today: date) -> QuerySet[Focus]:
    return Focus.objects.filter(current(today), section=section)


def _end(row: Focus, today: date) -> None:
    if row.starts_on >= today:
        row.delete()
    else:
        row.ends_on = today
        row.save(update_fields=["ends_on"])


def _done(by: Viewer, section: Section, action: str, competency: Competency, details: dict[str, str]) -> None:
    students = list(
        Enrolment.objects.filter(current(by.today), section=section, is_active=True).values_list(
            "student_id", flat=True
        )
    )
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="section",
        subject_id=section.public_id,
        students=students,
        details={**details, "competency": str(competency.public_id)},
    )
    request_refresh(students)
