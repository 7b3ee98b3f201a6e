"""Static files as they are served: under names that say what is in them, by which they also call each other."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

NAMED = re.compile(r"""(?:from\s*|import\()["']\./([\w.-]+\.js)["']""")
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")


@pytest.fixture
def collected(settings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "config.storage.HashedFiles"}}
    call_command("collectstatic", interactive=False, verbosity=0, stdout=StringIO())
    return tmp_path / "js"


def test_no_script_is_there_under_two_names_for_one_page(collected: Path):
    served = [path for path in collected.iterdir() if HASHED.search(path.name)]
    calls = {path.name: NAMED.findall(path.read_text()) for path in served}

    assert sum(map(len, calls.values())) > 5
    assert {
        name: plain for name, called in calls.items() if (plain := [x for x in called if not HASHED.search(x)])
    } == {}
    assert all((collected / one).is_file() for called in calls.values() for one in called)
