"""The empty Celery round trip: a task that does nothing but say so. Yardstick of P4; loaded by bench workers only."""

from __future__ import annotations

from typing import Any

import redis
from celery import shared_task
from django.conf import settings

NAME = "bench.echo"
_client: list[redis.Redis] = []


def client() -> redis.Redis:
    """This process's connection to the broker's server."""
    if not _client:
        _client.append(redis.Redis.from_url(settings.REDIS_URL))
    return _client[0]


@shared_task(name=NAME)
def echo(key: str, **_: Any) -> None:
    """Answer on the list of this name."""
    client().rpush(key, 1)
