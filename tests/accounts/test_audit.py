"""What was done and seen: appended only, by trigger and by grant; a chain that shows what somebody changed anyway."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import psycopg
import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEvent, AuditSeal, PersonEvent, ReadEvent
from assessments.models import Evidence
from assessments.services import correct_evidence, withdraw_evidence
from supports import recompute
from supports.choices import DismissReason
from supports.models import Flag
from supports.services import flags
from tests.cast import demonstrate, see, viewer_of
from tests.processes import eventually, run_command, test_database_url

ROLES = ("throughline_app", "throughline_worker")


def act(subject: object, *, students: tuple[int, ...] = (), reason: str = "") -> None:
    with transaction.atomic():
        audit.record(by=1, action="test.act", subject_type="test", subject_id=subject, students=students, reason=reason)


def look(viewer, student, *, block: str = "plan", purpose: str = "", now: datetime | None = None) -> None:
    audit.record_read(
        viewer=viewer,
        subject=f"student:{student.pk}",
        students=[student.pk],
        block=block,
        purpose=purpose,
        reason="teaches",
        now=now,
    )


# ------------------------------------------------------------------ appended only
@pytest.mark.django_db
@pytest.mark.parametrize("model", [AuditEvent, ReadEvent, AuditSeal, PersonEvent])
@pytest.mark.parametrize("what", ["update", "delete"])
def test_a_row_of_the_audit_is_never_changed_or_removed(world, teacher, model, what):
    act("x")
    look(viewer_of(teacher), world.student)
    AuditSeal.objects.create(
        from_transaction=0, to_transaction=1, last_event_id=1, event_count=0, previous=bytes(32), digest=bytes(32)
    )
    teacher.given_name = "Renamed"
    teacher.save()
    rows = model.objects.all()
    before = list(rows.values())
    assert before

    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        rows.delete() if what == "delete" else rows.update(**{model._meta.pk.name: 999_999})

    assert list(rows.values()) == before


def another_line(**options: bool) -> psycopg.Connection:
    """One more connection to the test database."""
    return psycopg.connect(test_database_url(), **options)


@contextmanager
def as_role(role: str) -> Iterator[psycopg.Connection]:
    """A connection that may do what this role may do."""
    with another_line(autocommit=True) as line:
        line.execute(f"SET ROLE {role}")
        yield line


@pytest.fixture
def granted(transactional_db) -> None:
    """The roles exist and have their rights."""
    with connection.cursor() as cursor:
        for role in ROLES:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE ROLE {role} NOLOGIN")
    call_command("grant_roles", verbosity=0)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "table", ["accounts_auditevent", "accounts_readevent", "accounts_auditseal", "accounts_personevent"]
)
def test_web_and_worker_have_no_right_to_change_the_audit(granted, role, table):
    with as_role(role) as line:
        line.execute(f"SELECT count(*) FROM {table}")
        for statement in (f"UPDATE {table} SET {'pgh_id' if 'person' in table else 'id'} = 0",
                          f"DELETE FROM {table}", f"TRUNCATE {table}",
                          f"ALTER TABLE {table} DISABLE TRIGGER ALL", f"DROP TABLE {table}"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                line.execute(statement)


@pytest.mark.parametrize("role", ROLES)
def test_web_and_worker_do_their_work_and_nothing_beside_it(granted, role):
    with as_role(role) as line:
        line.execute("UPDATE assessments_refreshrequest SET attempts = attempts")
        line.execute("SELECT nextval('assessments_refresh_version')")
        for statement in ("CREATE TABLE mine (id int)", "CREATE ROLE more", "ALTER ROLE postgres NOLOGIN"):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject)):
                line.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["value", "observed_on", "student_id", "note", "recorded_by_id", "order_key"])
def test_a_piece_of_evidence_is_never_rewritten(world, teacher, column):
    see(teacher, world.student, world.idea["add"], 3)
    to = {
        "value": 1,
        "observed_on": world.day(1),
        "student_id": world.students[1].pk,
        "note": "other words",
        "recorded_by_id": world.people["co_teacher"].pk,
        "order_key": uuid.uuid4(),
    }[column]

    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        Evidence.objects.update(**{column: to})
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        Evidence.objects.all().delete()


# ------------------------------------------------------------------ one row an act, one row an hour
@pytest.mark.django_db
def test_every_act_leaves_exactly_one_row(world, teacher):
    viewer = viewer_of(teacher)
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    recompute.refresh_due()
    first, second = Evidence.objects.order_by("pk")[:2]
    flag = Flag.objects.get(student=world.student, rule="READY_NEXT")

    correct_evidence(by=viewer, evidence=first, key=uuid.uuid4(), value=first.value)
    withdraw_evidence(by=viewer, evidence=second, reason="twice")
    flags.acknowledge_flag(by=viewer, flag=flag)
    flags.acknowledge_flag(by=viewer, flag=flag)
    flags.dismiss_flag(by=viewer, flag=flag, reason=DismissReason.KNOWN)

    acts = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert acts == [
        *["evidence.record"] * 3,
        "evidence.correct",
        "evidence.withdraw",
        "flag.acknowledge",
        "flag.dismiss",
    ]
    assert set(AuditEvent.objects.values_list("actor_id", flat=True)) == {teacher.pk}
    assert all(row.student_ids == [world.student.pk] for row in AuditEvent.objects.all())


@pytest.mark.django_db
def test_an_act_that_fails_leaves_no_row(world, teacher):
    with transaction.atomic():
        see(teacher, world.student, world.idea["add"], 3)
        transaction.set_rollback(True)

    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        audit.record(by=1, action="test.act", subject_type="test", subject_id=1)


@pytest.mark.django_db
def test_looking_again_within_the_hour_is_one_row_and_the_next_hour_another(world, teacher, co_teacher):
    at = timezone.now().replace(minute=10, second=0, microsecond=0)
    viewer = viewer_of(teacher)
    for minutes in (0, 20, 49):
        look(viewer, world.student, now=at + timedelta(minutes=minutes))
    assert ReadEvent.objects.count() == 1

    look(viewer, world.student, now=at + timedelta(minutes=50))
    look(viewer, world.student, block="evidence", now=at)
    look(viewer, world.student, purpose="records", now=at)
    look(viewer, world.students[1], now=at)
    look(viewer_of(co_teacher), world.student, now=at)

    assert ReadEvent.objects.count() == 6


@pytest.mark.django_db
def test_opening_a_page_twice_is_one_look_and_a_poll_none(world, teacher, client_of):
    client = client_of(teacher)
    for _time in range(2):
        assert client.get(f"/classes/{world.section.public_id}").status_code == 200
        assert client.get(f"/students/{world.student.public_id}/plan").status_code == 200
    looked = set(ReadEvent.objects.values_list("subject", "block"))
    assert len(looked) == ReadEvent.objects.count() == 2
    whole_class = ReadEvent.objects.get(subject=f"section:{world.section.pk}")
    assert whole_class.student_ids == sorted(s.pk for s in world.students)

    client.get("/today/board")
    client.get(f"/classes/{world.section.public_id}/levels")

    assert ReadEvent.objects.count() == 2


@pytest.mark.django_db
def test_the_purpose_a_lead_gave_stands_with_the_look(world, principal, client_of):
    client = client_of(principal)
    page = f"/students/{world.student.public_id}/plan"
    assert client.get(page).status_code == 302
    assert not ReadEvent.objects.exists()

    client.post(f"/students/{world.student.public_id}/purpose", {"purpose": "family_asked", "next": page})
    assert client.get(page).status_code == 200

    row = ReadEvent.objects.get()
    assert (row.viewer_id, row.purpose, row.student_ids) == (principal.pk, "family_asked", [world.student.pk])


# ------------------------------------------------------------------ the chain
def seal_all() -> None:
    """Seal once everything running in this cluster has ended (others may use it too)."""
    newest = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
    eventually(lambda: audit.seal() or AuditSeal.objects.filter(last_event_id__gte=newest).exists())


@contextmanager
def without_triggers(table: str) -> Iterator[None]:
    """What somebody with the owner's rights could do."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def chain(transactional_db) -> list[AuditEvent]:
    """Four acts in two seals."""
    for subject in ("a", "b"):
        act(subject)
    seal_all()
    for subject in ("c", "d"):
        act(subject, students=(1,), reason="because")
    seal_all()
    assert AuditSeal.objects.count() == 2
    assert audit.broken_links() == []
    return list(AuditEvent.objects.order_by("pk"))


