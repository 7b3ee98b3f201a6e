"""A framework was published by somebody else while a copy was open: both are brought together, item by item.

What only one side changed is taken from that side. What both changed differently is listed, and a person chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Viewer
from competencies.choices import WordingKind
from competencies.contents import WordingKey, carried, changed_fields, changed_wordings, line_of, same
from competencies.errors import AuthoringError
from competencies.history import Steps, steps_of
from competencies.models import (
    Association,
    Competency,
    CompetencyVersion,
    FrameworkVersion,
    WorkingCopy,
    WorkingEdge,
    WorkingItem,
)
from competencies.services.authoring.copies import HEAD, head_texts, lock_open, published_items

CONTENT = ("code", "name", "statement", "language")
_REFRESH = """
UPDATE competencies_workingitem AS i
SET position = CASE WHEN i.position = (i.fields ->> 'position')::int THEN c.position ELSE i.position END,
    is_assessable = CASE WHEN i.is_assessable = (i.fields ->> 'assessable')::boolean
        THEN c.is_assessable ELSE i.is_assessable END,
    fields = i.fields || jsonb_build_object('position', c.position, 'assessable', c.is_assessable)
FROM competencies_competency c
WHERE i.copy_id = %s AND c.framework_id = %s AND c.source_id = i.key
"""


@dataclass(frozen=True, slots=True)
class Clash:
    """Something both sides changed. `key` is what a choice is named by.

    `rows` are (what, mine, theirs) as texts: a field by its name, "parent" by the key of the branch, "is_assessable" by
    "yes" or "", "head:title_es" for what the framework says of itself, a sentence by its audience, level and language.
    """

    key: str
    name: str
    rows: tuple[tuple[str | WordingKey, str, str], ...]
    mine_is_out: bool = False
    theirs_is_out: bool = False


@dataclass
class Pending:
    """What came from the framework since the copy was opened, and what both sides changed."""

    version: int
    arrived: int = 0
    clashes: list[Clash] = field(default_factory=list)
    theirs: dict[str, WorkingItem] = field(default_factory=dict)
    take_words: set[str] = field(default_factory=set)
    take_place: set[str] = field(default_factory=set)
    take_state: set[str] = field(default_factory=set)
    add: list[WorkingItem] = field(default_factory=list)
    edges_in: list[int] = field(default_factory=list)
    edges_out: list[int] = field(default_factory=list)
    head: dict[str, Any] = field(default_factory=dict)

    @property
    def is_needed(self) -> bool:
        """Whether the framework moved on at all."""
        return self.version > 0


def pending_changes(*, by: Viewer, copy: WorkingCopy) -> Pending:
    """What the framework's newer versions bring, and where both sides changed the same. Writes nothing."""
    framework = copy.framework
    if framework is None or framework.version == copy.based_on:
        return Pending(version=0)
    rows = FrameworkVersion.objects.filter(framework=framework, number__gt=copy.based_on).order_by("number")
    steps = steps_of(rows.values_list("changes", flat=True))
    pending = Pending(version=framework.version)
    ids = list(steps.was_there)
    keys = dict(Competency.objects.filter(framework=framework).values_list("pk", "source_id"))
    pending.theirs = {one.key: one for one in published_items(by=by, copy=copy, ids=ids)}
    mine = {one.key: one for one in WorkingItem.objects.filter(copy=copy, key__in=pending.theirs)}
    base = _contents(ids, copy.based_on)
    for pk in ids:
        key = keys[pk]
        _weigh(pending, steps, pk, pending.theirs[key], mine.get(key), base.get(pk, {}), keys)
    pending.edges_in = steps.edges(came=True)
    pending.edges_out = steps.edges(came=False)
    _weigh_head(pending, steps, copy)
    return pending


