"""Tests side by side: each worker process of the run takes a set of servers of its own.

Loaded before the settings are (`-p tests.parallel`). Two runs on one cluster would see each other's transactions:
the audit seals only what is older than every transaction that runs anywhere in the cluster.
"""

from __future__ import annotations

import json
import os


def take_servers(environ: os._Environ[str]) -> None:
    """Point `DATABASE_URL`, `REDIS_URL` and `BROKER_URL` at the set of this worker process; alone, do nothing."""
    worker = environ.get("PYTEST_XDIST_WORKER", "")
    if worker and "THROUGHLINE_SERVERS" in environ:
        environ.update(json.loads(environ["THROUGHLINE_SERVERS"])[int(worker.removeprefix("gw"))])


take_servers(os.environ)
