"""Who reads, designs and reviews a pathway that is not (only) public: one rule for one pathway and for lists of them.

Published pathways are open to everyone and need none of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from accounts.choices import STAFF_KINDS, PartnerKind, RelationshipKind, Role
from accounts.models import Partner, PartnerMember, Relationship, RoleAssignment
from accounts.permissions import Permission, Viewer, can, current
from competencies.choices import DesignerVoice, PathwayState
from competencies.models import Pathway, PathwayDesigner

HOME_VOICES = (DesignerVoice.STUDENT, DesignerVoice.FAMILY)
"""Who speaks as these is named only to people of their own circle."""


@dataclass(frozen=True, slots=True)
class Access:
    """What this viewer may do to one pathway. `voice` is as whom they would speak; empty for who does not design it."""

    reads: bool
    designs: bool
    reviews: bool
    invites: bool
    voice: str = ""


NONE = Access(reads=False, designs=False, reviews=False, invites=False)


def _own_partners(viewer: Viewer) -> Q:
    mine = PartnerMember.objects.filter(
        current(viewer.today), person=viewer.person_id, partner__ended_on__isnull=True
    ).values("partner_id")
    return Q(partner_id__in=mine)


def designed_by(viewer: Viewer) -> Q:
    """Pathways this viewer designs: as a designer, as its proposer, or because it is their partner's."""
    if not viewer.is_known:
        return Q(pk__in=[])
    rows = PathwayDesigner.objects.filter(current(viewer.today), pathway=OuterRef("pk"), person=viewer.person_id)
    if not can(viewer, Permission.PROPOSE_PATHWAYS).allowed:  # a student, a family; or somebody who left
        return Q(Exists(rows.filter(voice__in=HOME_VOICES)))
    own = Q(Exists(rows)) | Q(proposed_by=viewer.person_id)
    if viewer.is_staff:
        return own
    mine = _own_partners(viewer)
    # who proposed for a partner they no longer speak for keeps nothing of it
    return Q(Exists(rows)) & (Q(partner__isnull=True) | mine | ~Q(proposed_by=viewer.person_id)) | mine


def readable_by(viewer: Viewer) -> Q:
    """Pathways whose design this viewer may read: all for people of the schools, else those they design."""
    if not viewer.is_known:
        return Q(pk__in=[])
    if viewer.is_staff and can(viewer, Permission.PROPOSE_PATHWAYS).allowed:
        return Q()
    return designed_by(viewer)


def access_to(viewer: Viewer, pathway: Pathway) -> Access:
    """What this viewer may do to this pathway. Two or three queries; none for nobody."""
    if not viewer.is_known:
        return NONE
    here = Pathway.objects.filter(pk=pathway.pk)
    designs = here.filter(designed_by(viewer)).exists()
    reads = designs or (viewer.is_staff and can(viewer, Permission.PROPOSE_PATHWAYS).allowed)
    if not reads:
        return NONE
    open_to_change = pathway.state != PathwayState.CLOSED
    reviews = can(viewer, Permission.REVIEW_PATHWAYS).allowed
    proposes = can(viewer, Permission.PROPOSE_PATHWAYS).allowed
    return Access(
        reads=True,
        designs=designs and open_to_change,
        reviews=reviews and open_to_change,
        invites=open_to_change and proposes and (designs or reviews),
        voice=voice_of(viewer, pathway) if designs or reviews else "",
    )


def voice_of(viewer: Viewer, pathway: Pathway) -> str:
    """As whom this viewer speaks here: as invited, else as what they are."""
    row = PathwayDesigner.objects.filter(current(viewer.today), pathway=pathway, person=viewer.person_id).first()
    if row is not None:
        return row.voice
    return default_voice(viewer, pathway.partner)


def default_voice(viewer: Viewer, partner: Partner | None) -> str:
    """As whom somebody speaks who was not invited as anything in particular."""
    if viewer.is_staff:
        return DesignerVoice.EDUCATOR
    if viewer.own_student_id is not None:
        return DesignerVoice.STUDENT
    if RelationshipKind.GUARDIAN in viewer.kinds:
        return DesignerVoice.FAMILY
    if partner is not None and partner.kind == PartnerKind.EMPLOYER:
        return DesignerVoice.EMPLOYER
    return DesignerVoice.COMMUNITY


def voice_by_link(viewer: Viewer) -> str:
    """As whom somebody comes in by a link; empty for who is nobody of the schools, their homes or a partner. At most
    one query."""
    if viewer.is_staff or viewer.own_student_id is not None or RelationshipKind.GUARDIAN in viewer.kinds:
        return default_voice(viewer, None)
    partner = Partner.objects.filter(
        Exists(PartnerMember.objects.filter(current(viewer.today), partner=OuterRef("pk"), person=viewer.person_id)),
        ended_on__isnull=True,
    ).first()
    if partner is None or not can(viewer, Permission.PROPOSE_PATHWAYS).allowed:
        return ""
    return default_voice(viewer, partner)


def holds(now: datetime) -> Q:
    """Invitations by which somebody can still come in."""
    return Q(revoked_at__isnull=True, ends_at__gt=now, used__lt=F("most")) & ~Q(pathway__state=PathwayState.CLOSED)


# ------------------------------------------------------------------ who may be asked to design
def works_here(viewer: Viewer) -> Q:
    """People who work for the schools today: a role but that of a partner, or students who are theirs."""
    return Exists(
        RoleAssignment.objects.filter(current(viewer.today), person=OuterRef("pk")).exclude(role=Role.PARTNER)
    ) | Exists(Relationship.objects.filter(current(viewer.today), person=OuterRef("pk"), kind__in=STAFF_KINDS))


def speaks_for_a_partner(viewer: Viewer) -> Q:
    """People who speak for some partner today."""
    return Q(Exists(PartnerMember.objects.filter(current(viewer.today), person=OuterRef("pk"))))
