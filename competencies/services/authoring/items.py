"""Items of a working copy: added, pasted, worded anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Viewer
from competencies.choices import WordingKind
from competencies.contents import fingerprint, line_of, plain_level
from competencies.errors import AuthoringError, WordsChangedError
from competencies.models import WorkingCopy, WorkingItem
from competencies.outlines import OutlineLine
from competencies.services.authoring.copies import lock_open, touch
from competencies.services.writing import BATCH
from competencies.texts import main_language

COLUMNS = ("code", "name", "statement", "is_assessable")
IN_FIELDS = ("notes", "grades", "concepts")
MOST_ITEMS = 20_000

Spoken = Mapping[tuple[str, str], str]
"""Sentences in one language by audience and level ("" for the whole, else "2.5")."""


def values_of(item: WorkingItem) -> dict[str, Any]:
    """What the first form of an item shows: code, name, statement, notes, grades, concepts, is_assessable."""
    return {name: getattr(item, name) for name in COLUMNS} | {
        name: item.fields.get(name) or ("" if name == "notes" else []) for name in IN_FIELDS
    }


def spoken_of(item: WorkingItem, language: str) -> dict[tuple[str, str], str]:
    """What the item says in a language to students and families, and its translated name and statement."""
    return {
        (row["kind"], plain_level(row.get("level"))): row["text"]
        for row in item.wordings
        if row["language"] == language and row["text"]
    }


def seen_of(item: WorkingItem) -> str:
    """The mark of what the first form showed."""
    return fingerprint(values_of(item))


def seen_of_words(item: WorkingItem, language: str) -> str:
    """The mark of what the form of a language showed."""
    return fingerprint(sorted([*key, text] for key, text in spoken_of(item, language).items()))


def own_language(copy: WorkingCopy, item: WorkingItem) -> str:
    """The language the item's name and statement are written in."""
    return main_language(item.language or str(copy.head.get("language") or "en"))


def add_item(
    *,
    by: Viewer,
    copy: WorkingCopy,
    under: WorkingItem | None,
    name: str,
    code: str = "",
    statement: str = "",
    is_assessable: bool = True,
) -> WorkingItem:
    """A new competency or branch, last among the parts of `under` (None: at the top). Its key is new and stays."""
    with transaction.atomic():
        row = lock_open(by=by, copy_id=copy.pk)
        _room(row, 1)
        under = still_in(under)
        parent_key = under.key if under is not None else ""
        item = WorkingItem.objects.create(
            copy=row,
            key=str(uuid4()),
            parent_key=parent_key,
            position=_last(row, parent_key) + 1,
            code=code,
            name=name,
            statement=statement or name,
            language="",
            is_assessable=is_assessable,
            is_new=True,
            changed_by_id=by.actor_id,
        )
        touch(by=by, copy=row)
        _record(by, row, "item.add", item.key)
    return item


def write_outline(
    *, by: Viewer, copy: WorkingCopy, under: WorkingItem | None, lines: Sequence[OutlineLine]
) -> list[WorkingItem]:
    """New items from a pasted outline, below what is there. Lines with parts of their own become branches."""
    with transaction.atomic():
        row = lock_open(by=by, copy_id=copy.pk)
        _room(row, len(lines))
        under = still_in(under)
        keys = [str(uuid4()) for _line in lines]
        top = under.key if under is not None else ""
        first = _last(row, top) + 1
        made = WorkingItem.objects.bulk_create(
            (
                WorkingItem(
                    copy=row,
                    key=key,
                    parent_key=top if line.parent is None else keys[line.parent],
                    position=first + index,
                    code=line.code,
                    name=line.name,
                    statement=line.name,
                    is_assessable=not line.has_parts,
                    is_new=True,
                    changed_by_id=by.actor_id,
                )
                for index, (key, line) in enumerate(zip(keys, lines, strict=True))
            ),
            batch_size=BATCH,
        )
        touch(by=by, copy=row)
        _record(by, row, "item.paste", top, number=len(made))
    return made


def edit_item(
    *, by: Viewer, item: WorkingItem, seen: str, values: Mapping[str, Any], labels: Mapping[str, str]
) -> WorkingItem:
    """Word an item anew. `values` as `values_of` gives them; `labels` name the fields in a conflict.

    Raises WordsChangedError when somebody changed the same fields meanwhile (both texts in it), AuthoringError when the
    copy is closed. A translation of the name into the item's own language follows the name.
    """
    with transaction.atomic():
        row = locked_item(by=by, item=item)
        now = values_of(row)
        new = {name: values.get(name, now[name]) for name in now}
        new["statement"] = new["statement"] or new["name"]
        if new == now:
            return row
        if fingerprint(now) != seen:
            rows = [
                (labels.get(name, name), _told(new[name]), _told(now[name])) for name in now if new[name] != now[name]
            ]
            raise WordsChangedError(seen=fingerprint(now), rows=rows, by=row.changed_by_id)
        language = own_language(row.copy, row)
        for name in COLUMNS:
            setattr(row, name, new[name])
        row.fields = row.fields | {name: new[name] for name in IN_FIELDS}
        row.wordings = [_followed(one, language, row) for one in row.wordings]
        _save(by, row)
    return row


