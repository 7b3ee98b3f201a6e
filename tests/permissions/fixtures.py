"""One stage for a whole module: built and committed once; every test undoes what it did to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.permissions.stage import Stage, build_stage


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """The world with one of everything. Use it in tests marked `django_db`, which are undone one by one."""
    with django_db_blocker.unblock():
        built = build_stage(timezone.localdate())
    yield built
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
