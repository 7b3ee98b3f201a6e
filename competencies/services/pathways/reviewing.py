"""Read against the criteria of rigor by two people, opened as a version that never changes, closed with a date."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.partner_circles import members_changed
from accounts.permissions import Viewer, current
from competencies.choices import PathwayState, RigorCriterion
from competencies.models import Pathway, PathwayDesigner, PathwayReview, PathwayVersion
from competencies.pathway_content import content_of, parts_of, rigor_facts
from competencies.rigor import Finding, checks, may_open
from competencies.rigor_words import in_the_way
from competencies.services.pathways.errors import PathwayError, clean, locked, record, to_design


def ask_for_review(*, by: Viewer, pathway: Pathway) -> None:
    """The designers think it can be read now. It can still be changed; what was read of another draft does not hold."""
    with transaction.atomic():
        row = to_design(by, pathway)
        if row.state in {PathwayState.REVIEW, PathwayState.PUBLISHED}:
            return
        row.state = PathwayState.REVIEW
        row.save(update_fields=["state"])
        record(by, row, "pathway.ask_review")


def read_criterion(
    *, by: Viewer, pathway: Pathway, of_version: int, criterion: RigorCriterion, is_met: bool, note: str, language: str
) -> PathwayReview:
    """One criterion read for one draft. Raises PathwayError when the draft is another one by now, or when the data
    itself says that the criterion cannot be met yet; PermissionError for who does not review."""
    with transaction.atomic():
        row, access = locked(by, pathway)
        if not access.reviews:
            raise PermissionError
        if row.version != of_version:
            raise PathwayError(_("The draft was changed while you read. Read it again; what you wrote is still here."))
        if row.state not in {PathwayState.REVIEW, PathwayState.PUBLISHED}:
            raise PathwayError(_("Its designers have not asked for a review yet."))
        if is_met:
            check = next(one for one in checks(rigor_facts(parts_of(row))) if one.criterion == criterion)
            if check.finding is Finding.MISSING:
                raise PathwayError(_("Something this asks for is not in the draft yet."))
        reading = PathwayReview.objects.create(
            pathway=row,
            criterion=criterion,
            is_met=is_met,
            note=clean(note, 2000),
            language=language,
            of_version=row.version,
            by_id=by.actor_id,
        )
        record(by, row, "pathway.read", criterion=str(criterion), is_met=is_met)
    return reading


def publish_pathway(*, by: Viewer, pathway: Pathway, of_version: int) -> PathwayVersion:
    """Open this draft to everyone as the next version; what it says is kept for good.

    Raises PathwayError, with what is missing, unless every criterion is met for this very draft and two different
    people read it, not only its proposer; when the draft is another one by now; and when nothing changed since the
    version that is open. PermissionError for who does not review.
    """
    with transaction.atomic():
        row, access = locked(by, pathway)
        if not access.reviews:
            raise PermissionError
        if row.version != of_version:
            raise PathwayError(_("The draft was changed since you looked. Read it again before it opens."))
        newest = row.versions.order_by("-number").first()
        if newest is not None and newest.content.get("of_version") == row.version:
            raise PathwayError(_("This draft is open already."))
        parts = parts_of(row)
        missing = may_open(readings=_readings(row), facts=rigor_facts(parts), proposer=row.proposed_by_id)
        if missing:
            raise PathwayError(_("It cannot open yet: %(what)s.") % {"what": "; ".join(in_the_way(missing))})
        voices = PathwayDesigner.objects.filter(current(by.today), pathway=row).values_list("voice", flat=True)
        version = PathwayVersion.objects.create(
            pathway=row,
            number=row.published_number + 1,
            content=content_of(parts, voices=voices),
            published_by_id=by.actor_id,
        )
        row.published_number = version.number
        row.state = PathwayState.PUBLISHED
        row.published_at = row.published_at or timezone.now()
        row.save(update_fields=["published_number", "state", "published_at"])
        record(by, row, "pathway.publish", number=version.number)
        members_changed(by=by)  # partners come in and go out with the version that says so
    return version


def close_pathway(*, by: Viewer, pathway: Pathway) -> None:
    """Nobody joins it any more. Who is on it keeps everything; its versions stay readable."""
    with transaction.atomic():
        row, access = locked(by, pathway)
        if row.state == PathwayState.CLOSED:
            return
        if not access.reviews:
            raise PermissionError
        row.state, row.closed_at = PathwayState.CLOSED, timezone.now()
        row.save(update_fields=["state", "closed_at"])
        record(by, row, "pathway.close")


def _readings(row: Pathway) -> list[tuple[str, bool, int]]:
    rows = PathwayReview.objects.filter(pathway=row, of_version=row.version).order_by("at", "pk")
    return list(rows.values_list("criterion", "is_met", "by_id"))
