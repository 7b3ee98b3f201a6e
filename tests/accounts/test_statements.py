"""Prepared statements: Django's connection and transaction, counted like any other, and well again after a loss."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import SchoolYear
from accounts.statements import run


def prepared() -> int:
    """How many statements the server keeps for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_one_text_is_one_statement_whatever_the_size_of_its_numbers():
    connection.close()
    for number in (1, 40_000, 3_000_000_000):
        assert run("SELECT %s + 1, cardinality(%s::bigint[])", [number, [number] * 2]) == [(number + 1, 2)]

    assert prepared() == 1


INSERT = "INSERT INTO accounts_schoolyear (public_id, name, starts_on, ends_on, source, kept_by_hand) VALUES"
YEAR = f"{INSERT} (gen_random_uuid(), %s, %s, %s, 'hand', false)"


@pytest.mark.django_db(transaction=True)
def test_it_is_part_of_the_open_transaction():
    with transaction.atomic():
        run(YEAR, ["Never", date(2026, 8, 1), date(2027, 7, 31)])
        assert SchoolYear.objects.filter(name="Never").exists()
        transaction.set_rollback(True)

    assert not SchoolYear.objects.filter(name="Never").exists()


@pytest.mark.django_db
def test_it_is_counted_and_its_errors_are_django_s():
    with CaptureQueriesContext(connection) as queries:
        run("SELECT 1")
    assert [query["sql"] for query in queries] == ["SELECT 1"]

    with pytest.raises(IntegrityError), transaction.atomic():
        run(YEAR, ["Backwards", date(2027, 7, 31), date(2026, 8, 1)])


@pytest.mark.django_db(transaction=True)
def test_a_connection_the_server_ended_is_opened_anew():
    run("SELECT 1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
    connection.close_if_unusable_or_obsolete()  # as at the start of every request and task

    assert run("SELECT 2") == [(2,)]
