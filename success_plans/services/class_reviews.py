"""A whole class talked through: one student after the other, strength first, everybody's enrichment considered."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Enrolment, Section, Student
from accounts.permissions import Viewer, current
from success_plans.errors import PlanError
from success_plans.models import ClassReview, ReviewEntry
from success_plans.recompute import refresh_cycle

LONGEST = 2000


class EntryChangedError(Exception):
    """A colleague wrote about this student meanwhile. Both texts are here; nothing was overwritten."""

    def __init__(self, current: ReviewEntry, *, mine: str) -> None:
        super().__init__(_("Someone changed this meanwhile. Both texts are here; choose or combine them."))
        self.current = current
        self.theirs = current.strength
        self.mine = mine
        self.taken = ""


class NotEveryoneError(Exception):
    """The review cannot be finished yet; `missing` names who was not talked about."""

    def __init__(self, missing: list[Student]) -> None:
        super().__init__(_("Not everyone has been talked about yet."))
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said about one student."""

    strength: str
    next_step: str
    enrichment_considered: bool
    language: str


def discuss(*, by: Viewer, section: Section, student: Student, talk: Talk, version: int) -> ReviewEntry:
    """Write down what was said; the first word begins the class's review of this year.

    `version` is that of the entry one has seen, 0 for none. Raises EntryChangedError when it is another one by now
    (the same words twice are once), PlanError without a strength, PermissionError for a student who is not in the
    class.
    """
    strength, next_step = (_clean(text) for text in (talk.strength, talk.next_step))
    if not strength:
        raise PlanError(_("Begin with a strength, in a few words."))
    with transaction.atomic():
        # one review a class: whoever comes second waits for the first word, then finds it
        Section.objects.select_for_update(no_key=True).get(pk=section.pk)
        if student.pk not in _seats(section, by):
            raise PermissionError
        review = ClassReview.objects.filter(section=section).order_by("-pk").first()
        if review is None:
            review = ClassReview.objects.create(section=section, started_by_id=by.actor_id, started_on=by.today)
        said = {
            "strength": strength,
            "next_step": next_step,
            "enrichment_considered": talk.enrichment_considered,
            "language": talk.language,
        }
        row = ReviewEntry.objects.select_for_update(of=("self",)).filter(review=review, student=student).first()
        if row is None:
            row = ReviewEntry(review=review, student=student, by_id=by.actor_id, discussed_on=by.today, **said)
            row.save()
        elif all(getattr(row, name) == value for name, value in said.items()):
            return row
        elif row.version != version:
            raise EntryChangedError(row, mine=talk.strength)
        else:
            for name, value in said.items():
                setattr(row, name, value)
            row.by_id = by.actor_id
            row.version += 1
            row.changed_at = timezone.now()
            row.save()
        audit.record(
            by=by.person_id,
            action="class_review.discuss",
            subject_type="reviewentry",
            subject_id=row.public_id,
            students=[student.pk],
        )
        refresh_cycle([student.pk], today=by.today)
    return row


def finish(*, by: Viewer, section: Section) -> ClassReview:
    """Close the review once every student of the class was talked about; NotEveryoneError says who was not.

    Finishing twice is once. Who joins the class later is talked about in the same review.
    """
    with transaction.atomic():
        Section.objects.select_for_update(no_key=True).get(pk=section.pk)
        review = ClassReview.objects.filter(section=section).order_by("-pk").first()
        seats = _seats(section, by)
        said = set() if review is None else set(review.entries.values_list("student_id", flat=True))
        missing = seats - said
        if review is None or missing:
            raise NotEveryoneError(
                list(Student.objects.filter(pk__in=missing).select_related("person").order_by("person__sort_name"))
            )
        if review.finished_on is None:
            review.finished_on = by.today
            review.save(update_fields=["finished_on"])
            audit.record(
                by=by.person_id,
                action="class_review.finish",
                subject_type="classreview",
                subject_id=review.public_id,
                students=seats,
            )
    return review


def _seats(section: Section, by: Viewer) -> set[int]:
    rows = Enrolment.objects.filter(
        current(by.today), section=section, is_active=True, student__is_active=True, student__alias_of__isnull=True
    )
    return set(rows.values_list("student_id", flat=True))


def _clean(text: str) -> str:
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(words) > LONGEST:
        raise PlanError(_("That is longer than 2,000 characters. Shorten it a little."))
    return words
