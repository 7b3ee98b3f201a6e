"""Students on pathways: about every fourth, whatever they have shown; a draw that was held; a few families who agreed.

Who is on a pathway comes from chance alone (`stream`), never from what a child can do.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from accounts.models import PartnerMember
from accounts.recompute import answer_day
from assessments.choices import Context, EvidenceKind
from assessments.models import Evidence
from competencies.choices import PathwayState, WayKind
from competencies.models import Pathway, PathwayExperience, PathwayWay
from config.demo.chance import stream, uid
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.loading.plans import at_school
from config.demo.people import Child, District
from success_plans.choices import ConsentKind, MembershipState
from success_plans.draw import digest_of, order
from success_plans.models import (
    Consent,
    PathwayChoice,
    PathwayDraw,
    PathwayDrawCall,
    PathwayMembership,
    Plan,
)
from success_plans.recompute import renew_partner_circles

SHARE = 0.25
SOUGHT = 0.4
"""How many of them ask for the pathway whose places are limited."""
AGREES = 3
"""Of the families of a partner's pathway every third has agreed."""
WHY = (
    "I like to make things with my hands.",
    "My aunt does this, and I want to see how it goes.",
    "",
    "I want to try it with a friend.",
    "It is outside!",
)
SAW = "Measured the span twice, saw that the numbers did not agree, and found out why before going on."


def write_memberships(plan: District, content: Content, ids: Ids) -> None:
    """Memberships with their lines of the plan, one held draw, consents, and one observation of a partner."""
    pathways = list(Pathway.objects.filter(state=PathwayState.PUBLISHED).order_by("pk"))
    if not pathways:
        return
    zone = ZoneInfo(content.people.time_zone)
    plans = {row.student_id: row for row in Plan.objects.all()}
    star = plan.children[plan.cast["student"]]
    asked: dict[int, list[Child]] = defaultdict(list)
    for key, child in sorted(plan.children.items()):
        rng = stream(plan.seed, "pathway", key)
        if ids.students[key] not in plans or (rng.random() >= SHARE and child is not star):
            continue
        sought = [number for number, one in enumerate(pathways) if one.capacity is not None]
        chosen = rng.choice(sought) if sought and rng.random() < SOUGHT else rng.randrange(len(pathways))
        asked[0 if child is star else chosen].append(child)
    on: list[tuple[Child, Pathway]] = []
    for number, pathway in enumerate(pathways):
        on += [(child, pathway) for child in _on_one(plan, pathway, asked[number], plans, zone, ids)]
    _agree(plan, on, star, ids)
    _saw(plan, star, pathways[0], zone, ids)


def _on_one(
    plan: District, pathway: Pathway, children: list[Child], plans: dict[int, Plan], zone: ZoneInfo, ids: Ids
) -> list[Child]:
    """Everybody who asked for one pathway; where places are fewer, the last of them are drawn. Who takes part."""
    ways = list(PathwayWay.objects.filter(pathway=pathway, kind=WayKind.IN).select_related("at").order_by("pk"))
    steps = list(PathwayExperience.objects.filter(pathway=pathway).order_by("position", "pk"))
    limit = len(children)
    if pathway.capacity is not None and len(children) > pathway.capacity:
        limit = pathway.capacity - 1  # somebody left: one place was drawn
    rows: list[PathwayMembership] = []
    choices: list[PathwayChoice] = []
    for place, child in enumerate(children):
        rng = stream(plan.seed, "way", child.key)
        student = ids.students[child.key]
        began = plan.today - timedelta(days=rng.randrange(55, 70))
        is_in = place < limit
        way = rng.choice(ways) if ways else None
        step = (way.at if way is not None else None) or (steps[0] if steps else None)
        row = PathwayMembership(
            public_id=uid(plan.seed, "membership", child.key),
            key=uid(plan.seed, "membership-key", child.key),
            student_id=student,
            pathway=pathway,
            way=way,
            next_experience=step if is_in else None,
            words=rng.choice(WHY),
            language="en",
            state=MembershipState.IN if is_in else MembershipState.WAITING,
            author_id=ids.persons[child.key],
            asked_at=at_school(began, zone),
            changed_at=at_school(began, zone),
            starts_on=began if is_in else None,
        )
        rows.append(row)
        if is_in:
            row.choice = PathwayChoice(
                public_id=uid(plan.seed, "pathway-choice", child.key),
                plan=plans[student],
                interest=way.title if way is not None else pathway.title,
                pathway=pathway.title,
                entry_point=way.title if way is not None else "",
                next_experience=step.title if step is not None else "",
                language=pathway.language,
                author_id=row.author_id,
                created_at=row.asked_at,
                changed_at=row.asked_at,
            )
            choices.append(row.choice)
    PathwayChoice.objects.bulk_create(choices)
    waiting = [row for row in rows if row.state == MembershipState.WAITING]
    if waiting:
        _draw(plan, pathway, waiting, zone, ids)
    PathwayMembership.objects.bulk_create(rows)
    return children[:limit]


