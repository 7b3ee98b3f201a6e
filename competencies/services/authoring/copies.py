"""Working copies: opened, described, put before readers, put away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Viewer
from competencies.choices import AssociationKind, WorkingState
from competencies.contents import fingerprint
from competencies.errors import AuthoringError, WordsChangedError
from competencies.models import Framework, WorkingCopy, WorkingItem

HEAD = ("title", "description", "creator", "publisher", "language", "adoption_status", "license_text", "translations")
OPEN = (WorkingState.DRAFT, WorkingState.REVIEW)

# What an item holds, straight from what is published; ids follow from copy and key. Retired ones are marked as out.
_PUBLISHED = """
SELECT md5(%(seed)s || c.source_id)::uuid AS public_id, %(copy)s::bigint AS copy_id, c.source_id AS key,
    CASE WHEN p.retired_at IS NOT NULL AND c.retired_at IS NULL THEN ''
        ELSE coalesce(p.source_id, '') END AS parent_key,
    c.position, c.code, c.name, c.statement, c.language, c.is_assessable,
    jsonb_build_object('notes', c.notes, 'kind', c.kind, 'grades', to_jsonb(c.grades), 'subjects',
        to_jsonb(c.subjects), 'concepts', to_jsonb(c.concepts), 'details', c.details, 'source_uri', c.source_uri,
        'source_changed_at', c.source_changed_at, 'position', c.position,
        'assessable', c.is_assessable, 'worded', w.list IS NOT NULL) AS fields,
    coalesce(w.list, '[]'::jsonb) AS wordings, false AS is_new, c.retired_at IS NOT NULL AS is_retired,
    now() AS changed_at, 1 AS version
FROM competencies_competency c
LEFT JOIN competencies_competency p ON p.id = c.parent_id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('kind', w.kind, 'language', w.language,
        'level', trim_scale(w.level)::text, 'text', w.text) ORDER BY w.id) AS list
    FROM competencies_wording w WHERE w.competency_id = c.id
) w ON true
WHERE c.framework_id = %(framework)s AND (%(ids)s::bigint[] IS NULL OR c.id = ANY(%(ids)s))
ORDER BY c.position, c.id
"""
_COPY_ITEMS = f"""
INSERT INTO competencies_workingitem (public_id, copy_id, key, parent_key, position, code, name, statement, language,
    is_assessable, fields, wordings, is_new, is_retired, changed_at, version) {_PUBLISHED}
"""  # noqa: S608
_AS_ITEMS = f"SELECT NULL::bigint AS id, NULL::bigint AS changed_by_id, q.* FROM ({_PUBLISHED}) q"  # noqa: S608
_COPY_EDGES = """
INSERT INTO competencies_workingedge (public_id, copy_id, key, kind, origin_key, destination_key, fields, is_new,
    is_retired)
SELECT md5(%(seed)s || 'edge' || a.source_id)::uuid, %(copy)s, a.source_id, a.kind, a.origin_source_id,
    a.destination_source_id, jsonb_build_object('origin_uri', a.origin_uri, 'destination_uri', a.destination_uri,
        'sequence', a.sequence, 'is_broken_cycle', a.is_broken_cycle, 'details', a.details), false, false
FROM competencies_association a
WHERE a.framework_id = %(framework)s AND a.retired_at IS NULL AND a.kind <> %(child)s
"""


def open_copy(*, by: Viewer, framework: Framework, public_id: UUID | None = None) -> WorkingCopy:
    """The open working copy of a framework; opened now from what is published, if there is none yet.

    A fixed number of statements whatever the size: 10,000 competencies take well under two seconds. The public ids of
    its items follow from the copy's own, which may be given.
    """
    with transaction.atomic():
        row = Framework.objects.select_for_update().get(pk=framework.pk)
        there = WorkingCopy.objects.filter(source=row.source, source_id=row.source_id, closed_at__isnull=True).first()
        if there is not None:
            return there
        copy = WorkingCopy.objects.create(
            public_id=public_id or uuid4(),
            framework=row,
            based_on=row.version,
            source=row.source,
            source_id=row.source_id,
            head=head_of(row),
            opened_by_id=by.actor_id,
        )
        fill(by=by, copy=copy)
        _record(by, copy, "open")
    return copy


def head_of(framework: Framework) -> dict[str, Any]:
    """What a framework says of itself, as a working copy keeps it."""
    return {name: getattr(framework, name) for name in HEAD}


def fill(*, by: Viewer, copy: WorkingCopy) -> None:
    """Copy every competency, wording and edge of the copy's framework into it. Two statements."""
    values = {
        "copy": copy.pk,
        "framework": copy.framework_id,
        "seed": str(copy.public_id),
        "ids": None,
        "child": AssociationKind.CHILD_OF.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COPY_ITEMS, values)
        cursor.execute(_COPY_EDGES, values)


def published_items(*, by: Viewer, copy: WorkingCopy, ids: Collection[int]) -> list[WorkingItem]:
    """Competencies of the copy's framework as items of it, not saved. One query."""
    values = {"copy": copy.pk, "framework": copy.framework_id, "seed": str(copy.public_id), "ids": list(ids)}
    return list(WorkingItem.objects.raw(_AS_ITEMS, values))