def edit_words(
    *, by: Viewer, item: WorkingItem, language: str, seen: str, words: Spoken, labels: Mapping[tuple[str, str], str]
) -> WorkingItem:
    """Replace what an item says in one language: to students and families, per level or as a whole.

    `words` holds every sentence of the form, empty ones included; sentences the form does not show stay. Raises
    WordsChangedError when somebody changed the same language meanwhile, AuthoringError when the copy is closed.
    """
    with transaction.atomic():
        row = locked_item(by=by, item=item)
        now = spoken_of(row, language)
        new = {**now, **dict(words)}
        new = {key: text for key, text in new.items() if text}
        if new == now:
            return row
        if seen_of_words(row, language) != seen:
            rows = [
                (labels.get(key, " ".join(key)), new.get(key, ""), now.get(key, ""))
                for key in dict.fromkeys([*labels, *now])
                if new.get(key, "") != now.get(key, "")
            ]
            raise WordsChangedError(seen=seen_of_words(row, language), rows=rows, by=row.changed_by_id)
        kept = []
        left = dict(new)
        for one in row.wordings:
            key = (one["kind"], plain_level(one.get("level")))
            if one["language"] != language:
                kept.append(one)
            elif key in left:
                kept.append(one | {"text": left.pop(key)})
        kept += [
            {"kind": kind, "language": language, "level": level or None, "text": text}
            for (kind, level), text in left.items()
        ]
        row.wordings = kept
        _save(by, row)
    return row


def _told(value: Any) -> str:
    """A field in a conflict, as a line."""
    return (_("yes") if value else _("no")) if isinstance(value, bool) else line_of(value)


def _followed(one: Mapping[str, Any], language: str, item: WorkingItem) -> dict[str, Any]:
    """A wording of the item's own language that only repeats its name or statement says what they say now."""
    texts = {WordingKind.NAME.value: item.name, WordingKind.STATEMENT.value: item.statement}
    if one["kind"] in texts and not one.get("level") and main_language(one["language"]) == language:
        return {**one, "text": texts[one["kind"]]}
    return dict(one)


def locked_item(*, by: Viewer, item: WorkingItem) -> WorkingItem:
    """The item, held until the transaction ends, its copy before it: publishing waits for what is being saved here, and
    who waited for a publication finds a closed copy. AuthoringError for that."""
    copy = lock_open(by=by, copy_id=item.copy_id)
    row = WorkingItem.objects.select_for_update().get(pk=item.pk)
    row.copy = copy
    return row


def still_in(item: WorkingItem | None) -> WorkingItem | None:
    """The item as it stands now, under the lock of its copy; AuthoringError where somebody took it out. None: none."""
    if item is None:
        return None
    row = WorkingItem.objects.get(pk=item.pk)
    if row.is_retired:
        raise AuthoringError(_("“%(name)s” is taken out. Take it back first.") % {"name": row.name})
    return row


def _save(by: Viewer, row: WorkingItem) -> None:
    row.version += 1
    row.changed_by_id = by.actor_id
    row.changed_at = timezone.now()
    row.save()
    touch(by=by, copy=row.copy)
    _record(by, row.copy, "item.edit", row.key)


def _last(copy: WorkingCopy, parent_key: str) -> int:
    found = WorkingItem.objects.filter(copy=copy, parent_key=parent_key).aggregate(last=Max("position"))["last"]
    return -1 if found is None else int(found)


def _room(copy: WorkingCopy, more: int) -> None:
    if WorkingItem.objects.filter(copy=copy).count() + more > MOST_ITEMS:
        raise AuthoringError(
            _("A framework holds at most %(n)s entries here. Bring larger ones in as a file.") % {"n": MOST_ITEMS}
        )


def _record(by: Viewer, copy: WorkingCopy, what: str, key: str, **more: Any) -> None:
    audit.record(
        by=by.person_id,
        action=f"framework_copy.{what}",
        subject_type="working_copy",
        subject_id=copy.public_id,
        details={"item": key, **more},
    )
