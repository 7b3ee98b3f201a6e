"""What runs by the clock: the task, how often in seconds, in which queue. An entry nobody took in time is dropped."""

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
    "reconcile": {
        "task": "supports.tasks.reconcile",
        "schedule": 86400.0,
        "options": {"queue": "bulk", "expires": 3600},
    },
    "refit": {
        "task": "assessments.tasks.refit",
        "schedule": 86400.0,
        "options": {"queue": "bulk", "expires": 3600},
    },
    "stale-imports": {
        "task": "accounts.tasks.forget_stale_imports",
        "schedule": 86400.0,
        "options": {"queue": "bulk", "expires": 3600},
    },
    "stale-evidence-imports": {
        "task": "assessments.tasks.forget_stale_evidence_imports",
        "schedule": 86400.0,
        "options": {"queue": "bulk", "expires": 3600},
    },
    "dormant-accounts": {
        "task": "accounts.tasks.lock_dormant_accounts",
        "schedule": 86400.0,
        "options": {"queue": "bulk", "expires": 3600},
    },
    "working-notes": {
        "task": "success_plans.tasks.purge_notes",
        "schedule": 86400.0,
        "options": {"queue": "bulk", "expires": 3600},
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
