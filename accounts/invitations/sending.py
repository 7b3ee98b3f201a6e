"""The worker's part of an invitation: its code is drawn and written to the address of the records."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.core.mail.message import sanitize_address
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import audit, jobs
from accounts.invitations.codes import digest_of, draw_code
from accounts.models import District, FamilyInvitation, Person

if TYPE_CHECKING:
    from django.db.models import QuerySet

log = logging.getLogger(__name__)

MOST = 300
"""Invitations of one act: a grade of a large school, or one afternoon of folding paper."""

SEND_TASK = "accounts.tasks.send_invitations"
LONGEST_SENDING = 300
"""Seconds after which a worker leaves the rest to the next one, well before its time is up in the middle of a mail."""
_SENDING = "invitations.sending"
GAPS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
"""How long a message that was not taken rests: after the first time, the second, and so on; then always the last."""
MOST_REFUSALS = 24
"""As often is a message offered that its server puts off: for five days, as mail servers do (RFC 5321, 4.5.4.1)."""
MOST_FLAT_REFUSALS = 5
"""As often, if the server says that this message will not do."""

OPEN = Q(used_at__isnull=True, taken_back_at__isnull=True)
"""Invitations that were neither used nor taken back."""


def send_invitations(*, invitation_ids: Collection[int] | None = None) -> int:
    """Write to the addresses of these invitations; None: of all that still wait, by one worker at a time. How many.

    The row that says "sent" and the message stand or fall together: a mail server that is down is tried again later.
    One address that no mail goes to holds up nobody else: its invitation is over, and the school sees that it is.
    """
    if invitation_ids is not None:
        return _send_each(_waiting().filter(pk__in=list(invitation_ids)))
    if not cache.add(_SENDING, 1, timeout=2 * LONGEST_SENDING):
        return 0
    try:
        return _send_each(_waiting())
    finally:
        cache.delete(_SENDING)


def _send_each(waiting: QuerySet[FamilyInvitation]) -> int:
    sent = 0
    until = time.monotonic() + LONGEST_SENDING
    in_turn = waiting.order_by(F("next_try_at").asc(nulls_first=True), "pk")
    for pk in list(in_turn.values_list("pk", flat=True)[:MOST]):
        if time.monotonic() >= until:
            break
        try:
            sent += _send(pk)
        except SMTPRecipientsRefused as error:
            _note_unsent(pk, error)
            _refused(pk, most=1 if _is_refused_for_good(error) else MOST_REFUSALS)
        except SMTPDataError as error:  # this one message was refused
            _note_unsent(pk, error)
            _refused(pk, most=MOST_FLAT_REFUSALS if error.smtp_code >= 500 else MOST_REFUSALS)
        except OSError as error:  # what a mail server that is away raises
            _note_unsent(pk, error)
            _all_rest(pk)
            break
    return sent


def _note_unsent(pk: int, error: Exception) -> None:
    log.warning("invitation.unsent invitation=%s error=%s", pk, type(error).__name__)


def ring_for_waiting() -> bool:
    """Ask a worker again where invitations still wait. Whether they do. Nothing is sent here."""
    is_waiting = _waiting().exists()
    if is_waiting:
        jobs.enqueue(SEND_TASK, queue="bulk", expires=15)
    return is_waiting


def _waiting() -> QuerySet[FamilyInvitation]:
    now = timezone.now()
    return FamilyInvitation.objects.filter(
        Q(next_try_at__isnull=True) | Q(next_try_at__lte=now),
        OPEN,
        sent_at__isnull=True,
        expires_at__gt=now,
        address__gt="",
    )


def _is_refused_for_good(error: SMTPRecipientsRefused) -> bool:
    """Whether the address's own server says that no later try will do either (5xx, RFC 5321)."""
    return bool(error.recipients) and all(code >= 500 for code, _words in error.recipients.values())


def is_theirs_still(address: str, person: Person) -> bool:
    """Whether this is the address that the records have of this person."""
    return address.strip().lower() == person.email.strip().lower()


def is_address(text: str) -> bool:
    """Whether a message can be addressed to this at all."""
    try:
        sanitize_address(text, "utf-8")
    except ValueError:
        return False
    return True


def _refused(pk: int, *, most: int) -> None:
    """The message was not taken: it rests for a while, and the `most`-th time the invitation is over."""
    with transaction.atomic():
        rows = FamilyInvitation.objects.select_for_update(of=("self",))
        row = rows.filter(OPEN, pk=pk, sent_at__isnull=True).first()
        if row is None:
            return
        row.refusals += 1
        row.next_try_at = timezone.now() + GAPS[min(row.refusals, len(GAPS)) - 1]
        row.save(update_fields=["refusals", "next_try_at"])
        if row.refusals >= most:
            _over(row)


def _all_rest(pk: int) -> None:
    """The mail server is away: nobody's message is offered for some minutes, so that other work goes on meanwhile.

    This one comes last then: should it be the only one the server does not get on with, the others are sent.
    """
    until = timezone.now() + GAPS[1]
    _waiting().update(next_try_at=Case(When(pk=pk, then=Value(until + timedelta(seconds=1))), default=Value(until)))


def _over(row: FamilyInvitation) -> None:
    """The message cannot arrive: the invitation ends now. Its row is locked."""
    row.expires_at = min(row.expires_at, timezone.now())
    row.save(update_fields=["expires_at"])
    audit.record(by=None, action="invitation.unsent", subject_type="invitation", subject_id=row.public_id, details={})


def _send(pk: int) -> bool:
    with transaction.atomic():
        row = (
            FamilyInvitation.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("guardian")
            .filter(OPEN, pk=pk, sent_at__isnull=True)
            .first()
        )
        if row is None or not row.address:
            return False
        if not is_theirs_still(row.address, row.guardian) or not is_address(row.address):
            _over(row)
            return False
        code = draw_code()
        row.digest, row.sent_at = digest_of(code), timezone.now()
        row.save(update_fields=["digest", "sent_at"])
        with override(row.language):
            subject, body = _words(code, row.expires_at)
            send_mail(subject, body, None, [row.address])
    return True


def _words(code: str, until: datetime) -> tuple[str, str]:
    """The message in the language that is switched on. It says nothing of a child."""
    link = f"{settings.PUBLIC_URL}{reverse('invitation')}"
    sender = District.objects.values_list("name", flat=True).first() or _("your school")
    lines = [
        _("%(school)s invites you to the pages it keeps for families.") % {"school": sender},
        _("Open %(link)s and write this code:") % {"link": link},
        f"    {code}",
        _("It works once, until %(day)s, and for you alone.")
        % {"day": date_format(timezone.localtime(until), "DATE_FORMAT")},
        _("You did not expect this? Tell the school office. The code alone opens nothing."),
    ]
    return _("An invitation from your school"), "\n\n".join(lines) + "\n"
