"""Ready to show it now: a student asks, an adult gives it a day within ten school days, any time of the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Student
from accounts.permissions import Viewer
from accounts.recompute import within_the_year
from competencies.models import Competency
from supports.choices import OPEN_SHOWINGS, ShowingState
from supports.errors import ShowingChangedError, ShowingError
from supports.models import Showing

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Wish:
    """How a student wants to show something, in their own words; `key` makes sending it twice one wish."""

    key: UUID
    how: str
    when_suits: str
    language: str


@dataclass(frozen=True, slots=True)
class Day:
    """The day an adult gives it, where, and a sentence for the student."""

    on: date
    place: str
    text: str
    language: str


def last_day(*, showing: Showing, today: date) -> date:
    """The last day a wish can be given: ten school days after asking; where that is over, ten from today.

    Where the school year ends sooner, its last school day.
    """
    return showing.answer_by if today <= showing.answer_by else within_the_year(showing.student.school_id, today=today)


def ask_to_show(*, by: Viewer, student: Student, competency: Competency, wish: Wish) -> Showing:
    """Store a student's wish. Sent twice it is one; while one is open on this competency it is answered with that one.

    Raises ShowingError for a wish that does not say how, and for one sent under the key of another wish.
    """
    how = _plain(wish.how)
    if not how:
        raise ShowingError(_("Say in a few words how you want to show it."))
    if len(how) > LONGEST or len(wish.when_suits) > 300:
        raise ShowingError(_("Keep it a little shorter."))
    try:
        with transaction.atomic():
            row = (
                Showing.objects.filter(student=student, competency=competency, key=wish.key).first()
                or Showing.objects.filter(student=student, competency=competency, state__in=OPEN_SHOWINGS).first()
            )
            if row is not None:
                return row
            row = Showing.objects.create(
                key=wish.key,
                student=student,
                competency=competency,
                how=how,
                when_suits=_plain(wish.when_suits),
                language=wish.language,
                asked_on=by.today,
                answer_by=within_the_year(student.school_id, today=by.today),
            )
            _record(by, row, "showing.ask")
    except IntegrityError as error:  # the same wish on another connection, or the key of another wish
        row = Showing.objects.filter(student=student, competency=competency, state__in=OPEN_SHOWINGS).first()
        if row is None:
            raise ShowingError(_("This wish could not be kept. Open the page anew and ask again.")) from error
    return row


def give_day(*, by: Viewer, showing: Showing, version: int, day: Day) -> Showing:
    """Give a wish its day, or move it, within ten school days of asking; a late answer has ten from today.

    Raises ShowingError for a day that is past or too far away, ShowingChangedError when it changed meanwhile.
    """
    with transaction.atomic():
        row = _locked(showing, version)
        last = last_day(showing=row, today=by.today)
        if day.on < by.today:
            raise ShowingError(_("This day is over. Choose one that comes."))
        if day.on > last:
            raise ShowingError(
                _("A wish to show something gets a day within ten school days: choose one until %(day)s.")
                % {"day": date_format(last, "DATE_FORMAT")}
            )
        row.state, row.show_on, row.place = ShowingState.DATED, day.on, _plain(day.place)[:200]
        row.answer, row.answer_language = _plain(day.text)[:LONGEST], day.language
        row.answered_by_id, row.answered_at = by.actor_id, timezone.now()
        row.version += 1
        row.save()
        _record(by, row, "showing.day")
    return row


def finish_showing(*, by: Viewer, showing: Showing, version: int) -> Showing:
    """It was shown; what was seen is written down as evidence. Raises ShowingChangedError."""
    with transaction.atomic():
        row = _locked(showing, version)
        if row.state != ShowingState.DATED:
            raise ShowingError(_("Give it a day first."))
        row.state, row.ended_at = ShowingState.DONE, timezone.now()
        row.version += 1
        row.save()
        _record(by, row, "showing.done")
    return row


def take_back(*, by: Viewer, showing: Showing) -> None:
    """The student takes the wish back; nothing is held against it. Twice is once."""
    with transaction.atomic():
        row = Showing.objects.select_for_update().get(pk=showing.pk)
        if row.state in OPEN_SHOWINGS:
            row.state, row.ended_at = ShowingState.WITHDRAWN, timezone.now()
            row.version += 1
            row.save()
            _record(by, row, "showing.take_back")


def _locked(showing: Showing, version: int) -> Showing:
    row = Showing.objects.select_for_update(of=("self",)).select_related("student").get(pk=showing.pk)
    if row.version != version or row.state not in OPEN_SHOWINGS:
        raise ShowingChangedError
    return row


def _plain(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def _record(by: Viewer, row: Showing, action: str) -> None:
    audit.record(
        by=by.person_id, action=action, subject_type="showing", subject_id=row.public_id, students=[row.student_id]
    )
