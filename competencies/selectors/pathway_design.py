"""Pathways while they are designed: for those who design, review or, working for the schools, read along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.choices import RelationshipKind
from accounts.models import Partner, Person, Relationship, School
from accounts.permissions import Permission, Viewer, current, students_for
from competencies.choices import DesignerVoice, PathwayState, RigorCriterion
from competencies.models import (
    Competency,
    Pathway,
    PathwayComment,
    PathwayDesigner,
    PathwayExperience,
    PathwayReview,
    PathwayVersion,
    PathwayWay,
)
from competencies.naming import like_names, names_in
from competencies.pathway_access import HOME_VOICES, NONE, Access, access_to, designed_by, readable_by
from competencies.pathway_content import Parts, Telling, content_of, parts_of, rigor_facts, tell
from competencies.rigor import Check, Facts, checks, may_open
from competencies.rigor_words import ASKS, FOUND, SOURCES, in_the_way


@dataclass(frozen=True, slots=True)
class DesignLine:
    """A pathway in the list of those who design."""

    public_id: UUID
    title: str
    promise: str
    state: str
    state_word: str
    partner: str
    is_mine: bool
    is_public: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class DesignerLine:
    """Somebody who designs. Students and families have no name here but for people of their own circle."""

    pk: int
    name: str
    voice_word: str
    is_me: bool


@dataclass(frozen=True, slots=True)
class CommentLine:
    """One word of the thread. `names`: students of the reader's own circle it seems to name."""

    public_id: UUID
    who: str
    voice: str
    voice_word: str
    text: str
    language: str
    at: datetime
    became: str
    is_public: bool
    is_mine: bool
    may_show: bool
    may_withdraw: bool
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion: what it asks and why, what the data says, who read it last for this draft."""

    criterion: str
    name: str
    asks: str
    source: str
    finding: str
    found: str
    words: tuple[str, ...]
    is_met: bool | None
    read_by: str
    read_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class DesignPage:
    """A draft with everyone's place in it. `taken_out`: what the open version has and the draft has no more."""

    pathway: Pathway
    access: Access
    parts: Parts
    telling: Telling
    state_word: str
    partner_name: str
    schools: tuple[str, ...]
    designers: tuple[DesignerLine, ...]
    comments: tuple[CommentLine, ...]
    criteria: tuple[CriterionLine, ...]
    in_the_way: tuple[str, ...]
    is_open: bool
    is_changed: bool
    languages: tuple[str, ...]
    taken_out: tuple[PathwayExperience | PathwayWay, ...]


def pathway_of(*, viewer: Viewer, public_id: UUID) -> tuple[Pathway, Access] | None:
    """A pathway whose design this viewer reads, and what they may do; None otherwise. Three queries."""
    row = (
        Pathway.objects.filter(readable_by(viewer), public_id=public_id)
        .select_related("partner", "proposed_by")
        .first()
    )
    if row is None:
        return None
    access = access_to(viewer, row)
    return (row, access) if access.reads else None


def experience_of(*, viewer: Viewer, public_id: UUID) -> tuple[PathwayExperience, Access] | None:
    """An experience of a pathway this viewer designs, one that was taken out too; None otherwise."""
    one = PathwayExperience.everything.select_related("pathway__partner", "partner").filter(public_id=public_id).first()
    access = access_to(viewer, one.pathway) if one is not None else NONE
    return (one, access) if one is not None and access.designs else None


def way_of(*, viewer: Viewer, public_id: UUID) -> tuple[PathwayWay, Access] | None:
    """A way of a pathway this viewer designs, one that was taken out too; None otherwise."""
    one = PathwayWay.everything.select_related("pathway__partner", "at").filter(public_id=public_id).first()
    access = access_to(viewer, one.pathway) if one is not None else NONE
    return (one, access) if one is not None and access.designs else None


def comment_of(*, viewer: Viewer, public_id: UUID) -> tuple[PathwayComment, Access] | None:
    """A word of a thread this viewer takes part in, not taken back; None otherwise."""
    said = (
        PathwayComment.objects.select_related("pathway__partner")
        .filter(public_id=public_id, withdrawn_at__isnull=True)
        .first()
    )
    access = access_to(viewer, said.pathway) if said is not None else NONE
    return (said, access) if said is not None and (access.designs or access.reviews) else None


