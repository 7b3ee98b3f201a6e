"""What a draft is made of: competencies, criteria with their levels, forms with accommodations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.permissions import Viewer
from assessments.choices import AccommodationFor, Depth
from assessments.errors import InstrumentError
from assessments.instrument_words import criterion_words, form_words, words_of_criterion, words_of_form
from assessments.models import (
    Accommodation,
    Alignment,
    Criterion,
    CriterionLevel,
    InstrumentForm,
    InstrumentVersion,
)
from assessments.services.instrument_drafts import (
    clean,
    count_change,
    locked_draft,
    same_as_seen,
    scale_of,
)
from competencies.models import Competency

MOST_CRITERIA, MOST_FORMS, MOST_COMPETENCIES, MOST_HELPS = 30, 20, 30, 20


# ------------------------------------------------------------------ competencies
def align(*, by: Viewer, version: InstrumentVersion, competency: Competency, depth: str = Depth.USE) -> Alignment:
    """Say that a draft gives evidence on a competency, and how deep it asks; said twice, the depth is the newest."""
    if depth not in Depth.values:
        raise InstrumentError(_("Choose how deep it asks."))
    with transaction.atomic():
        row = locked_draft(by=by, version=version)
        if row.alignments.count() >= MOST_COMPETENCIES:
            raise InstrumentError(_("That is a lot for one instrument. Make two of it."))
        found, is_new = Alignment.objects.get_or_create(
            version=row, competency=competency, defaults={"depth": depth, "position": _next(row.alignments)}
        )
        if is_new or found.depth != depth:
            found.depth = depth
            found.save(update_fields=["depth"])
            count_change(by=by, row=row, action="align")
    return found


def unalign(*, by: Viewer, version: InstrumentVersion, competency: Competency) -> None:
    """Take a competency off a draft. InstrumentError while a criterion or an item of it is about that competency."""
    with transaction.atomic():
        row = locked_draft(by=by, version=version)
        if row.criteria.filter(competency=competency).exists() or row.items.filter(competency=competency).exists():
            raise InstrumentError(
                _("A criterion or an item is about “%(name)s”. Remove that first.") % {"name": competency.name}
            )
        if row.alignments.filter(competency=competency).delete()[0]:
            count_change(by=by, row=row, action="unalign")


# ------------------------------------------------------------------ criteria
@dataclass(frozen=True, slots=True)
class CriterionWords:
    """A criterion as somebody writes it: its name, what to look for, and what each level looks like."""

    name: str
    look_for: str = ""
    levels: Mapping[Decimal, str] = field(default_factory=dict)


def add_criterion(
    *, by: Viewer, version: InstrumentVersion, competency: Competency, words: CriterionWords
) -> Criterion:
    """Add a criterion at the end of a draft, about one of its competencies."""
    with transaction.atomic():
        row = locked_draft(by=by, version=version)
        if row.criteria.count() >= MOST_CRITERIA:
            raise InstrumentError(_("Nobody can keep that many criteria in mind. Make two instruments of it."))
        name, look_for, levels = _criterion(by, row, competency, words)
        made = Criterion.objects.create(
            version=row, competency=competency, name=name, look_for=look_for, position=_next(row.criteria)
        )
        CriterionLevel.objects.bulk_create(
            CriterionLevel(criterion=made, value=value, text=text) for value, text in levels.items()
        )
        count_change(by=by, row=row, action="criterion.add")
    return made


def edit_criterion(
    *, by: Viewer, criterion: Criterion, competency: Competency, words: CriterionWords, edit: int, seen: str = ""
) -> Criterion:
    """Reword a criterion of a draft. DraftChangedError when somebody else reworded it since `edit` and `seen`."""
    with transaction.atomic():
        row = locked_draft(by=by, version=criterion.version)
        held = Criterion.objects.filter(pk=criterion.pk).first()
        if held is None:
            raise InstrumentError(_("Somebody removed this criterion meanwhile. Add it again if it is needed."))
        name, look_for, levels = _criterion(by, row, competency, words)
        same_as_seen(
            row, edit=edit, seen=seen, theirs=criterion_words(held), mine=words_of_criterion(name, look_for, levels)
        )
        held.name, held.look_for, held.competency = name, look_for, competency
        held.save(update_fields=["name", "look_for", "competency"])
        held.levels.all().delete()
        CriterionLevel.objects.bulk_create(
            CriterionLevel(criterion=held, value=value, text=text) for value, text in levels.items()
        )
        count_change(by=by, row=row, action="criterion.edit")
    return held


def move_criterion(*, by: Viewer, criterion: Criterion, step: int) -> None:
    """Move a criterion one place up (`step` -1) or down (1); at the end of the list it stays."""
    with transaction.atomic():
        row = locked_draft(by=by, version=criterion.version)
        order = list(row.criteria.order_by("position", "pk"))
        here = next((n for n, one in enumerate(order) if one.pk == criterion.pk), None)
        if here is None or not 0 <= here + step < len(order) or not step:
            return
        order.insert(here + step, order.pop(here))
        for place, one in enumerate(order):
            one.position = place
        Criterion.objects.bulk_update(order, ["position"])
        count_change(by=by, row=row, action="criterion.move")


def remove_criterion(*, by: Viewer, criterion: Criterion) -> None:
    """Remove a criterion of a draft; what people said about it stays with the version."""
    with transaction.atomic():
        row = locked_draft(by=by, version=criterion.version)
        if row.criteria.filter(pk=criterion.pk).delete()[0]:
            count_change(by=by, row=row, action="criterion.remove")


def _criterion(
    by: Viewer, row: InstrumentVersion, competency: Competency, words: CriterionWords
) -> tuple[str, str, dict[Decimal, str]]:
    name = clean(words.name, 200)
    if not name:
        raise InstrumentError(_("Give the criterion a name."))
    if not row.alignments.filter(competency=competency).exists():
        raise InstrumentError(_("Choose one of the competencies of this instrument."))
    allowed = set(scale_of(by=by, framework_ids={competency.framework_id})[competency.framework_id])
    levels = {value: clean(text, 2000) for value, text in words.levels.items() if clean(text)}
    if not set(levels) <= allowed:
        raise InstrumentError(_("A level is not on the scale of this competency."))
    return name, clean(words.look_for, 2000), levels


# ------------------------------------------------------------------ forms of the task
@dataclass(frozen=True, slots=True)
class FormWords:
    """A form of the task as somebody writes it; `accommodations` by whom they help first, one line each."""

    title: str
    instructions: str = ""
    language: str = "en"
    accommodations: Mapping[str, list[str]] = field(default_factory=dict)


def save_form(
    *,
    by: Viewer,
    version: InstrumentVersion,
    words: FormWords,
    form: InstrumentForm | None = None,
    edit: int = 0,
    seen: str = "",
) -> InstrumentForm:
    """Add a form of the task to a draft, or reword one (`form`); DraftChangedError when somebody else did since."""
    title = clean(words.title, 200)
    if not title:
        raise InstrumentError(_("Give this form a title, such as its language or its material."))
    instructions = clean(words.instructions, 10_000)
    helps = {
        who: [line for line in (clean(line, 500) for line in lines) if line][:MOST_HELPS]
        for who, lines in words.accommodations.items()
        if who in AccommodationFor.values
    }
    with transaction.atomic():
        row = locked_draft(by=by, version=version)
        if form is None:
            if row.forms.count() >= MOST_FORMS:
                raise InstrumentError(_("That is a lot for one instrument. Make two of it."))
            held = InstrumentForm(version=row, position=_next(row.forms))
        else:
            found = row.forms.filter(pk=form.pk).first()
            if found is None:
                raise InstrumentError(_("Somebody removed this form meanwhile. Add it again if it is needed."))
            held = found
            same_as_seen(
                row, edit=edit, seen=seen, theirs=form_words(held), mine=words_of_form(title, instructions, helps)
            )
        held.title, held.instructions, held.language = title, instructions, words.language
        held.save()
        held.accommodations.all().delete()
        Accommodation.objects.bulk_create(
            Accommodation(form=held, helps=who, text=line, position=n)
            for who, lines in helps.items()
            for n, line in enumerate(lines)
        )
        count_change(by=by, row=row, action="form.edit" if form else "form.add")
    return held


def remove_form(*, by: Viewer, form: InstrumentForm) -> None:
    """Remove a form of the task from a draft."""
    with transaction.atomic():
        row = locked_draft(by=by, version=form.version)
        if row.forms.filter(pk=form.pk).delete()[0]:
            count_change(by=by, row=row, action="form.remove")


def _next(rows: object) -> int:
    top = rows.aggregate(top=Max("position"))["top"]  # type: ignore[attr-defined]
    return 0 if top is None else int(top) + 1