def test_sealing_again_with_nothing_new_adds_nothing(chain):
    assert audit.seal() == 0
    assert AuditSeal.objects.count() == 2


@pytest.mark.parametrize("field", ["actor_id", "action", "subject_id", "student_ids", "reason", "details"])
def test_a_changed_row_is_noticed(chain, field):
    to = {"actor_id": 7, "student_ids": [9], "details": {"x": 1}}.get(field, "changed")
    with without_triggers("accounts_auditevent"):
        AuditEvent.objects.filter(pk=chain[1].pk).update(**{field: to})

    assert any(f"audit event {chain[1].pk}" in line for line in audit.broken_links())


def test_a_row_changed_together_with_its_digest_is_noticed(chain):
    event = chain[1]
    event.action = "changed"
    with without_triggers("accounts_auditevent"):
        AuditEvent.objects.filter(pk=event.pk).update(action="changed", digest=audit.digest_of(event))

    assert len(audit.broken_links()) == 1


def test_a_removed_row_is_noticed(chain):
    with without_triggers("accounts_auditevent"):
        AuditEvent.objects.filter(pk=chain[0].pk).delete()

    assert len(audit.broken_links()) == 1


def test_a_removed_or_rewritten_seal_is_noticed(chain):
    first = AuditSeal.objects.order_by("pk")[0]
    with without_triggers("accounts_auditseal"):
        AuditSeal.objects.filter(pk=first.pk).delete()

    assert audit.broken_links()


