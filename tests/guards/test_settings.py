"""Names in the settings mean something: tasks exist and take what they get, requirements are exact, no index named."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from django.conf import settings

from config.celery import app as celery_app
from tests.guards.source import ROOT

celery_app.loader.import_default_modules()
OURS = sorted(name for name in celery_app.tasks if not name.startswith("celery."))
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))


def test_every_task_the_settings_name_exists() -> None:
    named = {settings.TASK_REFRESH, *settings.JOB_TASKS.values()}
    named |= {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} | set(settings.NIGHTLY_TASKS)

    assert named - set(OURS) == set()


@pytest.mark.parametrize("name", OURS)
def test_a_task_takes_what_an_older_or_newer_web_process_sends(name: str) -> None:
    parameters = inspect.signature(celery_app.tasks[name].run).parameters.values()

    assert any(p.kind is p.VAR_KEYWORD for p in parameters), "end its parameters with **_"


@pytest.mark.parametrize("name", OURS)
def test_a_task_ends_before_the_broker_hands_it_out_again(name: str) -> None:
    task = celery_app.tasks[name]
    hard = task.time_limit or settings.CELERY_TASK_TIME_LIMIT
    soft = task.soft_time_limit or settings.CELERY_TASK_SOFT_TIME_LIMIT

    assert soft < hard
    if name == settings.TASK_REFRESH:
        assert hard < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]


def test_no_interval_is_so_long_that_a_deploy_a_day_would_keep_it_from_ending() -> None:
    """Beat begins every interval anew when it starts; what is due once a night is remembered in the database."""
    assert max(entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()) <= 3600


def test_beat_drops_what_it_could_not_deliver_in_time() -> None:
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["options"]["queue"] in {"now", "bulk"}, name
        assert entry["options"]["expires"] <= entry["schedule"], name


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_requirements_are_exact_and_name_no_index(path: Path) -> None:
    text = path.read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    pins = [line for line in lines if not line.startswith(" ")]

    assert not [line for line in lines if re.search(r"://|^\s*-(?!-hash=)|^\s*--(?!hash=)", line)]
    assert pins
    assert [line for line in pins if not re.match(r"^[a-z0-9._-]+==[^ ]+ *(?:;.*)?\\?$", line, re.IGNORECASE)] == []
    assert text.count("--hash=") >= len(pins)
