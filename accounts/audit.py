"""What was done and what was seen: one row each, in the transaction of the act itself."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import AuditEvent, AuditSeal, ReadEvent
from accounts.permissions import Viewer
from accounts.statements import run

GENESIS = bytes(32)


def digest_of(event: AuditEvent) -> bytes:
    """SHA-256 over salt and content. The salt lets content be erased later without the digest giving it away."""
    content = json.dumps(
        [
            event.actor_id,
            event.action,
            event.subject_type,
            event.subject_id,
            list(event.student_ids),
            event.reason,
            event.details,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(bytes(event.salt) + content.encode()).digest()


def record(
    *,
    by: int | None,
    action: str,
    subject_type: str,
    subject_id: object,
    students: Iterable[int] = (),
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Write one audit row. `by` is a person id, None for the system itself. Must run inside a transaction."""
    record_many([(by, action, subject_type, subject_id, list(students), reason, details or {})])


def record_many(rows: Sequence[tuple[int | None, str, str, object, list[int], str, dict[str, Any]]]) -> None:
    """Write several audit rows in one statement; same order of fields as `record`."""
    if not connection.in_atomic_block:
        raise RuntimeError("An audit row is written in the transaction of the act it records.")
    events = []
    for by, action, subject_type, subject_id, students, reason, details in rows:
        event = AuditEvent(
            actor_id=by,
            action=action,
            subject_type=subject_type,
            subject_id=str(subject_id),
            student_ids=sorted(set(students)),
            reason=reason[:200],
            details=details,
            salt=secrets.token_bytes(16),
        )
        event.digest = digest_of(event)
        events.append(event)
    run(
        """
        INSERT INTO accounts_auditevent
            (actor_id, action, subject_type, subject_id, student_ids, reason, details, salt, digest)
        SELECT actor, action, about, subject, students, reason, details, decode(salt, 'hex'), decode(digest, 'hex')
        FROM jsonb_to_recordset(%s::jsonb) AS e(place int, actor bigint, action text, about text, subject text,
            students bigint[], reason text, details jsonb, salt text, digest text)
        ORDER BY place
        """,
        [
            json.dumps(
                [
                    {
                        "place": place,
                        "actor": event.actor_id,
                        "action": event.action,
                        "about": event.subject_type,
                        "subject": event.subject_id,
                        "students": event.student_ids,
                        "reason": event.reason,
                        "details": event.details,
                        "salt": bytes(event.salt).hex(),
                        "digest": bytes(event.digest).hex(),
                    }
                    for place, event in enumerate(events)
                ]
            )
        ],
    )


def record_read(
    *,
    viewer: Viewer,
    subject: str,
    students: Iterable[int],
    block: str,
    reason: str,
    purpose: str = "",
    now: datetime | None = None,
) -> None:
    """Write that someone looked, once per viewer, subject, block, purpose and hour.

    `subject` is "student:<id>" or "section:<id>"; a class page is one row with all its student ids. For any other
    subject ("feed", "today") each set of students is a row of its own: the next page of a feed shows other students
    in the same hour.
    """
    if viewer.person_id is None:
        return
    ids = sorted(set(students))
    if ":" not in subject:
        subject = f"{subject}:{hashlib.sha256(repr(ids).encode()).hexdigest()[:16]}"
    at = now or timezone.now()
    ReadEvent.objects.bulk_create(
        [
            ReadEvent(
                viewer_id=viewer.person_id,
                subject=subject,
                student_ids=ids,
                block=block,
                purpose=purpose,
                reason=reason[:200],
                hour=at.replace(minute=0, second=0, microsecond=0),
            )
        ],
        ignore_conflicts=True,
    )


def seal() -> int:
    """Chain the digests of all finished transactions since the last seal. Returns how many events it covered.

    Only transactions below the oldest running one are sealed, so nothing can appear later in a sealed stretch.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('audit_seal'))")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        horizon: int = cursor.fetchone()[0]
        last = AuditSeal.objects.order_by("-pk").first()
        start = last.to_transaction if last else 0
        if horizon < start:  # restored into a new cluster: its transaction numbers began again
            start = 0
        events = list(
            AuditEvent.objects.filter(
                transaction__gte=start,
                transaction__lt=horizon,
                pk__gt=_sealed_so_far() if last and not start else 0,
            )
            .order_by("transaction", "pk")
            .values_list("pk", "digest")
        )
        if not events:
            return 0
        previous = bytes(last.digest) if last else GENESIS
        chain = hashlib.sha256(previous)
        for _pk, digest in events:
            chain.update(bytes(digest))
        top = AuditEvent.objects.filter(pk__in=[pk for pk, _ in events]).aggregate(top=Max("pk"))["top"]
        AuditSeal.objects.create(
            from_transaction=start,
            to_transaction=horizon,
            last_event_id=top,
            event_count=len(events),
            previous=previous,
            digest=chain.digest(),
        )
        return len(events)


def _sealed_so_far() -> int:
    """The newest event any seal covers."""
    return AuditSeal.objects.aggregate(top=Max("last_event_id"))["top"] or 0


def broken_links() -> list[str]:
    """Every place where the audit disagrees with itself: changed rows, missing rows, a broken chain. Empty is good."""
    problems: list[str] = []
    for event in AuditEvent.objects.order_by("pk").iterator(chunk_size=2000):
        if bytes(event.digest) != digest_of(event):
            problems.append(f"audit event {event.pk}: content does not match its digest")
    previous = GENESIS
    reached, counted = 0, 0
    for seal_row in AuditSeal.objects.order_by("pk"):
        if bytes(seal_row.previous) != previous:
            problems.append(f"audit seal {seal_row.pk}: does not follow the seal before it")
        chain = hashlib.sha256(bytes(seal_row.previous))
        count = 0
        events = AuditEvent.objects.filter(
            transaction__gte=seal_row.from_transaction,
            transaction__lt=seal_row.to_transaction,
            pk__lte=seal_row.last_event_id,
        ).order_by("transaction", "pk")
        if seal_row.from_transaction < reached:
            # restored into a new cluster, transaction numbers began again: what was sealed before is not sealed twice
            events = events.filter(pk__gt=counted)
        for digest in events.values_list("digest", flat=True):
            chain.update(bytes(digest))
            count += 1
        if chain.digest() != bytes(seal_row.digest) or count != seal_row.event_count:
            problems.append(f"audit seal {seal_row.pk}: its events were changed, removed or added")
        previous = bytes(seal_row.digest)
        reached, counted = seal_row.to_transaction, max(counted, seal_row.last_event_id)
    return problems
