"""Guardians come in: with a code that opens their own account once, and never a second record."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import GuardianBlock, ReadPurpose, RelationshipKind, Role
from accounts.invitations import selectors, sending, services
from accounts.invitations.codes import LETTERS, digest_of, draw_code
from accounts.invitations.selectors import Standing
from accounts.keyring import services as keyring
from accounts.models import ApiToken, AuditEvent, FamilyInvitation, GuardianLimit, Person, User
from accounts.tasks import send_invitations, sweep_jobs
from tests import factories as make
from tests.cast import World, client_for, relate, viewer_of
from tests.processes import eventually


@pytest.fixture
def mother(world: World) -> Person:
    """A guardian of the records without an account, of Maya."""
    person = make.PersonFactory(given_name="Lucía", family_name="Okafor", email="", languages=["es"])
    relate(person, RelationshipKind.GUARDIAN, [world.student])
    return person


@pytest.fixture(autouse=True)
def _no_limits_of_another_test() -> None:
    cache.clear()


def letter(world: World, guardian: Person, by: str = "plan_lead") -> str:
    letters = services.print_letters(
        by=viewer_of(world.people[by]),
        students=selectors.only(world.student),
        about=world.student,
        guardians=[guardian.public_id],
    )
    assert len(letters) == 1
    return letters[0].code


def write(world: World, guardian: Person) -> int:
    return services.invite_by_mail(
        by=viewer_of(world.people["navigator"]),
        students=selectors.only(world.student),
        about=world.student,
        guardians=[guardian.public_id],
    )


def shut_out(world: World, guardian: Person) -> None:
    GuardianLimit.objects.create(
        student=world.student,
        guardian=guardian,
        block=GuardianBlock.EVERYTHING,
        document="An order",
        starts_on=world.day(3),
        entered_by=world.people["plan_lead"],
    )


def digits() -> str:
    return re.findall(r"\b\d{6}\b", mail.outbox[-1].body)[0]


def bring(code: str, **answers: str) -> tuple[Client, Any]:
    """A browser that brings the code and says this at the second look."""
    client = client_for(None)
    assert client.post(reverse("invitation"), {"code": code}).headers["Location"] == reverse("invitation_you")
    return client, client.post(reverse("invitation_you"), answers)


# ------------------------------------------------------------------ inviting
def test_a_code_is_easy_to_read_and_is_known_however_it_is_typed() -> None:
    code = draw_code()
    assert re.fullmatch(f"[{LETTERS}]{{4}}-[{LETTERS}]{{4}}-[{LETTERS}]{{4}}", code)
    assert digest_of(code) == digest_of(f" {code.lower().replace('-', ' ')} ")
    assert digest_of(code) != digest_of(draw_code())


def test_a_letter_keeps_the_digest_only_and_a_new_one_takes_the_old_one_back(world: World, mother: Person) -> None:
    first, second = letter(world, mother), letter(world, mother, by="navigator")
    rows = list(FamilyInvitation.objects.order_by("pk"))
    assert [row.taken_back_at is None for row in rows] == [False, True]
    assert services.invitation_of(first) is None
    assert services.invitation_of(second) == rows[1]
    assert second not in str([vars(row) for row in rows])
    assert AuditEvent.objects.filter(action="invitation.letter", student_ids=[world.student.pk]).count() == 2


@pytest.mark.parametrize("name", ["teacher", "specialist", "guardian", "principal_elsewhere", "district", "student"])
def test_only_the_navigator_and_the_schools_leads_invite(world: World, mother: Person, name: str) -> None:
    with pytest.raises(PermissionError):
        letter(world, mother, by=name)
    assert not FamilyInvitation.objects.exists()


def test_nobody_is_invited_who_has_an_account_works_here_or_is_shut_out_by_a_document(
    world: World, mother: Person, guardian: Person
) -> None:
    staff = make.PersonFactory(email="staff@example.org")
    make.RoleAssignmentFactory(person=staff, role=Role.PRINCIPAL, school=world.school)
    father = make.PersonFactory()
    relate(staff, RelationshipKind.GUARDIAN, [world.student])
    relate(father, RelationshipKind.GUARDIAN, [world.student])
    shut_out(world, father)
    letters = services.print_letters(
        by=viewer_of(world.people["plan_lead"]),
        students=selectors.students_of(school=world.school, section=world.section),
        about=world.school,
        guardians=[p.public_id for p in (mother, guardian, staff, father, world.people["other_guardian"])],
    )
    assert [one.name for one in letters] == [mother.display_name]
    lines = selectors.invitees(
        viewer=viewer_of(world.people["plan_lead"]), students=selectors.only(world.student), about=world.student
    )
    standing = {line.name: line.standing for line in lines}
    assert standing[guardian.display_name] is Standing.IN
    assert standing[staff.display_name] is Standing.AT_WORK
    assert standing[mother.display_name] is Standing.WAITING
    assert father.display_name not in standing


def test_a_message_goes_to_the_address_of_the_records_in_the_familys_language_and_names_no_child(
    world: World, mother: Person
) -> None:
    Person.objects.filter(pk=mother.pk).update(email="Lucia@Example.org")
    assert write(world, mother) == 1
    assert sending.send_invitations() == 1
    assert sending.send_invitations() == 0, "sent once"
    (message,) = mail.outbox
    assert message.to == ["lucia@example.org"]
    text = message.subject + message.body
    for said in (world.student.person.given_name, world.student.person.family_name, world.school.name):
        assert said not in text
    code = re.findall(rf"\b[{LETTERS}]{{4}}-[{LETTERS}]{{4}}-[{LETTERS}]{{4}}\b", message.body)[0]
    assert services.invitation_of(code).guardian == mother
    assert FamilyInvitation.objects.get().language == "es"


def test_a_mail_server_that_is_away_leaves_the_invitation_waiting(
    world: World, mother: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    Person.objects.filter(pk=mother.pk).update(email="lucia@example.org")
    write(world, mother)

    def away(*_args: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(sending, "send_mail", away)
        assert sending.send_invitations() == 0
    assert FamilyInvitation.objects.get().digest is None
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert sending.send_invitations() == 1


def test_without_an_address_nobody_is_written_to(world: World, mother: Person) -> None:
    assert write(world, mother) == 0
    assert not FamilyInvitation.objects.exists()


# ------------------------------------------------------------------ coming in
def test_a_guardian_comes_in_with_a_letter_to_their_own_record_once(world: World, mother: Person) -> None:
    people = Person.objects.count()
    code = letter(world, mother)
    client, answer = bring(code, child="maya", address="lucia@example.org")
    assert answer.headers["Location"] == reverse("invitation_address")
    assert not User.objects.filter(person=mother).exists(), "the address is not shown to be theirs yet"
    assert mail.outbox[-1].to == ["lucia@example.org"]
    answer = client.post(reverse("invitation_address"), {"digits": digits()})
    assert answer.headers["Location"] == reverse("home")
    user = User.objects.get(person=mother)
    assert (user.email, user.language, user.has_usable_password()) == ("lucia@example.org", "es", False)
    assert Person.objects.count() == people
    assert client.get(reverse("family_child", args=[world.student.public_id])).status_code == 200
    assert client.get(reverse("family_child", args=[world.students[1].public_id])).status_code == 404
    assert services.invitation_of(code) is None, "it works once"
    assert AuditEvent.objects.get(action="invitation.accept").actor_id == mother.pk


def test_the_digits_of_a_letter_go_to_the_address_of_the_records_and_nowhere_else(world: World, mother: Person) -> None:
    Person.objects.filter(pk=mother.pk).update(email="lucia@example.org")
    client, _answer = bring(letter(world, mother), child="Maya", address="thief@example.org")
    assert [message.to for message in mail.outbox] == [["lucia@example.org"]]
    page = client.get(reverse("invitation_address")).content.decode()
    assert "lucia@example.org" not in page
    client.post(reverse("invitation_address"), {"digits": digits()})
    assert User.objects.get(person=mother).email == "lucia@example.org"


def test_a_message_shows_the_address_by_itself_and_still_asks_for_a_child(world: World, mother: Person) -> None:
    Person.objects.filter(pk=mother.pk).update(email="lucia@example.org")
    write(world, mother)
    sending.send_invitations()
    code = re.findall(rf"[{LETTERS}]{{4}}-[{LETTERS}]{{4}}-[{LETTERS}]{{4}}", mail.outbox[-1].body)[0]
    client, answer = bring(code, child="Somebody")
    assert answer.status_code == 422
    answer = client.post(reverse("invitation_you"), {"child": "Maya Okafor"})
    assert answer.headers["Location"] == reverse("home")
    assert len(mail.outbox) == 1


def test_after_five_wrong_names_the_code_is_over(world: World, mother: Person) -> None:
    code = letter(world, mother)
    client, _answer = bring(code, child="A", address="a@example.org")
    for name in ("B", "C", "D"):
        assert client.post(reverse("invitation_you"), {"child": name, "address": "a@example.org"}).status_code == 422
    last = client.post(reverse("invitation_you"), {"child": "E", "address": "a@example.org"})
    assert last.headers["Location"] == reverse("invitation")
    assert client.post(reverse("invitation_you"), {"child": "Maya", "address": "a@example.org"}).status_code == 302
    assert client_for(None).post(reverse("invitation"), {"code": code}).status_code == 422
    assert not mail.outbox
    assert AuditEvent.objects.filter(action="invitation.over").count() == 1


def test_five_wrong_digits_and_old_digits_open_nothing(world: World, mother: Person) -> None:
    client, _answer = bring(letter(world, mother), child="Maya", address="lucia@example.org")
    right = digits()
    wrong = "000000" if right != "000000" else "111111"
    for _n in range(5):
        assert client.post(reverse("invitation_address"), {"digits": wrong}).status_code == 422
    assert client.post(reverse("invitation_address"), {"digits": right}).headers["Location"] == reverse(
        "invitation_you"
    )
    assert not User.objects.filter(person=mother).exists()


@pytest.mark.parametrize("how", ["over", "taken_back", "link_ended", "left", "shut_out"])
def test_a_code_opens_nothing_once_the_ground_is_gone(world: World, mother: Person, how: str) -> None:
    code = letter(world, mother)
    client, _answer = bring(code, child="Maya", address="lucia@example.org")
    row = FamilyInvitation.objects.get()
    if how == "over":
        FamilyInvitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    elif how == "taken_back":
        services.take_back(by=viewer_of(world.people["plan_lead"]), invitation=row)
    elif how == "link_ended":
        mother.relationships.update(ends_on=world.today)
    elif how == "left":
        Person.objects.filter(pk=mother.pk).update(is_active=False)
    else:
        shut_out(world, mother)
    assert client.post(reverse("invitation_address"), {"digits": digits()}).status_code == 302
    assert not User.objects.filter(person=mother).exists()


def test_an_address_of_another_account_is_refused_only_after_it_was_shown_to_be_theirs(
    world: World, mother: Person, guardian: Person
) -> None:
    taken = guardian.user.email or "taken@example.org"
    User.objects.filter(pk=guardian.user.pk).update(email=taken)
    client, answer = bring(letter(world, mother), child="Maya", address=taken)
    assert answer.status_code == 302, "says nothing about other accounts yet"
    client.post(reverse("invitation_address"), {"digits": digits()})
    assert "una dirección propia" in client.get(reverse("invitation_you")).content.decode()
    assert not User.objects.filter(person=mother).exists()


def test_an_account_that_was_closed_opens_again_without_its_old_password(world: World, mother: Person) -> None:
    old = make.UserFactory(person=mother, email="old@example.org", is_active=False)
    client, _answer = bring(letter(world, mother), child="Maya", address="new@example.org")
    client.post(reverse("invitation_address"), {"digits": digits()})
    user = User.objects.get(person=mother)
    assert (user.pk, user.is_active, user.email) == (old.pk, True, "new@example.org")
    assert not user.has_usable_password()


@pytest.mark.django_db
def test_codes_are_not_guessed_by_the_hundred(settings: Any) -> None:
    assert settings.ACCOUNT_RATE_LIMITS["invitation"] == "60/m/ip"
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"invitation": "3/d/ip"}
    client = client_for(None)
    answers = [client.post(reverse("invitation"), {"code": f"AAAA-BBBB-{n:04d}"}).status_code for n in range(4)]
    assert answers == [422, 422, 422, 429]


def test_who_is_signed_in_is_told_so_and_brings_no_code(world: World, mother: Person, guardian: Person) -> None:
    code = letter(world, mother)
    client = client_for(guardian)
    assert guardian.display_name in client.get(reverse("invitation")).content.decode()
    assert client.post(reverse("invitation"), {"code": code}).status_code == 200
    assert client.get(reverse("invitation_you")).headers["Location"] == reverse("invitation")


# ------------------------------------------------------------------ pages
def test_a_navigator_makes_a_letter_on_the_childs_page(
    world: World, mother: Person, client_of: Callable[..., Client]
) -> None:
    client = client_of(world.people["navigator"])
    path = reverse("family_accounts", args=[world.student.public_id])
    page = client.get(path).content.decode()
    assert mother.display_name in page
    assert "no e-mail address in the records" in page
    answer = client.post(path, {"act": "letter", "guardians": [str(mother.public_id)]})
    text = answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert 'data-gap="4" lang="es"' in text, "in the family's language"
    sheet = text.partition('class="letter stack"')[2]
    assert world.student.person.given_name not in sheet
    assert world.student.person.display_name in text, "on the sheet of the office"
    row = FamilyInvitation.objects.get()
    assert client.post(reverse("invitation_take_back", args=[row.public_id])).status_code == 302
    assert services.open_invitation(row.public_id) is None
    assert client.post(path, {"act": "letter"}).status_code == 302


def test_a_way_of_inviting_that_reaches_nobody_is_not_offered(
    world: World, mother: Person, client_of: Callable[..., Client]
) -> None:
    client = client_of(world.people["navigator"])
    path = reverse("family_accounts", args=[world.student.public_id])

    def ways() -> tuple[bool, bool]:
        page = client.get(path).content.decode()
        return 'value="letter"' in page, 'value="mail"' in page

    Person.objects.exclude(pk=mother.pk).filter(user__isnull=True).update(email="")
    assert ways() == (True, False), "no address in the records"
    Person.objects.filter(pk=mother.pk).update(email="lucia@example.org")
    assert ways() == (True, True)
    make.UserFactory(person=mother, email="lucia@example.org")
    assert ways() == (False, False), "everybody has an account"


def test_a_lead_invites_a_class_and_the_whole_school_is_asked_about_once(
    world: World, mother: Person, client_of: Callable[..., Client]
) -> None:
    client = client_of(world.people["plan_lead"])
    path = reverse("school_invitations", args=[world.school.public_id])
    assert mother.display_name not in client.get(path).content.decode(), "nobody is named before a class is chosen"
    page = f"{path}?class={world.section.public_id}"
    assert mother.display_name in client.get(page).content.decode()
    assert mother.display_name in client.get(f"{path}?class=all").content.decode()
    letters = client.post(page, {"act": "letter", "guardians": [str(mother.public_id)]}).content.decode()
    assert letters.count('class="letter stack"') == 1
    assert mother.display_name not in client.get(f"{path}?class=all").content.decode()
    assert mother.display_name in client.get(page).content.decode()
    assert client.get(f"{path}?class={world.section_elsewhere.public_id}").status_code == 404


def test_a_lead_says_why_before_a_childs_family_is_shown(world: World, mother: Person) -> None:
    client = client_for(world.people["plan_lead"])
    path = reverse("family_accounts", args=[world.student.public_id])
    assert "/purpose" in client.get(path).headers["Location"]
    client.post(reverse("student_purpose", args=[world.student.public_id]), {"purpose": ReadPurpose.CARE})
    assert mother.display_name in client.get(path).content.decode()


# ------------------------------------------------------------------ mail that does not arrive
@pytest.fixture
def waiting(world: World, mother: Person) -> list[Person]:
    """Three guardians of Maya whose invitations wait to be sent, in the order of their invitations."""
    people = [mother]
    for name in ("Ana", "Bea"):
        people.append(make.PersonFactory(given_name=name, family_name="Okafor"))
        relate(people[-1], RelationshipKind.GUARDIAN, [world.student])
    for person in people:
        person.email = f"{person.given_name[0].lower()}@example.org"
        person.save()
        assert write(world, person) == 1
    return people


def how_they_stand(world: World) -> dict[str, Standing]:
    lead = viewer_of(world.people["plan_lead"])
    lines = selectors.invitees(viewer=lead, students=selectors.only(world.student), about=world.student)
    return {line.address: line.standing for line in lines}


@pytest.mark.parametrize(
    ("error", "stands", "told"),
    [
        pytest.param(
            SMTPRecipientsRefused({"l@example.org": (550, b"no such user")}), Standing.UNREACHED, 1, id="no-such"
        ),
        pytest.param(SMTPRecipientsRefused({"l@example.org": (450, b"later")}), Standing.SENDING, 0, id="busy"),
        pytest.param(SMTPDataError(554, b"looks like spam"), Standing.SENDING, 0, id="this-message"),
    ],
)
def test_one_address_that_refuses_holds_up_nobody_else(
    world: World,
    waiting: list[Person],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    stands: Standing,
    told: int,
) -> None:
    send = sending.send_mail

    def picky(subject: str, body: str, sender: None, to: list[str]) -> int:
        if to == ["l@example.org"]:
            raise error
        return send(subject, body, sender, to)

    monkeypatch.setattr(sending, "send_mail", picky)
    assert sending.send_invitations() == 2
    assert {one.to[0] for one in mail.outbox} == {"a@example.org", "b@example.org"}
    now = how_they_stand(world)
    assert (now["l@example.org"], now["a@example.org"]) == (stands, Standing.WAITING)
    assert FamilyInvitation.objects.get(guardian=waiting[0]).digest is None
    assert AuditEvent.objects.filter(action="invitation.unsent").count() == told


def tries_of(monkeypatch: pytest.MonkeyPatch, error: Exception, *, days: int) -> list[timedelta]:
    """When, from the first time on, a message was offered to a server that always says so, every 15 minutes."""
    began, offered = timezone.now(), []

    def refuse(*_words: Any) -> int:
        offered.append(timezone.now())
        raise error

    monkeypatch.setattr(sending, "send_mail", refuse)
    for quarter in range(days * 96):
        with time_machine.travel(began + timedelta(minutes=15 * quarter), tick=False):
            sending.send_invitations()
    return [at - offered[0] for at in offered]


def test_a_message_that_is_put_off_is_offered_less_and_less_often_and_for_five_days(
    world: World, mother: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    Person.objects.filter(pk=mother.pk).update(email="lucia@example.org")
    assert write(world, mother) == 1
    offered = tries_of(monkeypatch, SMTPRecipientsRefused({"lucia@example.org": (450, b"later")}), days=7)
    gaps = [later - earlier for earlier, later in itertools.pairwise(offered)]
    minutes = [gap.total_seconds() / 60 for gap in gaps]
    assert (len(offered), minutes[:4]) == (24, [15, 15, 30, 120])
    assert set(minutes[4:]) == {360}
    with time_machine.travel(timezone.now() + timedelta(days=7)):
        assert how_they_stand(world)["lucia@example.org"] is Standing.UNREACHED
    assert AuditEvent.objects.filter(action="invitation.unsent").count() == 1


def test_a_message_that_will_not_do_is_offered_five_times(
    world: World, mother: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    Person.objects.filter(pk=mother.pk).update(email="lucia@example.org")
    assert write(world, mother) == 1
    assert len(tries_of(monkeypatch, SMTPDataError(554, b"looks like spam"), days=2)) == 5
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert how_they_stand(world)["lucia@example.org"] is Standing.UNREACHED


def test_who_was_never_tried_comes_before_who_was_refused(
    world: World, waiting: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    FamilyInvitation.objects.filter(guardian=waiting[0]).update(next_try_at=timezone.now() - timedelta(hours=1))
    monkeypatch.setattr(sending, "MOST", 2)
    assert sending.send_invitations() == 2
    assert {one.to[0] for one in mail.outbox} == {"a@example.org", "b@example.org"}
    assert sending.send_invitations() == 1


def test_a_server_that_is_away_is_left_alone_for_five_minutes(
    world: World, waiting: list[Person], monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def away(*_words: Any) -> int:
        raise TimeoutError

    with monkeypatch.context() as patch:
        patch.setattr(sending, "send_mail", away)
        assert sending.send_invitations() == 0
    with django_capture_on_commit_callbacks() as rings:
        sweep_jobs()
    assert (rings, sending.send_invitations()) == ([], 0)
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=2)):
        assert sending.send_invitations() == 3
    assert [one.to[0] for one in mail.outbox] == ["a@example.org", "b@example.org", "l@example.org"], "it comes last"
    assert set(FamilyInvitation.objects.values_list("refusals", flat=True)) == {0}


TWO = "l@example.org, m@example.org"


def test_what_is_no_address_holds_up_nobody_and_is_shown_as_such(world: World, waiting: list[Person]) -> None:
    Person.objects.filter(pk=waiting[0].pk).update(email=TWO)
    FamilyInvitation.objects.filter(guardian=waiting[0]).update(address=TWO)
    assert sending.send_invitations() == 2
    assert how_they_stand(world)[TWO] is Standing.UNREACHED
    page = client_for(world.people["navigator"]).get(reverse("family_accounts", args=[world.student.public_id]))
    assert "no message reaches this address" in page.content.decode()
    Person.objects.filter(pk=waiting[0].pk).update(email="l@example.org")
    assert how_they_stand(world)["l@example.org"] is Standing.OVER, "the address is another one: invite again"
    Person.objects.filter(pk=waiting[0].pk).update(email=TWO)
    _client, answer = bring(letter(world, waiting[0]), child="Maya")
    assert answer.status_code == 429, "the digits cannot go there either, and the page says so"


def test_the_sweep_sends_nothing_itself_and_rings_once_for_all_that_wait(
    world: World, waiting: list[Person], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as rings:
        sweep_jobs()
    assert (len(rings), mail.outbox) == (1, [])
    assert send_invitations() == 3
    with django_capture_on_commit_callbacks() as rings:
        sweep_jobs()
    assert rings == []


def test_one_worker_at_a_time_goes_through_all_that_wait(world: World, waiting: list[Person]) -> None:
    cache.add("invitations.sending", 1)
    assert sending.send_invitations() == 0
    first = FamilyInvitation.objects.get(guardian=waiting[2])
    assert sending.send_invitations(invitation_ids=[first.pk]) == 1, "the one of a lead goes at once"
    cache.delete("invitations.sending")
    assert sending.send_invitations() == 2
    assert sending.send_invitations() == 0
    assert cache.get("invitations.sending") is None


def test_a_worker_leaves_the_rest_before_its_time_is_up(
    world: World, waiting: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LONGEST_SENDING", 0)
    assert sending.send_invitations(invitation_ids=[1]) == 0
    assert sending.send_invitations() == 0
    monkeypatch.undo()
    assert sending.send_invitations() == 3


# ------------------------------------------------------------------ the records say something else by now
def code_of(message: Any) -> str:
    return re.findall(rf"[{LETTERS}]{{4}}-[{LETTERS}]{{4}}-[{LETTERS}]{{4}}", message.body)[0]


def test_an_invitation_ends_with_the_address_it_was_sent_to(world: World, waiting: list[Person]) -> None:
    mother, ana, _bea = waiting
    Person.objects.filter(pk=ana.pk).update(email="ana.new@example.org")
    assert sending.send_invitations() == 2, "nothing goes to an address that is hers no longer"
    assert how_they_stand(world)["ana.new@example.org"] is Standing.OVER
    code = code_of(next(one for one in mail.outbox if one.to == ["l@example.org"]))
    Person.objects.filter(pk=mother.pk).update(email="lucia.new@example.org")
    client, answer = bring(code, child="Maya")
    assert answer.headers["Location"] == reverse("invitation")
    assert not User.objects.filter(person=mother).exists()
    Person.objects.filter(pk=mother.pk).update(email="L@Example.org")
    _client, answer = bring(code, child="Maya")
    assert answer.headers["Location"] == reverse("home"), "the same address, written another way"


def test_digits_that_went_to_an_address_of_before_open_nothing(world: World, mother: Person) -> None:
    Person.objects.filter(pk=mother.pk).update(email="old@example.org")
    client, _answer = bring(letter(world, mother), child="Maya")
    Person.objects.filter(pk=mother.pk).update(email="new@example.org")
    answer = client.post(reverse("invitation_address"), {"digits": digits()})
    assert answer.headers["Location"] == reverse("invitation_you")
    assert not User.objects.filter(person=mother).exists()
    client.post(reverse("invitation_you"), {"child": "Maya"})
    assert mail.outbox[-1].to == ["new@example.org"]
    client.post(reverse("invitation_address"), {"digits": digits()})
    assert User.objects.get(person=mother).email == "new@example.org"


# ------------------------------------------------------------------ a stranger came in with a letter
def come_in(world: World, guardian: Person, address: str) -> Client:
    client, _answer = bring(letter(world, guardian), child="Maya", address=address)
    assert client.post(reverse("invitation_address"), {"digits": digits()}).headers["Location"] == reverse("home")
    return client


def test_a_stranger_who_came_in_with_a_letter_is_put_out_and_the_guardian_comes_in(
    world: World, mother: Person
) -> None:
    stranger = come_in(world, mother, "stranger@example.org")
    user = User.objects.get(person=mother)
    user.set_password("the stranger's own words 7")
    user.save()
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    EmailAddress.objects.create(user=user, email="stranger@example.org", verified=True, primary=True)
    until = timezone.now() + timedelta(days=1)
    token = ApiToken.objects.create(user=user, label="x", digest="d", scopes=[], expires_at=until)
    office = client_for(world.people["district"])
    page = reverse("account", args=[mother.public_id])

    assert office.post(page, {"act": "close", "reason": "It was not her."}).status_code == 302
    assert "new invitation of the school" in office.get(page).content.decode()
    assert office.post(page, {"act": "open"}).status_code == 422, "no reason"
    said = office.post(page, {"act": "open", "reason": "She came to the office."}, follow=True).content.decode()
    assert "The school can invite them now" in said
    assert "opens with the next invitation" in said
    assert 'value="open"' not in said, "nothing is left to do here"
    user.refresh_from_db()
    assert (user.is_active, user.email, user.has_usable_password()) == (False, "", False)
    assert Person.objects.get(pk=mother.pk).email == "", "no message of the school goes to the stranger"
    assert AuditEvent.objects.get(action="account.ready").reason == "She came to the office."
    assert not keyring.open_account(by=viewer_of(world.people["district"]), person=mother, reason="again")
    assert stranger.get(reverse("family_child", args=[world.student.public_id])).status_code == 302

    come_in(world, mother, "lucia@example.org")
    user.refresh_from_db()
    token.refresh_from_db()
    assert (user.is_active, user.email, user.has_usable_password()) == (True, "lucia@example.org", False)
    assert not Authenticator.objects.filter(user=user).exists()
    assert not EmailAddress.objects.filter(email="stranger@example.org").exists()
    assert token.revoked_at is not None
    assert stranger.get(reverse("family_child", args=[world.student.public_id])).status_code == 302
    Client().post(reverse("account_request_login_code"), {"email": "stranger@example.org"})
    assert [one for one in mail.outbox if one.to == ["stranger@example.org"] and "any record" not in one.body][1:] == []


def test_an_account_that_an_invitation_opens_again_keeps_no_way_in_of_before(world: World, mother: Person) -> None:
    old = make.UserFactory(person=mother, email="old@example.org", is_active=False)
    Authenticator.objects.create(user=old, type=Authenticator.Type.TOTP, data={})
    EmailAddress.objects.create(user=old, email="old@example.org", verified=True, primary=True)
    until = timezone.now() + timedelta(days=1)
    ApiToken.objects.create(user=old, label="x", digest="d", scopes=[], expires_at=until)
    come_in(world, mother, "new@example.org")
    assert not Authenticator.objects.filter(user=old).exists()
    assert not EmailAddress.objects.filter(email="old@example.org").exists()
    assert not ApiToken.objects.filter(user=old, revoked_at__isnull=True).exists()


def test_the_address_of_the_records_stays_when_an_account_is_made_ready_for_an_invitation(world: World) -> None:
    father = make.PersonFactory(email="father@example.org")
    relate(father, RelationshipKind.GUARDIAN, [world.student])
    come_in(world, father, "")
    by = viewer_of(world.people["district"])
    assert keyring.close_account(by=by, person=father, reason="A lost telephone.")
    assert keyring.open_account(by=by, person=father, reason="He is here.")
    assert Person.objects.get(pk=father.pk).email == "father@example.org"
    assert how_they_stand(world)["father@example.org"] is Standing.NOT_YET


@pytest.mark.django_db(transaction=True)
def test_coming_in_waits_for_who_invites_and_never_the_other_way_round(world: World, mother: Person) -> None:
    letter(world, mother)
    row = FamilyInvitation.objects.get()
    said: list[str] = []

    def come() -> None:
        try:
            services.accept(invitation=row, address="lucia@example.org")
        except services.InvitationError as error:
            said.append(str(error))
        finally:
            connection.close()

    coming = threading.Thread(target=come)
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=mother.pk)
        coming.start()
        eventually(somebody_waits, seconds=20)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        services.take_back(by=viewer_of(world.people["plan_lead"]), invitation=row)
    coming.join(timeout=30)
    assert not coming.is_alive()
    assert said
    assert not User.objects.filter(person=mother).exists()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])