def start_framework(*, by: Viewer, title: str, language: str, description: str = "") -> WorkingCopy:
    """Begin a framework of one's own: an empty working copy that no framework belongs to yet."""
    with transaction.atomic():
        copy = WorkingCopy.objects.create(
            source="own",
            source_id=str(uuid4()),
            head={
                **dict.fromkeys(HEAD, ""),
                "title": title,
                "description": description,
                "language": language,
                "translations": {},
            },
            opened_by_id=by.actor_id,
        )
        _record(by, copy, "start")
    return copy


def lock_open(*, by: Viewer, copy_id: int) -> WorkingCopy:
    """The working copy, held until the transaction ends. AuthoringError when it was published or put away."""
    copy = WorkingCopy.objects.select_for_update().get(pk=copy_id)
    if copy.closed_at is not None:
        raise AuthoringError(
            _("This working copy is closed and stays as it is. Open a new one from the framework’s page.")
        )
    return copy


def touch(*, by: Viewer, copy: WorkingCopy) -> None:
    """Note that something in the copy changed now."""
    WorkingCopy.objects.filter(pk=copy.pk).update(changed_at=timezone.now())


def seen_of_head(copy: WorkingCopy) -> str:
    """The mark of what the head says now."""
    return fingerprint({name: copy.head.get(name) for name in HEAD})


def edit_head(
    *, by: Viewer, copy: WorkingCopy, seen: str, words: dict[str, Any], labels: dict[str, str]
) -> WorkingCopy:
    """Change what the framework says of itself. `words` are some of `HEAD`; `labels` name them in a conflict.

    Raises WordsChangedError when somebody changed it meanwhile, AuthoringError when the copy is closed.
    """
    with transaction.atomic():
        row = lock_open(by=by, copy_id=copy.pk)
        new = {**row.head, **words}
        new["translations"] = {
            language: texts for language, texts in new.get("translations", {}).items() if any(texts.values())
        }
        if new == row.head:
            return row
        if seen_of_head(row) != seen:
            mine, theirs = head_texts(new), head_texts(row.head)
            rows = [
                (labels.get(name, name), mine.get(name, ""), theirs.get(name, ""))
                for name in dict.fromkeys([*mine, *theirs])
                if mine.get(name, "") != theirs.get(name, "")
            ]
            raise WordsChangedError(seen=seen_of_head(row), rows=rows, by=None)
        row.head = new
        row.version += 1
        row.changed_at = timezone.now()
        row.save(update_fields=["head", "version", "changed_at"])
        _record(by, row, "head")
    return row


def head_texts(head: Mapping[str, Any]) -> dict[str, str]:
    """What a framework says of itself, text by text: "title", "title_es" for its translation, and so on."""
    texts = {name: str(head.get(name) or "") for name in HEAD if name != "translations"}
    for language, translated in sorted((head.get("translations") or {}).items()):
        texts |= {f"{name}_{language}": str(text or "") for name, text in translated.items()}
    return texts


def ask_review(*, by: Viewer, copy: WorkingCopy) -> WorkingCopy:
    """Put the copy before readers: everybody who works for the schools reads it and may comment."""
    with transaction.atomic():
        row = lock_open(by=by, copy_id=copy.pk)
        if row.state != WorkingState.REVIEW:
            row.state = WorkingState.REVIEW
            row.review_asked_by_id = by.actor_id
            row.review_asked_at = timezone.now()
            row.save(update_fields=["state", "review_asked_by", "review_asked_at"])
            _record(by, row, "review")
    return row


def back_to_draft(*, by: Viewer, copy: WorkingCopy) -> WorkingCopy:
    """Take the copy back among its writers; what was said about it stays."""
    with transaction.atomic():
        row = lock_open(by=by, copy_id=copy.pk)
        if row.state != WorkingState.DRAFT:
            row.state = WorkingState.DRAFT
            row.save(update_fields=["state"])
            _record(by, row, "draft")
    return row


def put_away(*, by: Viewer, copy: WorkingCopy) -> WorkingCopy:
    """Close the copy without publishing it. It stays readable; the framework stays as it is."""
    with transaction.atomic():
        row = lock_open(by=by, copy_id=copy.pk)
        row.state = WorkingState.PUT_AWAY
        row.closed_by_id = by.actor_id
        row.closed_at = timezone.now()
        row.save(update_fields=["state", "closed_by", "closed_at"])
        _record(by, row, "put_away")
    return row


def default_languages() -> list[str]:
    """The languages the product is offered in; words can be written in each."""
    return [code for code, _name in settings.LANGUAGES]


def _record(by: Viewer, copy: WorkingCopy, what: str) -> None:
    audit.record(
        by=by.person_id,
        action=f"framework_copy.{what}",
        subject_type="working_copy",
        subject_id=copy.public_id,
        details={"title": str(copy.head.get("title", ""))[:200], "based_on": copy.based_on},
    )