def competency_to_name(*, viewer: Viewer, public_id: UUID) -> Competency | None:
    """A competency a pathway may name: current, of a public framework. Anyone may read it. One query."""
    return (
        Competency.objects.filter(public_id=public_id, retired_at__isnull=True, framework__is_published=True)
        .select_related("framework")
        .first()
    )


def designer_of(*, viewer: Viewer, pathway: Pathway, pk: int) -> PathwayDesigner | None:
    """Somebody who designs this pathway now; the caller has read the pathway."""
    return (
        PathwayDesigner.objects.filter(current(viewer.today), pathway=pathway, pk=pk).select_related("pathway").first()
    )


def my_pathways(*, viewer: Viewer) -> list[DesignLine]:
    """The pathways whose design this viewer reads: their own first, newest change first. One query."""
    if not viewer.is_known:
        return []
    rows = (
        Pathway.objects.filter(readable_by(viewer))
        .annotate(mine=Exists(Pathway.objects.filter(designed_by(viewer), pk=OuterRef("pk"))))
        .select_related("partner")
        .order_by("-mine", "-changed_at", "pk")
    )
    return [
        DesignLine(
            public_id=row.public_id,
            title=row.title,
            promise=row.promise,
            state=row.state,
            state_word=str(PathwayState(row.state).label),
            partner=row.partner.name if row.partner is not None else "",
            is_mine=row.mine,
            is_public=row.published_number > 0,
            changed_at=row.changed_at,
        )
        for row in rows
    ]


def designs_any(*, viewer: Viewer) -> bool:
    """Whether this viewer designs some pathway, as a student or a family say. One query; none for visitors."""
    return viewer.is_known and Pathway.objects.filter(designed_by(viewer)).exists()


def design_page(*, viewer: Viewer, public_id: UUID, language: str) -> DesignPage | None:
    """Everything on the design page, or None. About fifteen queries, however much there is."""
    found = pathway_of(viewer=viewer, public_id=public_id)
    if found is None:
        return None
    row, access = found
    parts = parts_of(row)
    telling = tell(content_of(parts), language=language)
    known = rigor_facts(parts)
    readings = list(PathwayReview.objects.filter(pathway=row, of_version=row.version).select_related("by"))
    newest = row.versions.order_by("-number").first()
    told = [(one.criterion, one.is_met, one.by_id) for one in readings]
    return DesignPage(
        pathway=row,
        access=access,
        parts=parts,
        telling=telling,
        state_word=str(PathwayState(row.state).label),
        partner_name=row.partner.name if row.partner is not None else "",
        schools=telling.schools,
        designers=_designers(viewer, row),
        comments=_comments(viewer, row, access),
        criteria=_criteria(known, readings),
        in_the_way=tuple(in_the_way(may_open(readings=told, facts=known, proposer=row.proposed_by_id))),
        is_open=row.state == PathwayState.PUBLISHED,
        is_changed=newest is None or newest.content.get("of_version") != row.version,
        languages=telling.written_in,
        taken_out=_taken_out(row, newest),
    )


def _taken_out(row: Pathway, newest: PathwayVersion | None) -> tuple[PathwayExperience | PathwayWay, ...]:
    """What is published and was taken out of the draft. Two queries; none before anything is published."""
    if newest is None:
        return ()
    said = [one["public_id"] for name in ("experiences", "ways") for one in newest.content.get(name, ())]
    gone = {"pathway": row, "removed_at__isnull": False, "public_id__in": said}
    return (*PathwayExperience.everything.filter(**gone), *PathwayWay.everything.filter(**gone))


def _criteria(known: Facts, readings: list[PathwayReview]) -> tuple[CriterionLine, ...]:
    newest = {one.criterion: one for one in readings}  # in the order they were read
    return tuple(_criterion(check, newest.get(check.criterion)) for check in checks(known))


