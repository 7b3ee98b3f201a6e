"""One lock order for all: requests, then summaries, then flags. A deadlock would reach somebody as an error."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from assessments import recompute as evidence
from supports import recompute
from supports.choices import DismissReason, FocusKind
from supports.models import Flag, Support
from supports.services import flags as services
from tests import factories as make
from tests.cast import demonstrate, see, viewer_of
from tests.loop.oracle import expire_leases, nothing_lost
from tests.processes import eventually

pytestmark = pytest.mark.django_db(transaction=True)


def somebody_waits_for_us() -> bool:
    """Whether another connection waits for a lock this one holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])


class Meanwhile(threading.Thread):
    """Somebody's act on a connection of their own; `finish` raises what it raised."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__()
        self.act = act
        self.problem: BaseException | None = None

    def run(self) -> None:
        """Do it and hang up."""
        try:
            self.act()
        except BaseException as error:  # noqa: BLE001 - raised again by finish
            self.problem = error
        finally:
            connection.close()

    def finish(self) -> None:
        """Wait for the end of it."""
        self.join(timeout=60)
        assert not self.is_alive()
        if self.problem is not None:
            raise self.problem


@pytest.fixture
def ready(world, teacher) -> Flag:
    """A live flag of Maya's, with newer evidence waiting to be counted under it."""
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    recompute.refresh_due()
    see(teacher, world.student, world.idea["compare"], 4)
    return Flag.objects.get(student=world.student)


def dismiss(flag: Flag, teacher) -> None:
    services.dismiss_flag(by=viewer_of(teacher), flag=flag, reason=DismissReason.KNOWN)


def start_support(flag: Flag, teacher) -> None:
    support = services.NewSupport(
        title="Partner work",
        starts_on=flag.opened_on,
        ends_on=flag.lapse_on,
        minutes=10,
        sessions_per_week=2,
    )
    entry = make.CatalogueEntryFactory()
    services.start_support(by=viewer_of(teacher), flag=flag, entry=entry, support=support)


def choose_next(flag: Flag, teacher) -> None:
    following = flag.competency.edges_out.get().destination
    services.choose_next_step(by=viewer_of(teacher), flags=[flag], competency=following, kind=FocusKind.LEARN)


@pytest.mark.parametrize("act", [dismiss, start_support, choose_next])
def test_a_person_and_a_worker_at_the_same_flag_never_wait_for_each_other_in_a_circle(world, teacher, ready, act):
    leased = evidence.lease(60)
    outcomes, _failed = recompute.reason(list(leased.versions))
    assert outcomes[world.student.pk].plan.renew, "the worker is about to touch the flag"

    person = Meanwhile(lambda: act(ready, teacher))
    with transaction.atomic():
        evidence.hold(leased, leased.versions)
        person.start()
        eventually(somebody_waits_for_us)
        recompute.write(leased, outcomes)
    person.finish()
    recompute.refresh_due()

    ended = Flag.objects.get(pk=ready.pk)
    assert ended.state == {dismiss: "dismissed", start_support: "linked", choose_next: "resolved"}[act]
    assert Support.objects.exists() == (act is start_support)
    assert recompute.compare([world.student.pk]) == []


@pytest.mark.slow
def test_a_worker_that_stalls_while_it_writes_is_cut_off(world, teacher):
    """Stopped, swapped out: PostgreSQL hangs up on it after ten seconds, and the person's write goes through."""
    see(teacher, world.student, world.idea["compare"], 2)
    leased = evidence.lease(60)
    outcomes, _failed = recompute.reason(list(leased.versions))
    holding, went_through = threading.Event(), threading.Event()

    def stall() -> None:
        with transaction.atomic():
            recompute.write(leased, outcomes)
            holding.set()
            went_through.wait(timeout=120)

    worker = Meanwhile(stall)
    worker.start()
    holding.wait(timeout=30)
    see(teacher, world.student, world.idea["compare"], 3)

    assert worker.is_alive(), "it never let go by itself"
    went_through.set()
    with pytest.raises(DatabaseError, match="idle-in-transaction"):
        worker.finish()
    assert recompute.refresh_due() == 0, "its lease still runs"
    expire_leases()
    recompute.refresh_due()
    nothing_lost()