def bring_up_to_date(*, by: Viewer, copy: WorkingCopy, choices: Mapping[str, str]) -> WorkingCopy:
    """Bring what was published since into the copy. `choices` says "mine" or "theirs" for every clash, by its key.

    Raises AuthoringError when a clash has no choice yet.
    """
    with transaction.atomic():
        row = lock_open(by=by, copy_id=copy.pk)
        pending = pending_changes(by=by, copy=row)
        if not pending.is_needed:
            return row
        open_still = [one.name for one in pending.clashes if choices.get(one.key) not in {"mine", "theirs"}]
        if open_still:
            raise AuthoringError(_("Choose which text stays for “%(name)s”.") % {"name": open_still[0]})
        whole = {one.key for one in pending.clashes if choices[one.key] == "theirs"}
        _write_items(by, row, pending, whole)
        _write_edges(row, pending)
        head = {name: value for name, value in pending.head.items() if name not in _heads(pending)}
        head |= {name: pending.head[name] for name in _heads(pending) if f"head:{name}" in whole}
        row.head = {**row.head, **head}
        row.based_on = pending.version
        row.version += 1
        row.changed_at = timezone.now()
        row.save(update_fields=["head", "based_on", "version", "changed_at"])
        with connection.cursor() as cursor:
            cursor.execute(_REFRESH, [row.pk, row.framework_id])
        audit.record(
            by=by.person_id,
            action="framework_copy.update",
            subject_type="working_copy",
            subject_id=row.public_id,
            details={"version": pending.version, "clashes": len(pending.clashes)},
        )
    return row


# ------------------------------------------------------------------ weighing


def _contents(ids: list[int], version: int) -> dict[int, dict[str, Any]]:
    """What each competency said in a version of its framework. One query."""
    found: dict[int, list[dict[str, Any]]] = {}
    rows = CompetencyVersion.objects.filter(competency_id__in=ids, framework_version__lte=version).order_by("number")
    for pk, content in rows.values_list("competency_id", "content"):
        found.setdefault(pk, []).append(content)
    return {pk: carried(contents) for pk, contents in found.items()}


def content_of_item(item: WorkingItem) -> dict[str, Any]:
    """What an item says, in the shape of a `CompetencyVersion`'s content."""
    fields = item.fields
    content: dict[str, Any] = {name: getattr(item, name) for name in ("code", "name", "statement", "language")}
    content |= {name: fields.get(name) or "" for name in ("notes", "kind")}
    content |= {name: fields.get(name) or [] for name in ("grades", "subjects", "concepts")}
    content["details"] = fields.get("details") or {}
    content["wordings"] = item.wordings
    return content


def _weigh(
    pending: Pending,
    steps: Steps,
    pk: int,
    theirs: WorkingItem,
    mine: WorkingItem | None,
    base: Mapping[str, Any],
    keys: Mapping[int, str],
) -> None:
    if mine is None:
        pending.add.append(theirs)
        pending.arrived += 1
        return
    my_words, their_words = content_of_item(mine), content_of_item(theirs)
    their_new_words = pk in steps.worded and not same(base, their_words)
    my_new_words = not same(base, my_words)
    before = steps.parent_before.get(pk)
    base_parent = (keys[before] if before else "") if pk in steps.parent_before else theirs.parent_key
    their_new_place = theirs.parent_key != base_parent
    my_new_place = mine.parent_key != base_parent
    their_new_state = steps.is_there[pk] != steps.was_there[pk]
    my_new_state = mine.is_retired is steps.was_there[pk]
    mine_changed = my_new_words or my_new_place or my_new_state
    theirs_changed = their_new_words or their_new_place or their_new_state
    if not theirs_changed:
        return
    pending.arrived += 1
    out_against_work = (their_new_state and mine_changed and theirs.is_retired != mine.is_retired) or (
        my_new_state and theirs_changed and theirs.is_retired != mine.is_retired
    )
    both_words = my_new_words and their_new_words and not same(my_words, their_words)
    both_places = my_new_place and their_new_place and mine.parent_key != theirs.parent_key
    if out_against_work or both_words or both_places:
        rows = _rows(my_words, their_words)
        if mine.is_assessable != theirs.is_assessable:
            rows.append(("is_assessable", _yes(mine.is_assessable), _yes(theirs.is_assessable)))
        if mine.parent_key != theirs.parent_key:
            rows.append(("parent", mine.parent_key, theirs.parent_key))
        pending.clashes.append(Clash(mine.key, mine.name, tuple(rows), mine.is_retired, theirs.is_retired))
        return
    if their_new_words:
        pending.take_words.add(mine.key)
    if their_new_place:
        pending.take_place.add(mine.key)
    if their_new_state:
        pending.take_state.add(mine.key)


