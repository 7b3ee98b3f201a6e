"""The life of an instrument: begun, worked on, published for ever, drafted anew, copied, shared, retired."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import School
from accounts.permissions import Viewer
from assessments.choices import Context, InstrumentKind, InstrumentState
from assessments.errors import InstrumentError
from assessments.instrument_words import fingerprint, words_of_texts
from assessments.models import (
    Accommodation,
    Alignment,
    Criterion,
    CriterionLevel,
    Instrument,
    InstrumentForm,
    InstrumentVersion,
    Item,
)
from assessments.services.instrument_drafts import (
    clean,
    count_change,
    locked_draft,
    record_act,
    same_as_seen,
    scale_of,
)

JUDGED = frozenset({InstrumentKind.RUBRIC, InstrumentKind.PERFORMANCE})
"""Kinds that say nothing without criteria."""
ASKED = frozenset({InstrumentKind.CHECK})
"""Kinds that say nothing without items."""
CONTEXTS = {
    InstrumentKind.CHECK: Context.QUIZ,
    InstrumentKind.PERFORMANCE: Context.PERFORMANCE,
    InstrumentKind.OBSERVATION: Context.OBSERVATION,
    InstrumentKind.CONVERSATION: Context.CONVERSATION,
}
TEXTS = ("title", "purpose", "language", "validity_note", "source", "context", "is_holistic", "is_group_task")


def create_instrument(
    *, by: Viewer, kind: str, title: str, school: School | None, language: str = "en", purpose: str = ""
) -> InstrumentVersion:
    """Begin an instrument of a school (None: the district's); its first draft. InstrumentError without a title."""
    words = clean(title, 200)
    if not words:
        raise InstrumentError(_("Give it a title."))
    if kind not in InstrumentKind.values:
        raise InstrumentError(_("Choose what kind it is."))
    with transaction.atomic():
        instrument = Instrument.objects.create(kind=kind, school=school, created_by_id=by.actor_id)
        row = InstrumentVersion.objects.create(
            instrument=instrument,
            number=1,
            title=words,
            purpose=clean(purpose),
            language=language,
            context=CONTEXTS.get(InstrumentKind(kind), Context.UNKNOWN),
            created_by_id=by.actor_id,
        )
        record_act(by=by, row=row, action="create")
    return row


def edit_texts(
    *, by: Viewer, version: InstrumentVersion, edit: int, seen: str = "", **texts: str | bool
) -> InstrumentVersion:
    """Change what a draft says about itself (any of `TEXTS`).

    `edit` is the count the editor began from and `seen` the fingerprint of the texts then. DraftChangedError when
    somebody else changed them meanwhile, InstrumentError without a title or for a published version.
    """
    with transaction.atomic():
        row = locked_draft(by=by, version=version)
        theirs = words_of_texts(row)
        for name, value in texts.items():
            if name not in TEXTS:
                raise TypeError(name)
            most = {"title": 200, "source": 500, "language": 35, "context": 20}.get(name, 4000)
            setattr(row, name, clean(value, most) if isinstance(value, str) else value)
        if not row.title:
            raise InstrumentError(_("Give it a title."))
        same_as_seen(row, edit=edit, seen=seen, theirs=theirs, mine=words_of_texts(row))
        return count_change(by=by, row=row, action="edit", fields=tuple(texts))


def missing(*, by: Viewer, version: InstrumentVersion) -> list[str]:
    """What is still missing before a draft can be published, as sentences; empty when nothing is. Five queries."""
    kind = InstrumentKind(version.instrument.kind)
    aligned = {row.competency_id: row.competency for row in version.alignments.select_related("competency")}
    criteria = list(version.criteria.prefetch_related("levels").select_related("competency"))
    items = set(version.items.values_list("competency_id", flat=True))
    said: list[str] = []
    if not version.validity_note.strip():
        said.append(_("Say what its result may be read as, and what not."))
    if not version.source.strip():
        said.append(_("Say where it comes from, or that you made it."))
    if not aligned:
        said.append(_("Choose at least one competency it gives evidence on."))
    if kind in JUDGED and not criteria:
        said.append(_("A rubric needs at least one criterion."))
    if kind in ASKED and not items:
        said.append(_("A check needs at least one item."))
    whole = scale_of(by=by, framework_ids={row.competency.framework_id for row in criteria})
    for row in criteria:
        described = {level.value for level in row.levels.all() if level.text.strip()}
        if not set(whole[row.competency.framework_id]) <= described:
            said.append(_("Describe every level of “%(name)s”.") % {"name": row.name})
    looked_at = {row.competency_id for row in criteria} | items
    if kind in JUDGED | ASKED and looked_at:
        said += [
            _("Nothing in it looks at “%(name)s” yet.") % {"name": competency.name}
            for pk, competency in aligned.items()
            if pk not in looked_at
        ]
    if version.is_holistic:
        names = [row.competency.name for row in criteria]
        said += [
            _("A holistic rubric has one description for each competency; “%(name)s” has more.") % {"name": name}
            for name in sorted({name for name in names if names.count(name) > 1})
        ]
    return said


def publish(
    *, by: Viewer, version: InstrumentVersion, validity_note: str | None = None, source: str | None = None
) -> InstrumentVersion:
    """Publish a draft: from now on it stays as it is. InstrumentError with everything that is missing, in sentences."""
    with transaction.atomic():
        row = locked_draft(by=by, version=version)
        if validity_note is not None:
            row.validity_note = clean(validity_note)
        if source is not None:
            row.source = clean(source, 500)
        problems = missing(by=by, version=row)
        if problems:
            raise InstrumentError(*problems)
        row.state = InstrumentState.PUBLISHED
        row.published_at = timezone.now()
        row.published_by_id = by.actor_id
        return count_change(
            by=by,
            row=row,
            action="publish",
            fields=("validity_note", "source", "state", "published_at", "published_by"),
        )


def new_draft(*, by: Viewer, instrument: Instrument) -> InstrumentVersion:
    """The draft of an instrument; where there is none, one that begins as a copy of the newest version."""
    with transaction.atomic():
        held = Instrument.objects.select_for_update(of=("self",)).get(pk=instrument.pk)
        if held.retired_at is not None:
            raise InstrumentError(_("This instrument is retired. Bring it back before you change it."))
        newest = held.versions.order_by("-number")[0]
        if newest.state == InstrumentState.DRAFT:
            return newest
        row = _copied(newest, by, held, newest.number + 1)
        record_act(by=by, row=row, action="draft")
    return row


def copy_instrument(*, by: Viewer, version: InstrumentVersion, school: School | None) -> InstrumentVersion:
    """Take a copy of a published version into a school (None: the district), as a draft that names its origin.

    Taken twice while the first copy is still an untouched draft, it is one copy. InstrumentError for a draft.
    """
    if version.state != InstrumentState.PUBLISHED:
        raise InstrumentError(_("Only a published version can be copied."))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('instrument_copy'), %s)", [version.pk])
        same = InstrumentVersion.objects.filter(
            instrument__copied_from=version,
            instrument__school=school,
            instrument__created_by_id=by.actor_id,
            instrument__retired_at__isnull=True,
            number=1,
            edit=1,
            state=InstrumentState.DRAFT,
        ).first()
        if same is not None:
            return same
        instrument = Instrument.objects.create(
            kind=version.instrument.kind, school=school, copied_from=version, created_by_id=by.actor_id
        )
        row = _copied(version, by, instrument, 1)
        record_act(by=by, row=row, action="copy")
    return row


