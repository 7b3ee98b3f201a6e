"""Changing tables while people work."""

from __future__ import annotations

import time

import pytest
from django.db import connection, transaction

from tests.processes import run_command

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_migration_gives_up_instead_of_making_everybody_wait() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        answer = run_command("migrate", "--noinput")

    assert answer.returncode != 0
    assert "lock timeout" in answer.stderr
    assert time.monotonic() - began < 30


def test_migrating_what_is_migrated_changes_nothing() -> None:
    answer = run_command("migrate", "--noinput")

    assert answer.returncode == 0, answer.stderr
    assert "No migrations to apply" in answer.stdout
