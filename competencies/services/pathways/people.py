"""Who designs a pathway: invited as somebody, and no longer."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import RelationshipKind
from accounts.models import Person, Relationship
from accounts.permissions import Permission, Viewer, current, students_for
from competencies.choices import DesignerVoice, PathwayState
from competencies.models import Pathway, PathwayDesigner
from competencies.pathway_access import speaks_for_a_partner, works_here
from competencies.services.pathways.errors import PathwayError, locked, record


def invite_designer(*, by: Viewer, pathway: Pathway, person: Person, voice: DesignerVoice) -> PathwayDesigner:
    """Somebody designs this pathway from today, in this voice. Twice is once; the newest voice holds.

    A student is invited by an adult of their own circle, family by an adult of their child's: nobody else could know
    them. Raises PathwayError for everybody this actor may not invite so, PermissionError for who may not invite.
    """
    with transaction.atomic():
        row, access = locked(by, pathway)
        if row.state == PathwayState.CLOSED:
            raise PathwayError(_("This pathway is closed."))
        if not access.invites:
            raise PermissionError
        if not _may_speak_as(by, person, voice):
            raise PathwayError(
                _("This person cannot be invited as that. Students and families are invited by an adult of their own.")
            )
        designer, made = PathwayDesigner.objects.get_or_create(
            pathway=row,
            person=person,
            defaults={"voice": voice, "invited_by_id": by.actor_id, "starts_on": by.today},
        )
        if not made:
            designer.voice, designer.ends_on, designer.invited_by_id = voice, None, by.actor_id
            designer.save(update_fields=["voice", "ends_on", "invited_by"])
        if row.state == PathwayState.PROPOSED:
            row.state = PathwayState.DESIGN
            row.save(update_fields=["state"])
        record(by, row, "pathway.invite", person=person.pk, voice=voice)
    return designer


def end_designer(*, by: Viewer, designer: PathwayDesigner) -> None:
    """They design it no longer; what they said stays. One may end it for oneself."""
    with transaction.atomic():
        row, access = locked(by, designer.pathway)
        held = PathwayDesigner.objects.filter(current(by.today), pk=designer.pk).first()
        if held is None:
            return
        if not access.invites and held.person_id != by.person_id:
            raise PermissionError
        held.ends_on = by.today
        held.save(update_fields=["ends_on"])
        record(by, row, "pathway.designer_end", person=held.person_id)


def _may_speak_as(by: Viewer, person: Person, voice: DesignerVoice) -> bool:
    """Whether the actor may know this person as that. One query."""
    known = students_for(by, Permission.SEE_STUDENT)
    if voice == DesignerVoice.STUDENT:
        return by.is_staff and known.filter(person=person).exists()
    if voice == DesignerVoice.FAMILY:
        links = Relationship.objects.filter(
            current(by.today), person=person, kind=RelationshipKind.GUARDIAN, student__in=known
        )
        return by.is_staff and links.exists()
    here = Person.objects.filter(pk=person.pk, student__isnull=True, is_active=True)
    if voice == DesignerVoice.EDUCATOR:
        return here.filter(works_here(by)).exists()
    return here.filter(works_here(by) | speaks_for_a_partner(by)).exists()
