"""The items of a check: pasted line by line, replaced by their key, removed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Viewer
from assessments.errors import InstrumentError
from assessments.item_lines import Fault, Wrong, read_lines
from assessments.models import InstrumentVersion, Item
from assessments.services.instrument_drafts import count_change, locked_draft

MOST_ITEMS = 300


def fault_sentence(fault: Fault) -> str:
    """What is wrong with a pasted line, and what to do."""
    said = {
        Wrong.PARTS: _("Line %(line)s: write key | competency code | points | prompt."),
        Wrong.KEY: _("Line %(line)s: begin with a short key, such as 1a."),
        Wrong.TWICE: _("Line %(line)s: the key “%(what)s” stands here twice."),
        Wrong.COMPETENCY: _("Line %(line)s: “%(what)s” is not the code of one of its competencies."),
        Wrong.POINTS: _("Line %(line)s: “%(what)s” is not a number of points above 0."),
        Wrong.MANY: _("Line %(line)s: at most %(what)s items in one check."),
    }[fault.wrong]
    return said % {"line": fault.line, "what": fault.what}


def paste_items(*, by: Viewer, version: InstrumentVersion, text: str) -> int:
    """Add items to a draft, one from each line; a line with a key that is there already replaces that item.

    Returns how many. Nothing is stored when a line is wrong: InstrumentError with a sentence for each of them.
    """
    with transaction.atomic():
        row = locked_draft(by=by, version=version)
        codes: dict[str, int] = {}
        for competency in (one.competency for one in row.alignments.select_related("competency")):
            codes.setdefault(competency.name.casefold(), competency.pk)
            if competency.code:
                codes[competency.code.casefold()] = competency.pk
        if not codes:
            raise InstrumentError(_("Choose its competencies first; each item belongs to one of them."))
        lines, faults = read_lines(text.replace("\x00", ""), codes)
        if faults:
            raise InstrumentError(*(fault_sentence(fault) for fault in faults))
        if not lines:
            raise InstrumentError(_("Write at least one line: key | competency code | points | prompt."))
        there = {item.key: item for item in row.items.all()}
        if len(there.keys() | {line.key for line in lines}) > MOST_ITEMS:
            raise InstrumentError(_("That is a lot for one instrument. Make two of it."))
        place = max((item.position for item in there.values()), default=-1) + 1
        fresh: list[Item] = []
        for n, line in enumerate(lines):
            item = there.get(line.key)
            if item is None:
                item = Item(version=row, key=line.key, position=place + n)
                fresh.append(item)
            item.competency_id, item.points, item.prompt = line.competency, line.points, line.prompt
        Item.objects.bulk_create(fresh)
        Item.objects.bulk_update(
            [there[line.key] for line in lines if line.key in there], ["competency", "points", "prompt"]
        )
        count_change(by=by, row=row, action="items")
    return len(lines)


def remove_items(*, by: Viewer, version: InstrumentVersion, keys: Sequence[str]) -> int:
    """Remove the items with these keys from a draft; returns how many there were."""
    with transaction.atomic():
        row = locked_draft(by=by, version=version)
        gone = row.items.filter(key__in=[key.replace("\x00", "") for key in keys]).delete()[0]
        if gone:
            count_change(by=by, row=row, action="items")
    return gone
