"""Students on pathways: ask, take part, move, leave, come back. What a student may do here depends on no level.

Nothing is written down about leaving but its day, and nothing a student has shown is touched by any of it: evidence
knows no pathway. A place that becomes free goes on in the order of the draws (`recompute.places`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Student
from accounts.permissions import Viewer
from competencies.choices import WayKind
from competencies.models import Pathway, PathwayExperience, PathwayWay
from competencies.pathway_content import Telling, published, tell
from success_plans.choices import MembershipState
from success_plans.errors import PlanError, TextChangedError
from success_plans.models import PathwayChoice, PathwayMembership, Plan
from success_plans.pathway_doors import open_to
from success_plans.recompute.partners import renew_partner_circles
from success_plans.recompute.places import free_places, locked, pass_on
from success_plans.services.changes import note_change
from success_plans.services.plans import plan_of

LONGEST_WORDS = 1000


@dataclass(frozen=True, slots=True)
class Ask:
    """How a student comes in: by which way, and why, in their own words. `key` makes asking twice asking once."""

    key: UUID
    words: str
    language: str
    way: UUID | None = None


def join(
    *, by: Viewer, student: Student, pathway: Pathway, ask: Ask, moving_from: PathwayMembership | None = None
) -> PathwayMembership:
    """Take part in a pathway; where it has no free place, wait for the draw. Several at once are fine.

    With `moving_from`, that pathway ends as this one begins; while one waits for a place, it goes on. On this pathway
    already, that membership is answered. Raises PlanError for a pathway that is not open to this student's school, a
    way that is not its own and words that are too long.
    """
    words = ask.words.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(words) > LONGEST_WORDS:
        raise PlanError(_("That is longer than 1,000 characters. Shorten it a little."))
    leaving_id = moving_from.pathway_id if moving_from is not None else pathway.pk
    try:
        with transaction.atomic():
            held = locked({pathway.pk, leaving_id})
            known = _known(student, pathway, ask.key)
            if known is not None:
                return known
            goal = _open(held[pathway.pk], student)
            plan = plan_of(by=by, student=student)
            said = published(goal)
            way = _way(said, goal, ask.way)
            is_in = _has_place(goal)
            row = PathwayMembership.objects.create(
                key=ask.key,
                student=student,
                pathway=goal,
                way=way,
                next_experience=_first(said, goal, way) if is_in else None,
                words=words,
                language=ask.language,
                state=MembershipState.IN if is_in else MembershipState.WAITING,
                came_from_id=moving_from.pathway_id if moving_from is not None else None,
                author_id=by.actor_id,
                starts_on=by.today if is_in else None,
            )
            if is_in:
                _follow(by, plan, row)
            note_change(by=by, plan=plan, action="membership.join" if is_in else "membership.ask", row=row)
            if is_in and moving_from is not None:
                _leave(by, moving_from, held[leaving_id])
            renew_partner_circles([_stayed(student)], by=by.person_id, today=by.today)
    except IntegrityError as error:  # the same wish on another connection
        found = _known(student, pathway, ask.key)
        if found is None:
            raise PlanError(_("This was sent for another pathway already. Open the page again.")) from error
        return found
    return row


def leave(*, by: Viewer, membership: PathwayMembership) -> PathwayMembership:
    """Leave a pathway, take back an ask, or say no to a place; its place passes on. Twice is once. No reason is asked,
    and coming back is an ask like any other."""
    with transaction.atomic():
        pathway = locked([membership.pathway_id])[membership.pathway_id]
        row = _leave(by, membership, pathway)
        renew_partner_circles([_stayed(row.student)], by=by.person_id, today=by.today)
    return row


def take_place(*, by: Viewer, membership: PathwayMembership) -> PathwayMembership:
    """Say yes to a place that is kept. Raises PlanError when it has passed on. Twice is once."""
    with transaction.atomic():
        locked([membership.pathway_id])
        row = _row(membership)
        if row.state == MembershipState.IN:
            return row
        if row.state != MembershipState.OFFERED or (row.offered_until is not None and row.offered_until < by.today):
            raise PlanError(_("This place is not kept any more. You can ask again at any time."))
        row.state = MembershipState.IN
        row.starts_on = by.today
        row.offered_until = None
        row.next_experience = _first(published(row.pathway), row.pathway, row.way)
        plan = plan_of(by=by, student=row.student)
        _stored(row)
        _follow(by, plan, row)
        note_change(by=by, plan=plan, action="membership.join", row=row)
        renew_partner_circles([_stayed(row.student)], by=by.person_id, today=by.today)
    return row


def choose_next(
    *, by: Viewer, membership: PathwayMembership, experience: PathwayExperience | None, version: int
) -> PathwayMembership:
    """Choose the next experience of a pathway one takes part in. Raises TextChangedError when it changed meanwhile,
    PlanError for one that is not an experience of this pathway as it is published, and on a pathway that was left."""
    with transaction.atomic():
        row = _row(membership)
        if row.state != MembershipState.IN:
            raise PlanError(_("This pathway was left meanwhile. You can ask again at any time."))
        said = published(row.pathway)
        told = tell(said, language=said["language"])
        own = experience is not None and experience.pathway_id == row.pathway_id
        if experience is not None and not (own and _title(told, experience)):
            raise PlanError(_("Choose one of the experiences of this pathway."))
        if row.next_experience_id == (experience.pk if experience is not None else None):
            return row
        if row.version != version:
            raise TextChangedError(
                current=row,
                theirs=_title(told, row.next_experience),
                mine=_title(told, experience),
            )
        row.next_experience = experience
        _stored(row)
        choice = _choice_of(row)
        if choice is not None:
            choice.next_experience = _title(told, experience)[:300]
            _store_choice(choice)
        note_change(by=by, plan=plan_of(by=by, student=row.student), action="membership.next", row=row)
    return row


# ------------------------------------------------------------------ parts
def _stayed(student: Student) -> int:
    """The key of this student, of the one that stayed after a merge."""
    return student.alias_of_id or student.pk


def _known(student: Student, pathway: Pathway, key: UUID) -> PathwayMembership | None:
    """What stands already: the same wish, or being on this pathway."""
    mine = PathwayMembership.objects.filter(student=student, pathway=pathway)
    return mine.filter(key=key).first() or mine.exclude(state=MembershipState.LEFT).first()


def _open(pathway: Pathway, student: Student) -> Pathway:
    if not Pathway.objects.filter(open_to(student), pk=pathway.pk).exists():
        raise PlanError(_("This pathway is not open to join right now."))
    return pathway


def _way(said: Mapping[str, Any], pathway: Pathway, public_id: UUID | None) -> PathwayWay | None:
    if public_id is None:
        return None
    told = {one["public_id"] for one in said["ways"] if one["kind"] == WayKind.IN}
    way = PathwayWay.everything.filter(pathway=pathway, public_id=public_id).first()
    if way is None or str(public_id) not in told:
        raise PlanError(_("Choose one of the ways in."))
    return way


def _first(said: Mapping[str, Any], pathway: Pathway, way: PathwayWay | None) -> PathwayExperience | None:
    """Where one begins: at the experience of the way in, else at the first one. At most one query."""
    order = [str(one["public_id"]) for one in said["experiences"]]
    by_way = next((one["at"] for one in said["ways"] if way and one["public_id"] == str(way.public_id)), "")
    where = by_way if by_way in order else next(iter(order), "")
    return PathwayExperience.everything.filter(pathway=pathway, public_id=where).first() if where else None


def _has_place(pathway: Pathway) -> bool:
    """A place is free and nobody waits for it: who comes later does not pass those who wait for the draw."""
    free = free_places(pathway)
    if free is None:
        return True
    waits = PathwayMembership.objects.filter(pathway=pathway, state=MembershipState.WAITING)
    return free > 0 and not waits.exists()


def _follow(by: Viewer, plan: Plan, row: PathwayMembership) -> None:
    """The line of the plan that says so, in the words of the pathway: what the plan and a transfer packet carry."""
    said = published(row.pathway)
    told = tell(said, language=said["language"])
    way = next((one.title.text for one in told.ways_in if row.way and one.public_id == str(row.way.public_id)), "")
    row.choice = PathwayChoice.objects.create(
        plan=plan,
        interest=(way or next(iter(said["interests"]), told.title.text))[:300],
        pathway=told.title.text[:300],
        entry_point=way[:300],
        next_experience=_title(told, row.next_experience)[:300],
        language=said["language"],
        author_id=by.actor_id,
    )
    row.save(update_fields=["choice"])


def _title(told: Telling, experience: PathwayExperience | None) -> str:
    """An experience in the words of the published version; "" for none."""
    if experience is None:
        return ""
    return next((one.title.text for one in told.experiences if one.public_id == str(experience.public_id)), "")


def _leave(by: Viewer, membership: PathwayMembership, pathway: Pathway) -> PathwayMembership:
    row = _row(membership)
    if row.state == MembershipState.LEFT:
        return row
    row.state = MembershipState.LEFT
    row.ended_on = by.today
    row.offered_until = None
    _stored(row)
    choice = _choice_of(row)
    if choice is not None and choice.ended_on is None:
        choice.ended_on = by.today
        _store_choice(choice)
    note_change(by=by, plan=plan_of(by=by, student=row.student), action="membership.leave", row=row)
    pass_on(pathway, today=by.today)
    return row


def _row(membership: PathwayMembership) -> PathwayMembership:
    return (
        PathwayMembership.objects.select_for_update(of=("self",))
        .select_related("student", "pathway", "way__at", "next_experience")
        .get(pk=membership.pk)
    )


def _stored(row: PathwayMembership) -> None:
    row.version += 1
    row.changed_at = timezone.now()
    row.save()


def _choice_of(row: PathwayMembership) -> PathwayChoice | None:
    return PathwayChoice.objects.select_for_update().filter(pk=row.choice_id or 0).first()


def _store_choice(choice: PathwayChoice) -> None:
    choice.version += 1
    choice.changed_at = timezone.now()
    choice.save()
