"""A cache that may be away: a flushed or stopped Redis makes pages slower, never wrong and never broken.

How often somebody may try to sign in is counted in it, too. While Redis is away each process counts for itself: the
limits grow by the number of processes, they do not vanish.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
T = TypeVar("T")


# Keys of allauth's limits. What counts with them goes on in this process while Redis is away.
LIMITS = "allauth:rl:"
# After a failure this process does not ask again for a while: a silent server would cost a second each time.
AWAY_SECONDS = 5.0


class _OneClient(RedisCacheClient):
    """Django's client of Redis, made once a pool: made anew it took as long as its answer. It is safe among threads."""

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """The client of the pool for reading or for writing."""
        made = self.__dict__.setdefault("made", {})
        if write not in made:
            made[write] = super().get_client(key, write=write)
        return made[write]


class ForgivingRedisCache(RedisCache):
    """Redis cache that answers like an empty cache while the server cannot be reached."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _OneClient

    away_until: ClassVar[float] = 0.0

    # shared by the threads of this process
    meanwhile: ClassVar[LocMemCache] = LocMemCache("limits-while-redis-is-away", {"OPTIONS": {"MAX_ENTRIES": 10_000}})

    def _try(self, work: Callable[[], T], otherwise: T, *, key: str = "", here: Callable[[], T] | None = None) -> T:
        """`work`; while Redis is away `here` for a limit's key, `otherwise` for all others."""
        if time.monotonic() >= ForgivingRedisCache.away_until:
            try:
                return work()
            except (RedisError, OSError) as error:
                ForgivingRedisCache.away_until = time.monotonic() + AWAY_SECONDS
                log.warning("cache.away error=%s", type(error).__name__)
        return here() if here is not None and key.startswith(LIMITS) else otherwise

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """True (as if it was not there) when Redis is away."""
        return self._try(
            lambda: super(ForgivingRedisCache, self).add(key, value, timeout, version),
            True,
            key=key,
            here=lambda: self.meanwhile.add(key, value, timeout, version),
        )

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The default when Redis is away."""
        return self._try(
            lambda: super(ForgivingRedisCache, self).get(key, default, version=version),
            default,
            key=key,
            here=lambda: self.meanwhile.get(key, default, version),
        )

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Nothing is kept when Redis is away, limits excepted."""
        self._try(
            lambda: super(ForgivingRedisCache, self).set(key, value, timeout, version),
            None,
            key=key,
            here=lambda: self.meanwhile.set(key, value, timeout, version),
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        """False when Redis is away."""
        return self._try(
            lambda: super(ForgivingRedisCache, self).delete(key, version=version),
            False,
            key=key,
            here=lambda: self.meanwhile.delete(key, version),
        )

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """The step itself when Redis is away."""
        return self._try(lambda: super(ForgivingRedisCache, self).incr(key, delta, version=version), delta)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """False when Redis is away."""
        return self._try(lambda: super(ForgivingRedisCache, self).touch(key, timeout, version), False)

    def has_key(self, key: str, version: int | None = None) -> bool:
        """False when Redis is away: then the session's row in the database answers, and signing in still works."""
        return self._try(lambda: bool(super(ForgivingRedisCache, self).has_key(key, version=version)), False)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        """Nothing when Redis is away."""
        return self._try(lambda: super(ForgivingRedisCache, self).get_many(keys, version=version), {})
