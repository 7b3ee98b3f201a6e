"""Voices, files, consents, proposals: each in somebody's own name, and nothing of one household in the other."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.choices import RelationshipKind
from accounts.models import ReadEvent, Relationship, StoredFile
from success_plans.choices import Audience, ConsentKind, ProposalState, StatementKind, Voice
from success_plans.errors import PlanError, TextChangedError
from success_plans.models import Consent, FamilyWays, Goal, PlanStatement, Proposal
from success_plans.selectors import consents as consent_selectors
from success_plans.selectors.asked import asked
from success_plans.services.consents import answer_consent, withdraw_consent
from success_plans.services.proposals import answer_proposal, propose, take_back
from success_plans.services.voices import Spoken, Wish, speak, wish
from success_plans.services.ways import set_ways
from tests import factories as make
from tests.cast import add_person, viewer_of


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def father(world):
    """Family of Maya in another household than `guardian`."""
    person = add_person("father")
    make.RelationshipFactory(
        person=person, student=world.student, kind=RelationshipKind.GUARDIAN, household="maple street"
    )
    return person


def drawing(name="maya.png"):
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "gold").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue())


def read(answer):
    """The bytes of a file as it is given out."""
    return b"".join(answer.streaming_content)


def yes(person, world, kind=ConsentKind.MEDIA, **more):
    return answer_consent(by=viewer_of(person), student=world.student, kind=kind, is_yes=True, **more)


def no(person, world, kind=ConsentKind.MEDIA):
    return answer_consent(by=viewer_of(person), student=world.student, kind=kind, is_yes=False)


def draw(person, world, **more):
    spoken = Spoken(StatementKind.STRENGTH, "", "en", upload=drawing(), shows="My kite", **more)
    return speak(by=viewer_of(person), student=world.student, voice=Voice.STUDENT, spoken=spoken)


# ------------------------------------------------------------------ voices and files
def test_a_drawing_waits_for_the_familys_yes(world, student, guardian):
    with pytest.raises(PlanError, match="nothing was kept"):
        draw(student, world)
    assert not StoredFile.objects.exists()

    yes(guardian, world)

    row = draw(student, world)
    assert (row.means, row.file.description) == ("picture", "My kite")


def test_the_same_words_sent_twice_are_one_sentence(world, student):
    spoken = Spoken(StatementKind.STRENGTH, "I build kites.", "en")
    for _ in range(2):
        speak(by=viewer_of(student), student=world.student, voice=Voice.STUDENT, spoken=spoken)

    assert PlanStatement.objects.count() == 1


def test_a_picture_is_given_out_with_care(world, student, guardian, teacher, client_of):
    yes(guardian, world)
    row = draw(student, world)

    answer = client_of(teacher).get(f"/files/{row.file.public_id}")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"] == 'inline; filename="picture.jpg"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "maya" not in str(answer.headers).casefold()
    assert read(answer)[:3] == b"\xff\xd8\xff"
    assert ReadEvent.objects.filter(viewer_id=teacher.pk, student_ids__contains=[world.student.pk]).exists()


def test_a_yes_taken_back_closes_the_picture_at_once(world, student, guardian, teacher, client_of):
    consent = yes(guardian, world)
    path = f"/files/{draw(student, world).file.public_id}"

    assert client_of(guardian).post(f"/consents/{consent.public_id}/withdraw").status_code == 302

    assert client_of(teacher).get(path).status_code == 404
    own = client_of(student).get(path)
    assert own.status_code == 200
    assert read(own)[:3] == b"\xff\xd8\xff"


def test_a_picture_for_the_close_ones_is_closed_to_teachers(world, student, guardian, teacher, navigator, client_of):
    yes(guardian, world)
    path = f"/files/{draw(student, world, audience=Audience.CLOSE).file.public_id}"

    assert client_of(teacher).get(path).status_code == 404
    seen = client_of(navigator).get(path)
    assert seen.status_code == 200
    assert read(seen)[:3] == b"\xff\xd8\xff"


def test_one_household_never_opens_what_the_other_added(world, guardian, father, client_of):
    yes(guardian, world)
    spoken = Spoken(StatementKind.STRENGTH, "", "en", upload=drawing())
    row = speak(by=viewer_of(guardian), student=world.student, voice=Voice.FAMILY, spoken=spoken)

    assert client_of(father).get(f"/files/{row.file.public_id}").status_code == 404


def test_a_student_says_who_they_are_with_a_picture(world, student, guardian, client_of):
    yes(guardian, world)
    path = f"/students/{world.student.public_id}/voice"
    body = {"kind": "interest", "text": "Kites!", "language": "en", "picture": drawing(), "shows": "A kite"}

    assert client_of(student).post(path, body).status_code == 302

    page = client_of(student).get(f"{path}?kind=interest").content.decode()
    assert 'alt="A kite"' in page
    assert PlanStatement.objects.get().scribe is None


def test_an_adult_writes_down_what_a_child_or_a_parent_says(world, teacher, guardian, client_of):
    path = f"/students/{world.student.public_id}/voice"
    for who, text in ((world.student.person, "I like bridges."), (guardian, "She cooks with me.")):
        body = {"kind": "strength", "text": text, "language": "en", "said_by": who.pk}
        assert client_of(teacher).post(path, body).status_code == 302

    voices = PlanStatement.objects.order_by("pk").values_list("voice", "author", "scribe")
    assert list(voices) == [("student", world.student.person_id, teacher.pk), ("family", guardian.pk, teacher.pk)]


@pytest.mark.parametrize(
    ("upload", "says"),
    [(SimpleUploadedFile("a.png", b"<html>"), "We keep"), (SimpleUploadedFile("a.png", b""), "empty")],
    ids=["html", "empty"],
)
def test_a_file_that_is_none_comes_back_in_words(world, student, guardian, client_of, upload, says):
    yes(guardian, world)
    body = {"kind": "interest", "text": "Kites!", "language": "en", "picture": upload}

    answer = client_of(student).post(f"/students/{world.student.public_id}/voice", body)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not PlanStatement.objects.exists()


def test_a_goal_in_ones_own_words_stands_once(world, student, teacher, client_of):
    path = f"/students/{world.student.public_id}/my-goal"
    body = {"text": "Read to my sister", "why": "She asks", "first_step": "One page", "language": "en"}
    for _ in range(2):
        assert client_of(student).post(path, {**body, "helper": teacher.pk}).status_code == 302

    row = Goal.objects.get()
    assert (row.voice, row.author, row.helper, row.steps) == ("student", student, teacher, "One page")
    with pytest.raises(PlanError):
        wish(by=viewer_of(student), student=world.student, goal=Wish(" "), language="en")


# ------------------------------------------------------------------ consents
def test_a_no_of_either_household_holds(world, guardian, father):
    yes(guardian, world)
    assert consent_selectors.may(world.student, ConsentKind.MEDIA)

    refusal = no(father, world)
    assert not consent_selectors.may(world.student, ConsentKind.MEDIA)

    withdraw_consent(by=viewer_of(father), consent=refusal)
    assert consent_selectors.may(world.student, ConsentKind.MEDIA)


def test_an_answer_names_the_one_who_gave_it_and_the_one_who_wrote(world, navigator, guardian):
    row = yes(navigator, world, given_by_id=guardian.pk, given_on=world.day(2))
    again = yes(navigator, world, given_by_id=guardian.pk, given_on=world.day(2))

    assert row == again
    assert (row.given_by, row.scribe, row.given_on) == (guardian, navigator, world.day(2))


def test_nobody_but_family_gives_a_consent(world, navigator, former_guardian):
    for giver in (None, former_guardian.pk):
        with pytest.raises(PlanError, match="family"):
            yes(navigator, world, given_by_id=giver)
    assert not Consent.objects.exists()


def test_consents_of_one_household_are_not_the_others(world, guardian, father, client_of):
    consent = yes(guardian, world)
    page = client_of(father).get(f"/students/{world.student.public_id}/consents").content.decode()

    assert guardian.display_name not in page
    assert client_of(father).post(f"/consents/{consent.public_id}/withdraw").status_code == 404
    assert Consent.objects.get().withdrawn_at is None


# ------------------------------------------------------------------ ways
def test_ways_are_said_once_and_two_editors_both_keep_theirs(world, guardian, navigator):
    said = {"guardian_id": guardian.pk, "best_way": "phone", "interpreter_language": "es"}
    set_ways(by=viewer_of(guardian), student=world.student, best_time="after six", **said)
    with pytest.raises(TextChangedError) as raised:
        set_ways(by=viewer_of(navigator), student=world.student, best_time="mornings", **said)

    assert (raised.value.mine, FamilyWays.objects.get().best_time) == ("mornings", "after six")
    assert "after six" in raised.value.theirs


def test_a_guardian_says_how_to_be_reached(world, guardian, client_of):
    path = f"/students/{world.student.public_id}/ways"
    body = {"best_way": "phone", "best_time": "after six", "interpreter_language": "es", "version": 0}

    assert client_of(guardian).post(path, body).status_code == 302
    assert client_of(guardian).post(path, {**body, "best_time": "noon"}).status_code == 409
    assert FamilyWays.objects.get().best_time == "after six"


# ------------------------------------------------------------------ proposals
def ask(person, world, text="More drawing, please.", voice=Voice.FAMILY, to_voice=Voice.STAFF):
    return propose(
        by=viewer_of(person), student=world.student, voice=voice, to_voice=to_voice, text=text, language="en"
    )


def test_a_proposal_is_answered_within_ten_school_days(world, guardian, teacher):
    row = ask(guardian, world)
    assert ask(guardian, world) == row
    assert row.answer_by == world.today + timedelta(days=10)

    waiting = [a for a in asked(viewer=viewer_of(teacher)) if a.is_proposal]
    assert [(a.public_id, a.quote) for a in waiting] == [(row.public_id, "More drawing, please.")]


def test_the_school_answers_in_words_and_the_family_reads_them(world, guardian, teacher, client_of):
    row = ask(guardian, world)
    path = f"/proposals/{row.public_id}"
    assert client_of(teacher).post(path, {"state": "partly", "answer": " ", "version": 1}).status_code == 422

    assert client_of(teacher).post(path, {"state": "partly", "answer": "On Fridays.", "version": 1}).status_code == 302

    page = client_of(guardian).get(f"/students/{world.student.public_id}/proposals").content.decode()
    assert "In part" in page
    assert "On Fridays." in page
    assert not [a for a in asked(viewer=viewer_of(teacher)) if a.is_proposal]


def test_of_two_answers_the_second_sees_the_first(world, guardian, teacher, co_teacher):
    row = ask(guardian, world)
    answer = {"proposal": row, "state": ProposalState.ACCEPTED, "version": 1}
    answer_proposal(by=viewer_of(teacher), answer="Yes.", **answer)

    with pytest.raises(TextChangedError, match="meanwhile"):
        answer_proposal(by=viewer_of(co_teacher), answer="Gladly.", **answer)

    assert Proposal.objects.get().answer == "Yes."


def test_a_student_says_no_to_a_suggestion_without_a_reason(world, student, teacher, client_of):
    row = ask(teacher, world, "Try the choir?", voice=Voice.STAFF, to_voice=Voice.STUDENT)

    assert (
        client_of(student).post(f"/proposals/{row.public_id}", {"state": "declined", "version": 1}).status_code == 302
    )

    assert Proposal.objects.get().state == ProposalState.DECLINED


def test_only_the_author_takes_a_proposal_back(world, guardian, teacher):
    row = ask(guardian, world)
    with pytest.raises(PermissionError):
        take_back(by=viewer_of(teacher), proposal=row, version=1)

    take_back(by=viewer_of(guardian), proposal=row, version=1)

    assert Proposal.objects.get().state == ProposalState.WITHDRAWN


def test_one_household_never_reads_what_the_other_proposed(world, guardian, father, client_of):
    row = ask(guardian, world, "Please call me at the shop.")

    page = client_of(father).get(f"/students/{world.student.public_id}/proposals").content.decode()

    assert "at the shop" not in page
    assert client_of(father).get(f"/proposals/{row.public_id}").status_code == 404


def test_the_family_page_says_what_waits_and_asks_twelve_times_at_most(world, guardian, teacher, client_of):
    ask(guardian, world)
    ask(teacher, world, "Come and read with us?", voice=Voice.STAFF, to_voice=Voice.FAMILY)
    browser, address = client_of(guardian), f"/family/{world.student.public_id}"
    browser.get(address)

    with CaptureQueriesContext(connection) as queries:
        page = browser.get(address).content.decode()

    assert "You proposed a change" in page
    assert "The school suggests something" in page
    asked = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
    assert len(asked) <= 12, "\n".join(asked)


def test_a_child_does_not_read_what_family_and_school_ask_each_other(world, guardian, student, client_of):
    ask(guardian, world, "She worries about the test.")

    page = client_of(student).get(f"/students/{world.student.public_id}/proposals").content.decode()

    assert "worries" not in page
    assert Relationship.objects.filter(person=guardian).exists()
