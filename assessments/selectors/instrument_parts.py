"""Single versions and parts of them, for changing and answering; None for what a viewer does not read."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, Person
from accounts.permissions import Viewer
from assessments.choices import Depth, InstrumentState
from assessments.models import Criterion, Instrument, InstrumentForm, InstrumentVersion
from assessments.selectors.instrument_pages import Aligned, rubrics_of
from assessments.selectors.instruments import readable_versions
from assessments.selectors.rubrics import recordable
from competencies.models import Competency


def criterion_by_id(*, viewer: Viewer, public_id: UUID) -> Criterion | None:
    """A criterion of a version this viewer reads, with its levels."""
    return (
        Criterion.objects.select_related("version__instrument__school", "competency")
        .prefetch_related("levels")
        .filter(public_id=public_id, version__in=readable_versions(viewer=viewer))
        .first()
    )


def form_by_id(*, viewer: Viewer, public_id: UUID) -> InstrumentForm | None:
    """A form of the task of a version this viewer reads, with its accommodations."""
    return (
        InstrumentForm.objects.select_related("version__instrument__school")
        .prefetch_related("accommodations")
        .filter(public_id=public_id, version__in=readable_versions(viewer=viewer))
        .first()
    )


def draft_of(*, viewer: Viewer, instrument: Instrument) -> InstrumentVersion | None:
    """The draft of an instrument, where this viewer reads it."""
    return (
        readable_versions(viewer=viewer)
        .select_related("instrument__school")
        .filter(instrument=instrument, state=InstrumentState.DRAFT)
        .first()
    )


def is_draft(version: InstrumentVersion) -> bool:
    """Whether a version can still be changed."""
    return version.state == InstrumentState.DRAFT


def version_of(*, viewer: Viewer, instrument: Instrument, number: int | None) -> InstrumentVersion | None:
    """A published version of an instrument by its number, the newest without one."""
    rows = (
        readable_versions(viewer=viewer)
        .select_related("instrument__school")
        .filter(instrument=instrument, state=InstrumentState.PUBLISHED)
        .order_by("-number")
    )
    return (rows if number is None else rows.filter(number=number)).first()


def last_editor(*, viewer: Viewer, version: InstrumentVersion) -> str:
    """Who changed a version last, by name, for a colleague who wrote at the same time. Up to two queries."""
    actor = (
        AuditEvent.objects.filter(subject_type="instrumentversion", subject_id=str(version.public_id))
        .order_by("-pk")
        .values_list("actor_id", flat=True)
        .first()
    )
    person = Person.objects.filter(pk=actor).first() if actor else None
    return person.display_name if person and viewer.is_staff else _("somebody else")


def aligned_of(*, viewer: Viewer, version: InstrumentVersion, language: str) -> list[Aligned]:
    """The competencies of a version with their depth, in its own order. Three queries."""
    rubrics = rubrics_of(viewer=viewer, version=version, language=language)
    depths = dict(version.alignments.values_list("competency_id", "depth"))
    return [Aligned(rubric, depths[pk], str(Depth(depths[pk]).label)) for pk, rubric in rubrics.items()]


def codes_of(*, viewer: Viewer, version: InstrumentVersion, language: str) -> list[tuple[Aligned, str]]:
    """The competencies of a version with the code an item's line names each by. Four queries."""
    codes = dict(version.alignments.values_list("competency_id", "competency__code"))
    found = aligned_of(viewer=viewer, version=version, language=language)
    return [(one, codes[one.rubric.competency_id] or one.rubric.name) for one in found]


def competency_by_id(*, viewer: Viewer, version: InstrumentVersion, public_id: UUID | None) -> Competency | None:
    """A competency that can be recorded on, or one the version names already; None for any other."""
    if public_id is None:
        return None
    return (
        Competency.objects.filter(
            Q(pk__in=recordable(viewer=viewer).values("pk")) | Q(pk__in=version.alignments.values("competency_id"))
        )
        .filter(public_id=public_id)
        .first()
    )


def version_for_words(
    *, viewer: Viewer, instrument: Instrument, number: int | None, criterion: str = ""
) -> tuple[InstrumentVersion, Criterion | None] | None:
    """The version (newest published one without a number) and criterion somebody speaks about; None for no such."""
    rows = readable_versions(viewer=viewer).select_related("instrument__school").filter(instrument=instrument)
    rows = rows.filter(number=number) if number is not None else rows.order_by("-state", "-number")
    version = rows.first()
    if version is None:
        return None
    if not criterion:
        return version, None
    try:
        found = version.criteria.filter(public_id=UUID(criterion)).first()
    except ValueError:
        return None
    return None if found is None else (version, found)