def test_a_row_slipped_into_a_sealed_stretch_is_noticed(chain):
    act("e")
    with without_triggers("accounts_auditevent"):
        AuditEvent.objects.filter(subject_id="e").update(id=-1, transaction=chain[0].transaction)

    assert audit.broken_links()


def test_verify_says_so_and_fails(chain):
    assert run_command("verify").returncode == 0
    with without_triggers("accounts_auditevent"):
        AuditEvent.objects.filter(pk=chain[1].pk).update(reason="changed")

    answer = run_command("verify")

    assert answer.returncode != 0
    assert f"audit event {chain[1].pk}" in answer.stdout


def test_what_is_still_running_is_not_sealed_around(transactional_db):
    act("before")
    settings = connection.get_connection_params()
    with psycopg.connect(
        **{k: settings[k] for k in ("dbname", "user", "password", "host", "port") if settings.get(k)}
    ) as other:
        other.execute("SELECT pg_current_xact_id()")  # somebody is in the middle of an act
        act("after")
        audit.seal()
        assert not AuditSeal.objects.filter(last_event_id__gte=AuditEvent.objects.get(subject_id="after").pk).exists()
    seal_all()

    assert audit.broken_links() == []
    assert sum(AuditSeal.objects.values_list("event_count", flat=True)) == 2


def test_the_chain_goes_on_after_a_restore_into_a_cluster_that_counts_from_the_beginning(chain):
    """A dump keeps the numbers of the old cluster's transactions; the new one's are far below them."""
    with without_triggers("accounts_auditseal"), without_triggers("accounts_auditevent"):
        far = 2**40
        for event in chain[2:]:  # the first two are so old that the new cluster will reach their numbers too
            AuditEvent.objects.filter(pk=event.pk).update(transaction=event.transaction + far)
        for row in AuditSeal.objects.all():
            first = row.from_transaction + far if row.from_transaction else 0
            AuditSeal.objects.filter(pk=row.pk).update(from_transaction=first, to_transaction=row.to_transaction + far)
    assert audit.broken_links() == []

    act("e")
    seal_all()
    act("f")
    seal_all()

    assert audit.broken_links() == []
    assert AuditSeal.objects.count() == 4
    with without_triggers("accounts_auditevent"):
        AuditEvent.objects.filter(subject_id="e").delete()
    assert audit.broken_links()
