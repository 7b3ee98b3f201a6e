"""Students on pathways: ask, take part, move, leave, come back. What a student may do here depends on no level.

Nothing is written down about leaving but its day, and nothing a student has shown is touched by any of it: evidence
knows no pathway. A place that becomes free goes on in the order of the draws (`recompute.places`).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Student
from accounts.permissions import Viewer
from competencies.choices import PathwayState, WayKind
from competencies.models import Pathway, PathwayExperience, PathwayWay
from success_plans.choices import MembershipState
from success_plans.errors import PlanError, TextChangedError
from success_plans.models import PathwayChoice, PathwayMembership, Plan
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
            way = _way(goal, ask.way)
            is_in = _has_place(goal)
            row = PathwayMembership.objects.create(
                key=ask.key,
                student=student,
                pathway=goal,
                way=way,
                next_experience=(way.at if way is not None else None) or goal.experiences.first() if is_in else None,
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
        row.next_experience = (row.way.at if row.way is not None else None) or row.pathway.experiences.first()
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
    PlanError for an experience of another pathway."""
    if experience is not None and experience.pathway_id != membership.pathway_id:
        raise PlanError(_("Choose one of the experiences of this pathway."))
    with transaction.atomic():
        row = _row(membership)
        if row.next_experience_id == (experience.pk if experience is not None else None):
            return row
        if row.version != version or row.state != MembershipState.IN:
            raise TextChangedError(
                current=row,
                theirs=row.next_experience.title if row.next_experience is not None else "",
                mine=experience.title if experience is not None else "",
            )
        row.next_experience = experience
        _stored(row)
        choice = _choice_of(row)
        if choice is not None:
            choice.next_experience = experience.title[:300] if experience is not None else ""
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
    schools = set(pathway.schools.values_list("pk", flat=True))
    if pathway.state != PathwayState.PUBLISHED or (schools and student.school_id not in schools):
        raise PlanError(_("This pathway is not open to join right now."))
    return pathway


def _way(pathway: Pathway, public_id: UUID | None) -> PathwayWay | None:
    if public_id is None:
        return None
    way = PathwayWay.objects.select_related("at").filter(pathway=pathway, kind=WayKind.IN, public_id=public_id).first()
    if way is None:
        raise PlanError(_("Choose one of the ways in."))
    return way


def _has_place(pathway: Pathway) -> bool:
    """A place is free and nobody waits for it: who comes later does not pass those who wait for the draw."""
    free = free_places(pathway)
    if free is None:
        return True
    waits = PathwayMembership.objects.filter(pathway=pathway, state=MembershipState.WAITING)
    return free > 0 and not waits.exists()


def _follow(by: Viewer, plan: Plan, row: PathwayMembership) -> None:
    """The line of the plan that says so, in the words of the pathway: what the plan and a transfer packet carry."""
    pathway = row.pathway
    interest = row.way.title if row.way is not None else next(iter(pathway.interests), pathway.title)
    row.choice = PathwayChoice.objects.create(
        plan=plan,
        interest=interest[:300],
        pathway=pathway.title[:300],
        entry_point=row.way.title[:300] if row.way is not None else "",
        next_experience=row.next_experience.title[:300] if row.next_experience is not None else "",
        language=pathway.language,
        author_id=by.actor_id,
    )
    row.save(update_fields=["choice"])


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
