"""What runs by the clock: the task, how often in seconds, in which queue. An entry nobody took in time is dropped.

Beat remembers nothing: a deploy begins every interval anew. So no interval here is long; what is due once a night or
once a week is remembered in the database (NIGHTLY, `supports.recompute.nights`).
"""

from __future__ import annotations

from typing import Any

SWEEP = "supports.tasks.refresh_students"
"""The worker of refresh requests; rung at once by services, and swept for what no ring reached."""

SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {"task": SWEEP, "schedule": 15.0, "options": {"queue": "now", "expires": 15}},
    "daily-run": {
        "task": "supports.tasks.daily_run",
        "schedule": 600.0,
        "options": {"queue": "bulk", "expires": 600},
    },
    "cycle-run": {
        "task": "success_plans.tasks.run_cycle",
        "schedule": 600.0,
        "options": {"queue": "bulk", "expires": 600},
    },
    "weekly-digest": {
        "task": "success_plans.tasks.weekly_digest",
        "schedule": 1800.0,
        "options": {"queue": "bulk", "expires": 1800},
    },
    "reminders": {
        "task": "success_plans.tasks.remind",
        "schedule": 1800.0,
        "options": {"queue": "bulk", "expires": 1800},
    },
    "nights": {
        "task": "supports.tasks.ring_nightly",
        "schedule": 600.0,
        "options": {"queue": "bulk", "expires": 600},
    },
    "jobs-sweep": {
        "task": "accounts.tasks.sweep_jobs",
        "schedule": 15.0,
        "options": {"queue": "bulk", "expires": 15},
    },
    "audit-seal": {
        "task": "accounts.tasks.seal_audit",
        "schedule": 60.0,
        "options": {"queue": "bulk", "expires": 60},
    },
}

NIGHTLY = (
    "success_plans.tasks.follow_dates",
    "success_plans.tasks.purge_notes",
    "accounts.tasks.forget_stale_imports",
    "accounts.tasks.forget_uploads",
    "accounts.tasks.forget_orphans",
    "assessments.tasks.forget_stale_evidence_imports",
    "accounts.tasks.lock_dormant_accounts",
    "supports.tasks.reconcile",
    "assessments.tasks.refit",
)
"""What runs once a night, from two o'clock in the district's zone, in this order; a night that was missed, as soon as
somebody is there to run it."""
