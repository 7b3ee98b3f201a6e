"""The embedded Valkey, really started."""

import os
import signal
from pathlib import Path

import pytest
import redis
from kombu import Connection

from config.supervisor.valkey import broker_url
from tests.supervisor.conftest import Scene, Stage, eventually


def test_it_answers_on_a_private_socket_only_and_never_evicts(running: Scene):
    with redis.Redis.from_url(running.facts["redis"]) as client:
        assert client.ping()
        assert client.config_get("port")["port"] == "0"
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    assert (Path(running.facts["sockets"]) / "valkey.sock").stat().st_mode & 0o077 == 0


def test_the_queue_survives_a_clean_stop_and_a_hard_kill(own_stage: Stage):
    scene = own_stage.launch("durable")
    with redis.Redis.from_url(scene.facts["redis"]) as client:
        client.rpush("now", "first")
    scene.stop()
    scene = own_stage.launch("durable")
    with redis.Redis.from_url(scene.facts["redis"]) as client:
        client.rpush("now", "second")
        assert eventually(lambda: client.info("persistence")["aof_pending_bio_fsync"] == 0)
        os.kill(scene.pid("valkey"), signal.SIGKILL)
        scene.next_line(containing="starting it again")

        def queue() -> list[bytes]:
            try:
                return client.lrange("now", 0, -1)
            except redis.ConnectionError:
                return []

        assert eventually(queue) == [b"first", b"second"]


def test_files_it_cannot_read_are_put_aside_and_it_starts_empty(own_stage: Stage):
    scene = own_stage.launch("durable")
    scene.stop()
    manifest = next((own_stage.home / "valkey" / "appendonlydir").glob("*.manifest"))
    manifest.write_text("this is no manifest\n")
    again = own_stage.launch("durable")
    assert any("starts empty" in line for line in again.said)
    with redis.Redis.from_url(again.facts["redis"]) as client:
        assert client.dbsize() == 0
    assert (own_stage.home / "valkey.unreadable").is_dir()


@pytest.mark.parametrize(
    ("given", "broker"),
    [
        ("redis://cache.example:6379/3", "redis://cache.example:6379/3"),
        ("rediss://:secret@cache.example/0", "rediss://:secret@cache.example/0"),
        ("unix:///tmp/x/valkey.sock?db=3", "redis+socket:///tmp/x/valkey.sock?virtual_host=3"),
    ],
)
def test_celery_gets_the_same_server_in_its_own_spelling(given: str, broker: str):
    assert broker_url(given) == broker


def test_celery_really_reaches_the_broker_of_that_spelling(running: Scene):
    with Connection(broker_url(running.facts["redis"]), connect_timeout=3) as connection:
        queue = connection.SimpleQueue("now")
        queue.put({"student": 7})
        assert queue.get(timeout=5).payload == {"student": 7}
        queue.close()