def _criterion(check: Check, reading: PathwayReview | None) -> CriterionLine:
    return CriterionLine(
        criterion=check.criterion,
        name=str(RigorCriterion(check.criterion).label),
        asks=str(ASKS[check.criterion]),
        source=str(SOURCES[check.criterion]),
        finding=check.finding.value,
        found=str(FOUND[check.code]),
        words=check.words,
        is_met=reading.is_met if reading is not None else None,
        read_by=reading.by.display_name if reading is not None else "",
        read_at=reading.at if reading is not None else None,
        note=reading.note if reading is not None else "",
    )


# ------------------------------------------------------------------ people, named as far as the reader knows them
def _known_at_home(viewer: Viewer) -> set[int]:
    """Persons of students this viewer sees by name, their families, and the viewer. One query."""
    students = students_for(viewer, Permission.SEE_STUDENT)
    links = Relationship.objects.filter(
        current(viewer.today), kind=RelationshipKind.GUARDIAN, student__in=students
    ).values_list("person_id", flat=True)
    found = set(students.values_list("person_id", flat=True)) | set(links)
    return found | ({viewer.person_id} if viewer.person_id is not None else set())


def _designers(viewer: Viewer, row: Pathway) -> tuple[DesignerLine, ...]:
    people = list(
        PathwayDesigner.objects.filter(current(viewer.today), pathway=row)
        .select_related("person")
        .order_by("voice", "person__sort_name", "pk")
    )
    at_home = _known_at_home(viewer) if any(one.voice in HOME_VOICES for one in people) else set()
    return tuple(
        DesignerLine(
            pk=one.pk,
            name=_name(one.person, one.voice, at_home),
            voice_word=str(DesignerVoice(one.voice).label),
            is_me=one.person_id == viewer.person_id,
        )
        for one in people
    )


def _name(person: Person, voice: str, at_home: set[int]) -> str:
    if voice in HOME_VOICES and person.pk not in at_home:
        return _("A student designer") if voice == DesignerVoice.STUDENT else _("A family designer")
    return person.display_name


def _comments(viewer: Viewer, row: Pathway, access: Access) -> tuple[CommentLine, ...]:
    said = list(
        PathwayComment.objects.filter(pathway=row, withdrawn_at__isnull=True)
        .select_related("author")
        .order_by("created_at", "pk")
    )
    at_home = _known_at_home(viewer) if any(one.voice in HOME_VOICES for one in said) else set()
    own = _own_names(viewer) if said else []
    takes_part = access.designs or access.reviews
    return tuple(
        CommentLine(
            public_id=one.public_id,
            who=_name(one.author, one.voice, at_home),
            voice=one.voice,
            voice_word=str(DesignerVoice(one.voice).label),
            text=one.text,
            language=one.language,
            at=one.created_at,
            became=one.became,
            is_public=one.is_public,
            is_mine=one.author_id == viewer.person_id,
            may_show=takes_part and (one.voice not in HOME_VOICES or one.author_id == viewer.person_id),
            may_withdraw=one.author_id == viewer.person_id or access.reviews,
            names=names_in(one.text, own),
        )
        for one in said
    )


def students_named(*, viewer: Viewer, text: str) -> tuple[str, ...]:
    """Students of this viewer's own circle that the text seems to name. One query: it can tell nothing else."""
    return names_in(text, _own_names(viewer))


def like_names_in(*, viewer: Viewer, pathway: Pathway, text: str) -> tuple[str, ...]:
    """What of a text looks like somebody's name, for those who know no student by name here: asked of the text alone.

    Nobody of the schools is asked so: their own students are known by name (`students_named`). Three queries.
    """
    if viewer.is_staff or not text:
        return ()
    parts = [pathway.title, pathway.promise, *pathway.experiences.values_list("title", "place")]
    known = [name for part in parts for name in ([part] if isinstance(part, str) else part)]
    known += Partner.objects.values_list("name", flat=True)
    known += School.objects.values_list("name", flat=True)
    return like_names(text, known)


def _own_names(viewer: Viewer) -> list[tuple[str, str, str]]:
    mine = students_for(viewer, Permission.SEE_STUDENT) | students_for(viewer, Permission.SEE_AS_PARTNER)
    return list(
        mine.values_list("person__given_name", "person__family_name", "person__preferred_name").distinct()[:2000]
    )
