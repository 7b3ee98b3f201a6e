"""A cache that is away makes pages slower, never broken: each question it is asked has an answer of its own."""

from __future__ import annotations

from config.cache import ForgivingRedisCache


def test_a_cache_that_is_away_holds_no_key_and_breaks_nothing():
    away = ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})
    assert "session" not in away
    assert away.get("session") is None