def _rows(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[tuple[str | WordingKey, str, str]]:
    """What two contents say differently, field by field and sentence by sentence."""
    rows: list[tuple[str | WordingKey, str, str]] = [
        (name, line_of(mine[name]), line_of(theirs[name])) for name in changed_fields(mine, theirs) if name != "details"
    ]
    shown = {row[1:] for row in rows}
    rows += [  # a name repeated among the sentences is not told twice
        (key, my_text, their_text)
        for key, my_text, their_text in changed_wordings(mine, theirs)
        if key[0] not in {WordingKind.NAME, WordingKind.STATEMENT} or (my_text, their_text) not in shown
    ]
    return rows


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _weigh_head(pending: Pending, steps: Steps, copy: WorkingCopy) -> None:
    for name, (before, after) in steps.head.items():
        mine = copy.head.get(name)
        if name not in HEAD or mine == after:
            continue
        pending.head[name] = after
        if mine != before:
            my_texts, their_texts = head_texts({name: mine}), head_texts({name: after})
            rows = tuple(
                (f"head:{text}", my_texts.get(text, ""), their_texts.get(text, ""))
                for text in dict.fromkeys([*my_texts, *their_texts])
                if my_texts.get(text, "") != their_texts.get(text, "")
            )
            pending.clashes.append(Clash(f"head:{name}", str(copy.head.get("title", "")), rows))


def _heads(pending: Pending) -> set[str]:
    return {one.key.removeprefix("head:") for one in pending.clashes if one.key.startswith("head:")}


# ------------------------------------------------------------------ writing


def _write_items(by: Viewer, copy: WorkingCopy, pending: Pending, whole: set[str]) -> None:
    WorkingItem.objects.bulk_create(pending.add, batch_size=2_000)
    touched = pending.take_words | pending.take_place | pending.take_state | (whole & pending.theirs.keys())
    rows = list(WorkingItem.objects.select_for_update().filter(copy=copy, key__in=touched))
    for row in rows:
        theirs = pending.theirs[row.key]
        if row.key in whole or row.key in pending.take_words:
            for name in CONTENT:
                setattr(row, name, getattr(theirs, name))
            was = {name: row.fields[name] for name in ("position", "assessable") if name in row.fields}
            row.fields = theirs.fields | was  # what `_REFRESH` weighs by
            row.wordings = theirs.wordings
        if row.key in whole:
            row.is_assessable = theirs.is_assessable
        if row.key in whole or row.key in pending.take_place:
            row.parent_key = theirs.parent_key
        if row.key in whole or row.key in pending.take_state:
            row.is_retired = theirs.is_retired
        row.version += 1
    WorkingItem.objects.bulk_update(
        rows,
        [*CONTENT, "is_assessable", "fields", "wordings", "parent_key", "is_retired", "version"],
        batch_size=1_000,
    )


def _write_edges(copy: WorkingCopy, pending: Pending) -> None:
    there = set(WorkingEdge.objects.filter(copy=copy).values_list("key", flat=True))
    came = Association.objects.filter(pk__in=pending.edges_in)
    WorkingEdge.objects.bulk_create(
        WorkingEdge(
            copy=copy,
            key=edge.source_id,
            kind=edge.kind,
            origin_key=edge.origin_source_id,
            destination_key=edge.destination_source_id,
            fields={
                "origin_uri": edge.origin_uri,
                "destination_uri": edge.destination_uri,
                "sequence": edge.sequence,
                "is_broken_cycle": edge.is_broken_cycle,
                "details": edge.details,
            },
        )
        for edge in came
        if edge.source_id not in there
    )
    WorkingEdge.objects.filter(copy=copy, key__in=[edge.source_id for edge in came]).update(is_new=False)
    gone = Association.objects.filter(pk__in=pending.edges_out).values_list("source_id", flat=True)
    WorkingEdge.objects.filter(copy=copy, key__in=list(gone)).update(is_retired=True)
