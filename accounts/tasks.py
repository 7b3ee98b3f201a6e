"""Entry doors for workers on the people side."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from accounts import audit, dormancy, files, jobs
from accounts.invitations import sending as invitations
from accounts.rosters import services as rosters


@shared_task(name="accounts.tasks.seal_audit")
def seal_audit(**_: Any) -> int:
    """Seal the audit's newest stretch; returns the number of events."""
    return audit.seal()


@shared_task(name="accounts.tasks.sweep_jobs")
def sweep_jobs(**_: Any) -> int:
    """Ring again for jobs no worker has and for invitations that wait to be sent; returns how many jobs."""
    due = jobs.due_jobs()
    for job in due:
        jobs.ring_job(job)
    invitations.ring_for_waiting()
    return len(due)


@shared_task(name=invitations.SEND_TASK, soft_time_limit=570, time_limit=590)
def send_invitations(invitation_ids: list[int] | None = None, **_: Any) -> int:
    """Draw the codes of these invitations (of all that wait) and write to their addresses; returns how many."""
    return invitations.send_invitations(invitation_ids=invitation_ids)


@shared_task(name="accounts.tasks.import_roster", soft_time_limit=1500, time_limit=1560)
def import_roster(job_id: int, **_: Any) -> None:
    """Read a roster and say what would change or, once a person said yes, write it.

    May outlast the broker's visibility timeout: a message that comes again finds the job leased and ends at once.
    """
    rosters.run_roster_import(job_id=job_id)


@shared_task(name="accounts.tasks.forget_stale_imports")
def forget_stale_imports(**_: Any) -> int:
    """Drop roster files that nobody answered for two weeks; returns how many."""
    return rosters.forget_stale_imports()


@shared_task(name="accounts.tasks.forget_uploads")
def forget_uploads(**_: Any) -> int:
    """Drop files about people that no job needs any more; returns how many."""
    return jobs.forget_uploads()


@shared_task(name="accounts.tasks.forget_orphans", soft_time_limit=570, time_limit=590)
def forget_orphans(**_: Any) -> int:
    """Remove from disk what no row tells of; returns how many."""
    return files.forget_orphans()


@shared_task(name="accounts.tasks.lock_dormant_accounts")
def lock_dormant_accounts(**_: Any) -> int:
    """Lock the accounts of staff that nobody used for 30 days; returns how many."""
    return dormancy.lock_dormant_accounts()
