"""Publishing a framework draft: one transaction, nothing deleted, nothing written that did not change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.http import set_actor
from accounts.jobs import Progress
from accounts.permissions import Viewer
from competencies.drafts import CompetencyDraft, FrameworkDraft
from competencies.models import Competency, Framework, Wording
from competencies.services.comparing import (
    CONTENT_FIELDS,
    FRAMEWORK_FIELDS,
    PLACE_FIELDS,
    Comparison,
    compare,
    content_of,
    plain_value,
    wording_key,
)
from competencies.services.scales import scale_for
from competencies.services.ties import tie_loose_ends, write_edges
from competencies.services.versions import head_changes, keep_version
from competencies.services.writing import BATCH, fresh_ids, write_rows

TABLE = "competencies_competency"
COLUMNS = {
    "id": "bigint",
    "public_id": "uuid",
    "framework_id": "bigint",
    "source_id": "text",
    "source_uri": "text",
    "code": "text",
    "name": "text",
    "statement": "text",
    "notes": "text",
    "kind": "text",
    "grades": "text[]",
    "subjects": "text[]",
    "concepts": "text[]",
    "language": "text",
    "position": "bigint",
    "parent_id": "bigint",
    "is_assessable": "boolean",
    "version": "bigint",
    "source_changed_at": "timestamptz",
    "details": "jsonb",
}
UNIQUE = ("framework_id", "source_id")
VERSION_COLUMNS = {
    "competency_id": "bigint",
    "number": "bigint",
    "content": "jsonb",
    "framework_version": "bigint",
    "published_by_id": "bigint",
}


class PublishingStopped(Exception):  # noqa: N818 - not an error: a person asked to stop
    """A person asked to stop; nothing was written."""


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did, or (`dry_run`) would do, in counts of competencies and of associations.

    `moved` hang in another part now; those that only have another place in the order count as unchanged.
    """

    framework_id: int | None
    public_id: UUID | None
    title: str
    version: int
    is_new: bool
    dry_run: bool
    changed: bool
    new: int
    reworded: int
    moved: int
    returned: int
    unchanged: int
    retired: int
    associations: int
    new_associations: int
    changed_associations: int
    retired_associations: int
    resolved_elsewhere: int
    examples: dict[str, list[str]]


def publish_draft(
    *,
    by: Viewer,
    draft: FrameworkDraft,
    dry_run: bool = False,
    publish: bool = True,
    in_use: bool | None = None,
    note: str = "",
    progress: Progress | None = None,
) -> Published:
    """Make what is stored equal to the draft, in one transaction.

    What disappeared is retired, what came back is taken up again, a changed wording adds a `CompetencyVersion`,
    edges that waited for one of these competencies find it. Running it again with the same draft writes nothing.
    `publish` shows a new framework to everyone; `in_use` True also takes it into use. What changed is kept as a
    `FrameworkVersion`, with `note`. Raises PublishingStopped when `progress` says that a person asked to stop.
    """
    tell = progress or _silent
    if dry_run:
        return _published(compare(draft), dry_run=True)
    with transaction.atomic():
        set_actor(by.person_id)
        lock_framework(by=by, source=draft.source, source_id=draft.source_id)
        found = compare(draft)
        if found.changes_anything or (in_use and found.framework is not None and not found.framework.is_in_use):
            _apply(by, found, publish=publish, in_use=in_use, note=note, tell=tell)
        return _published(found, dry_run=False)


def _silent(phase: str, done: int, total: int) -> bool:
    return True


