"""A cache that is away makes pages slower, never broken: each question it is asked has an answer of its own."""

from __future__ import annotations

from config.cache import ForgivingRedisCache


def test_a_cache_that_is_away_holds_no_key_and_breaks_nothing():
    away = ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})
    assert "session" not in away
    assert away.get("session") is None


def test_while_it_is_away_how_often_somebody_tried_to_sign_in_is_still_counted():
    away = ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})
    key = "allauth:rl:login_failed:ip:203.0.113.7"
    try:
        assert away.add(f"{key}:lock", True, 10)
        assert not away.add(f"{key}:lock", True, 10)
        assert away.delete(f"{key}:lock")
        away.set(key, [1.0, 2.0], 60)
        away.set("page", "anything", 60)

        assert away.get(key, []) == [1.0, 2.0]
        assert away.get("page") is None
    finally:
        ForgivingRedisCache.meanwhile.clear()
        ForgivingRedisCache.away_until = 0.0