def _draw(plan: District, pathway: Pathway, waiting: list[PathwayMembership], zone: ZoneInfo, ids: Ids) -> None:
    """A draw that was announced and held: one place, kept for who came first."""
    teacher = ids.persons[plan.cast["teacher"]]
    held_on: date = plan.today - timedelta(days=4)
    seed = uid(plan.seed, "seed of the draw", str(pathway.public_id)).hex
    line = order(seed, [row.public_id for row in waiting])
    first = next(row for row in waiting if row.public_id == line[0])
    first.state = MembershipState.OFFERED
    first.offered_until = answer_day(None, today=held_on)
    call = PathwayDrawCall.objects.create(
        public_id=uid(plan.seed, "draw-call", str(pathway.public_id)),
        pathway=pathway,
        draw_on=held_on,
        seed=seed,
        digest=digest_of(seed),
        called_by_id=teacher,
        called_at=at_school(held_on - timedelta(days=14), zone),
    )
    PathwayDraw.objects.create(
        public_id=uid(plan.seed, "draw", str(pathway.public_id)),
        pathway=pathway,
        call=call,
        places=1,
        seed=seed,
        digest=call.digest,
        drawn_from=line,
        offered_to=line[:1],
        held_by_id=teacher,
        held_at=at_school(held_on, zone),
    )


def _agree(plan: District, on: list[tuple[Child, Pathway]], star: Child, ids: Ids) -> None:
    """Every third family of a partner's pathway signed that they agree, on paper or by themselves."""
    rows = []
    for number, (child, pathway) in enumerate(on):
        if pathway.partner_id is None or not child.guardians or (number % AGREES and child is not star):
            continue
        day = plan.today - timedelta(days=40 + number % 10)
        rows.append(
            Consent(
                public_id=uid(plan.seed, "partner-consent", child.key),
                student_id=ids.students[child.key],
                kind=ConsentKind.PARTNER,
                partner_id=pathway.partner_id,
                given_by_id=ids.persons[child.guardians[0]],
                is_yes=True,
                given_on=day,
            )
        )
    Consent.objects.bulk_create(rows)
    renew_partner_circles(today=plan.today)


def _saw(plan: District, star: Child, pathway: Pathway, zone: ZoneInfo, ids: Ids) -> None:
    """What the partner of the pathway wrote about the student a visitor signs in as; it waits for a teacher."""
    member = PartnerMember.objects.filter(partner=pathway.partner_id).order_by("pk").first()
    expected = pathway.expects.order_by("position").first()
    if member is None or expected is None:
        return
    key, day = uid(plan.seed, "partner-saw"), plan.today - timedelta(days=1)
    Evidence.objects.create(
        public_id=uid(plan.seed, "partner-saw-id"),
        key=key,
        order_key=key,
        task_key=str(key),
        student_id=ids.students[star.key],
        competency_id=expected.competency_id,
        kind=EvidenceKind.PARTNER,
        context=Context.COMMUNITY,
        note=SAW,
        observed_on=day,
        recorded_at=at_school(day, zone),
        recorded_by_id=member.person_id,
        rater_id=member.person_id,
        is_accepted=False,
    )