def lock_framework(*, by: Viewer, source: str, source_id: str) -> None:
    """Whoever publishes one framework waits for the other; different frameworks do not. Before any of its rows is held:
    an import holds this first, too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"framework:{source}:{source_id}"])


def _apply(by: Viewer, found: Comparison, *, publish: bool, in_use: bool | None, note: str, tell: Progress) -> None:
    now = timezone.now()
    draft = found.draft
    steps = len(found.new) + len(found.reworded) + len(found.moved) + len(found.new_edges) + len(found.changed_edges)

    def said(done: int) -> None:
        if not tell("writing", done, max(steps, 1)):
            raise PublishingStopped

    said(0)
    head = head_changes(found)
    framework = _write_framework(by, found, now, publish=publish, in_use=in_use)
    found.framework = framework
    ids = {key: stored.pk for key, stored in found.stored.items()}
    new_ids = fresh_ids(by=by, table=TABLE, count=len(found.new))
    ids |= dict(zip((draft.source_id for draft in found.new), new_ids, strict=True))
    changed = [*found.new, *found.reworded, *found.moved]
    for start in range(0, len(changed), BATCH):
        rows = [_row(framework, draft, found, ids) for draft in changed[start : start + BATCH]]
        write_rows(
            by=by,
            table=TABLE,
            columns=COLUMNS,
            rows=rows,
            unique=("framework_id", "source_id"),
            keep=("id", "public_id"),
        )
        said(min(start + BATCH, len(changed)))
    _retire(found, ids, now)
    _write_versions(by, framework, found, ids)
    _write_wordings(found, ids)
    write_edges(by=by, framework=framework, found=found, ids=ids, now=now, said=lambda done: said(len(changed) + done))
    tie_loose_ends(by=by, framework=framework)
    if found.changes_anything:
        keep_version(by=by, framework=framework, found=found, ids=ids, head=head, note=note, now=now)
    audit.record(
        by=by.person_id,
        action="framework.publish",
        subject_type="framework",
        subject_id=framework.public_id,
        details={
            "title": draft.title[:200],
            "version": framework.version,
            "new": len(found.new),
            "reworded": len(found.reworded),
            "moved": len(found.moved),
            "returned": len(found.returned),
            "retired": len(found.retired),
            "associations": len(found.new_edges) + len(found.changed_edges) + len(found.retired_edges),
        },
    )


# ------------------------------------------------------------------ the framework and its scale


def _write_framework(by: Viewer, found: Comparison, now: datetime, *, publish: bool, in_use: bool | None) -> Framework:
    draft = found.draft
    values = {name: plain_value(getattr(draft, name)) for name in FRAMEWORK_FIELDS}
    if found.framework is None:
        scale, target = scale_for(by=by, draft=draft.scale)
        created = Framework(
            source=draft.source,
            source_id=draft.source_id,
            scale=scale,
            target=target,
            is_published=publish,
            is_in_use=bool(in_use),
            imported_at=now,
            **values,
        )
        if draft.public_id is not None:
            created.public_id = draft.public_id
        created.save(force_insert=True)
        return created
    framework = Framework.objects.select_for_update().get(pk=found.framework.pk)
    for name, value in values.items():
        setattr(framework, name, value)
    if found.changes_anything:
        framework.version += 1
        framework.imported_at = now
        framework.retired_at = None
    if in_use is not None:
        framework.is_in_use = in_use
    framework.save()
    return framework


# ------------------------------------------------------------------ competencies


def _row(framework: Framework, draft: CompetencyDraft, found: Comparison, ids: dict[str, int]) -> dict[str, Any]:
    row = {name: getattr(draft, name) for name in (*CONTENT_FIELDS, *PLACE_FIELDS)}
    return row | {
        "id": ids[draft.source_id],
        "public_id": draft.public_id or uuid4(),
        "framework_id": framework.pk,
        "source_id": draft.source_id,
        "parent_id": ids[draft.parent] if draft.parent else None,
        "version": _version(found, draft),
    }


def _version(found: Comparison, draft: CompetencyDraft) -> int:
    """The number of the wording a draft brings: 1 for a new competency, one more where the words changed."""
    stored = found.stored.get(draft.source_id)
    if stored is None:
        return 1
    return stored.version + (draft.source_id in found.reworded_keys)


def _retire(found: Comparison, ids: dict[str, int], now: datetime) -> None:
    if found.retired:
        Competency.objects.filter(pk__in=[ids[key] for key in found.retired]).update(retired_at=now)
    if found.returned:
        Competency.objects.filter(pk__in=[ids[draft.source_id] for draft in found.returned]).update(retired_at=None)


def _write_versions(by: Viewer, framework: Framework, found: Comparison, ids: dict[str, int]) -> None:
    drafts = [*found.new, *found.reworded]
    for start in range(0, len(drafts), BATCH):
        rows = [
            {
                "competency_id": ids[draft.source_id],
                "number": _version(found, draft),
                "content": content_of(draft),
                "framework_version": framework.version,
                "published_by_id": by.person_id,
            }
            for draft in drafts[start : start + BATCH]
        ]
        write_rows(by=by, table="competencies_competencyversion", columns=VERSION_COLUMNS, rows=rows)


def _write_wordings(found: Comparison, ids: dict[str, int]) -> None:
    """Wordings follow the draft where it has any; what it no longer says stays readable in the versions."""
    drafts = [draft for draft in (*found.new, *found.reworded) if draft.wordings is not None]
    rows, gone = [], []
    for draft in drafts:
        stored = found.stored.get(draft.source_id)
        before = dict(stored.wordings) if stored else {}
        wanted = {wording_key(wording): wording for wording in draft.wordings or ()}
        rows += [
            Wording(competency_id=ids[draft.source_id], kind=kind, level=level, language=language, text=wording.text)
            for (kind, level, language), wording in wanted.items()
            if before.get((kind, level, language)) != wording.text
        ]
        gone += [(ids[draft.source_id], *key) for key in before if key not in wanted]
    for pk, kind, level, language in gone:
        Wording.objects.filter(competency_id=pk, kind=kind, level=level, language=language).delete()
    Wording.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["competency", "kind", "level", "language"],
        update_fields=["text"],
    )


# ------------------------------------------------------------------ the answer


def _published(found: Comparison, *, dry_run: bool) -> Published:
    framework = found.framework
    return Published(
        framework_id=framework.pk if framework else None,
        public_id=framework.public_id if framework else None,
        title=found.draft.title,
        version=framework.version if framework else 1,
        is_new=found.is_new,
        dry_run=dry_run,
        changed=found.changes_anything,
        new=len(found.new),
        reworded=len(found.reworded),
        moved=found.relocated,
        returned=len(found.returned),
        unchanged=found.unchanged + len(found.moved) - found.relocated,
        retired=len(found.retired),
        associations=len(found.draft.edges),
        new_associations=len(found.new_edges),
        changed_associations=len(found.changed_edges),
        retired_associations=len(found.retired_edges),
        resolved_elsewhere=found.resolves,
        examples=_examples(found),
    )


def _examples(found: Comparison) -> dict[str, list[str]]:
    """The first names of each kind of change, for the preview."""

    def name(draft: CompetencyDraft) -> str:
        return f"{draft.code} {draft.name}".strip()

    retired = [found.stored[key].values for key in found.retired[:20]]
    return {
        "new": [name(draft) for draft in found.new[:20]],
        "reworded": [name(draft) for draft in found.reworded[:20]],
        "returned": [name(draft) for draft in found.returned[:20]],
        "retired": [f"{values['code']} {values['name']}".strip() for values in retired],
    }