def share_instrument(*, by: Viewer, instrument: Instrument, is_shared: bool) -> Instrument:
    """Put an instrument before the other schools of the district, or take it back; copies they took stay theirs."""
    with transaction.atomic():
        row = Instrument.objects.select_for_update(of=("self",)).get(pk=instrument.pk)
        newest = row.versions.order_by("-number")[0]
        if is_shared and not row.versions.filter(state=InstrumentState.PUBLISHED).exists():
            raise InstrumentError(_("Publish it first; then other schools can use it."))
        row.is_shared = is_shared
        row.save(update_fields=["is_shared"])
        record_act(by=by, row=newest, action="share" if is_shared else "unshare")
    return row


def retire_instrument(*, by: Viewer, instrument: Instrument, is_retired: bool = True) -> Instrument:
    """Take an instrument out of the library, or bring it back. What was gathered with it stays."""
    with transaction.atomic():
        row = Instrument.objects.select_for_update(of=("self",)).get(pk=instrument.pk)
        if is_retired != (row.retired_at is not None):
            row.retired_at = timezone.now() if is_retired else None
            row.save(update_fields=["retired_at"])
            newest = row.versions.aggregate(top=Max("number"))["top"]
            version = row.versions.get(number=newest)
            record_act(by=by, row=version, action="retire" if is_retired else "return")
    return row


def texts_seen(version: InstrumentVersion) -> str:
    """The fingerprint of a version's texts, for a form to send back."""
    return fingerprint(words_of_texts(version))


def _copied(origin: InstrumentVersion, by: Viewer, instrument: Instrument, number: int) -> InstrumentVersion:
    """A draft with everything the origin says, in as many statements as there are kinds of parts."""
    row = InstrumentVersion.objects.create(
        instrument=instrument,
        number=number,
        created_by_id=by.actor_id,
        **{name: getattr(origin, name) for name in TEXTS},
    )
    Alignment.objects.bulk_create(
        Alignment(version=row, competency_id=one.competency_id, depth=one.depth, position=one.position)
        for one in origin.alignments.all()
    )
    Item.objects.bulk_create(
        Item(
            version=row,
            competency_id=one.competency_id,
            key=one.key,
            prompt=one.prompt,
            points=one.points,
            position=one.position,
        )
        for one in origin.items.all()
    )
    criteria = list(origin.criteria.prefetch_related("levels"))
    fresh = Criterion.objects.bulk_create(
        Criterion(
            version=row,
            competency_id=one.competency_id,
            name=one.name,
            look_for=one.look_for,
            position=one.position,
        )
        for one in criteria
    )
    CriterionLevel.objects.bulk_create(
        CriterionLevel(criterion=new, value=level.value, text=level.text)
        for old, new in zip(criteria, fresh, strict=True)
        for level in old.levels.all()
    )
    forms = list(origin.forms.prefetch_related("accommodations"))
    anew = InstrumentForm.objects.bulk_create(
        InstrumentForm(
            version=row,
            title=one.title,
            instructions=one.instructions,
            language=one.language,
            position=one.position,
        )
        for one in forms
    )
    Accommodation.objects.bulk_create(
        Accommodation(form=new, helps=one.helps, text=one.text, position=one.position)
        for old, new in zip(forms, anew, strict=True)
        for one in old.accommodations.all()
    )
    return row
