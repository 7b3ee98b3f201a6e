"""The Celery application. Every task runs in short transactions of its own and names no actor but the system."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("throughline")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Celery would close the database connection after every task, and with it all the server has read and planned: opening
# a new one took three times as long as the work itself. Django's own rules for age and health hold instead.
app.conf["CELERY_DB_REUSE_MAX"] = 1_000_000_000
app.autodiscover_tasks()


@task_prerun.connect
def _look_at_connections(**_: Any) -> None:
    """As at the start of a web request: what is too old or broken is closed, what is left is tried before use."""
    close_old_connections()
