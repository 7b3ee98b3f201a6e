"""Draws of places: announced with the digest of a seed, held on their day or later, each once. Never by score, never
by who asked first.

Whoever asks up to the moment of the draw is in it with the same chance. Each ask is drawn once: nobody can hold a draw
again until it suits them, and who was drawn earlier keeps the place in line.
"""

from __future__ import annotations

import secrets
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Viewer
from competencies.models import Pathway
from success_plans.choices import MembershipState
from success_plans.draw import digest_of, next_in_line, order
from success_plans.errors import PlanError
from success_plans.models import PathwayDraw, PathwayDrawCall, PathwayMembership
from success_plans.recompute.places import capacity_of, drawn_orders, free_places, locked, pass_on


def call_draw(*, by: Viewer, pathway: Pathway, draw_on: date) -> PathwayDrawCall:
    """Announce a draw: its day and the digest of a new seed are shown from now on, the seed when it is held.

    One at a time: while one is announced for this day, it is answered. Raises PlanError for a day that is past, for a
    pathway without a limit, and while another one is announced.
    """
    with transaction.atomic():
        row = locked([pathway.pk])[pathway.pk]
        known = announced(row)
        if known is not None and known.draw_on == draw_on:
            return known
        if known is not None:
            raise PlanError(_("A draw is announced already. It is held first."))
        if capacity_of(row) is None:
            raise PlanError(_("This pathway has room for everyone, so nothing is drawn."))
        if draw_on < by.today:
            raise PlanError(_("This day is over. Choose one that comes."))
        seed = secrets.token_hex(32)
        call = PathwayDrawCall.objects.create(
            pathway=row, draw_on=draw_on, seed=seed, digest=digest_of(seed), called_by_id=by.actor_id
        )
        audit.record(
            by=by.person_id,
            action="draw.call",
            subject_type="pathwaydrawcall",
            subject_id=call.public_id,
            details={"digest": call.digest, "on": draw_on.isoformat()},
        )
    return call


def announced(pathway: Pathway) -> PathwayDrawCall | None:
    """The draw that is announced and not held yet. One query."""
    return PathwayDrawCall.objects.filter(pathway=pathway, draw__isnull=True).order_by("-pk").first()


def hold_draw(*, by: Viewer, call: PathwayDrawCall) -> PathwayDraw:
    """Draw everybody who waits and was not drawn before, and keep the free places for who comes first. Twice is once.

    Raises PlanError before its day, and while nobody waits: then it stays announced.
    """
    with transaction.atomic():
        pathway = locked([call.pathway_id])[call.pathway_id]
        held = PathwayDraw.objects.filter(call=call).first()
        if held is not None:
            return held
        if call.draw_on > by.today:
            raise PlanError(_("The draw is held on its day, not earlier: more students may ask until then."))
        before = drawn_orders(pathway)
        drawn = {one for each in before for one in each}
        waits = PathwayMembership.objects.filter(pathway=pathway, state=MembershipState.WAITING)
        waiting = set(waits.values_list("public_id", flat=True))
        if not waiting - drawn:
            raise PlanError(_("Nobody waits to be drawn, so there is nothing to draw."))
        line = order(call.seed, waiting - drawn)
        free = free_places(pathway)
        places = len(waiting) if free is None else free
        offered = [one for one in next_in_line([*before, line], waiting, places) if one not in drawn]
        row = PathwayDraw.objects.create(
            pathway=pathway,
            call=call,
            places=places,
            seed=call.seed,
            digest=call.digest,
            drawn_from=line,
            offered_to=offered,
            held_by_id=by.actor_id,
        )
        students = waits.filter(public_id__in=line).order_by("student_id").values_list("student_id", flat=True)
        audit.record(
            by=by.person_id,
            action="draw.hold",
            subject_type="pathwaydraw",
            subject_id=row.public_id,
            students=students,
            details={"places": places, "waiting": len(line), "seed": call.seed},
        )
        pass_on(pathway, today=by.today, by=by.person_id)
    return row
