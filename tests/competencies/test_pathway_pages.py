"""The public pages of pathways, and the pages where they are designed."""

from __future__ import annotations

import re

import pytest

from competencies.choices import PathwayState
from competencies.models import Pathway, PathwayComment, PathwayReview
from tests import factories as make
from tests.cast import demonstrate, see

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'"X-CSRFToken": "[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture
def pathway(world):
    """An open one that leads to ratios."""
    make.WordingFactory(competency=world.idea["ratios"], kind="student", level=3, text="I read a plan at scale.")
    make.WordingFactory(competency=world.idea["ratios"], kind="student", level=4, text="I change the scale.")
    row = make.PathwayFactory(title="Crossings", competencies=[world.idea["ratios"]], bare=False)
    said = make.PathwayCommentFactory(pathway=row, is_public=True, became="Ten conversations first.")
    assert said.is_public
    return row


@pytest.fixture
def draft(world, partner, teacher):
    """Proposed for Harrow Bridgeworks, designed with the teacher."""
    row = make.PathwayFactory(
        bare=True, state=PathwayState.DESIGN, partner=world.partner, proposed_by=partner, published_at=None
    )
    make.PathwayDesignerFactory(pathway=row, person=teacher)
    return row


# ------------------------------------------------------------------ anyone
def test_anyone_reads_a_pathway_without_signing_in(client, pathway, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        page = client.get(f"/pathways/{pathway.public_id}").content.decode()

    for words in ("Crossings", "No test, no marks, no fee.", "I read a plan at scale.", "I change the scale.",
                  "Ten conversations first.", "To an apprenticeship", 'class="river"', "Version 1"):  # fmt: skip
        assert words in page, words
    assert page.count("<h1") == 1


def test_the_list_and_every_version_are_public_and_quick(client, pathway, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        assert "Crossings" in client.get("/pathways?interest=building&q=cross").content.decode()
    assert "Crossings" not in client.get("/pathways?q=kitchen").content.decode()
    assert client.get("/pathways?q=%00&page=99&school=x&spoken=%F0").status_code == 200
    assert "Version 1" in client.get(f"/pathways/{pathway.public_id}/versions").content.decode()
    assert client.get(f"/pathways/{pathway.public_id}/versions/1").status_code == 200
    assert client.get(f"/pathways/{pathway.public_id}/versions/7").status_code == 404


def test_a_draft_is_nowhere_in_public(client, draft):
    assert client.get(f"/pathways/{draft.public_id}").status_code == 404
    assert client.get(f"/pathways/{draft.public_id}/versions").status_code == 404
    assert draft.title not in client.get("/pathways").content.decode()


def test_the_front_door_leads_to_what_is_public(client, pathway, world):
    page = client.get("/").content.decode()
    assert "Crossings" in page
    assert world.framework.title in page
    assert "Willow Creek District" in page


def test_what_a_student_may_open_is_the_same_to_the_byte_whatever_they_have_shown(world, teacher, client_of, pathway):
    maya = client_of(world.people["student"])
    addresses = ["/pathways", f"/pathways/{pathway.public_id}", f"/pathways/{pathway.public_id}/versions"]

    def read():
        return [TOKEN.sub("", maya.get(address).content.decode()) for address in addresses]

    before = read()
    see(teacher, world.student, world.idea["ratios"], 1)
    assert read() == before
    demonstrate(teacher, world.student, world.idea["ratios"], until=world.today, value=4)
    assert read() == before


def test_two_students_of_different_levels_read_the_same_page(world, teacher, client_of, pathway):
    make.UserFactory(person=world.students[1].person, username="classmate")
    see(teacher, world.students[0], world.idea["ratios"], 4)
    see(teacher, world.students[1], world.idea["ratios"], 1)
    pages = [client_of(one.person).get(f"/pathways/{pathway.public_id}").content.decode() for one in world.students[:2]]
    one, other = (page[page.index('<main id="main"') : page.index("</main>")] for page in pages)
    own, others = (str(student.public_id) for student in world.students[:2])  # where each of them asks to join
    assert own in one
    assert TOKEN.sub("", one).replace(own, "") == TOKEN.sub("", other).replace(others, "")


# ------------------------------------------------------------------ designing
def test_a_partner_proposes_in_the_browser(world, partner, client_of):
    mine = client_of(partner)
    assert mine.get("/")["Location"] == "/pathways/design"
    assert mine.post("/pathways/propose", {"title": "", "promise": "x", "why": "y"}).status_code == 422
    made = mine.post(
        "/pathways/propose", {"title": "Rafts", "promise": "Float.", "why": "Water.", "interests": "water, wood"}
    )
    row = Pathway.objects.get(title="Rafts")
    assert made["Location"] == f"/pathways/{row.public_id}/design"
    assert (row.partner, row.interests) == (world.partner, ["water", "wood"])
    assert "Rafts" in mine.get(made["Location"]).content.decode()


def test_a_part_is_changed_in_place_and_a_second_writer_sees_both_texts(draft, teacher, client_of):
    mine = client_of(teacher)
    where = f"/pathways/{draft.public_id}/design/after"
    fragment = mine.get(where, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in fragment
    token = re.search(r'name="token" value="(\w+)"', fragment).group(1)
    saved = mine.post(where, {"after_school": "A job.", "token": token}, headers={"hx-request": "true"})
    assert (saved.status_code, saved["HX-Location"]) == (204, f"/pathways/{draft.public_id}/design#part-after")

    late = mine.post(where, {"after_school": "College.", "token": token})
    page = late.content.decode()
    assert late.status_code == 409
    assert "A job." in page
    assert "College." in page
    again = re.search(r'name="token" value="(\w+)"', page).group(1)
    assert mine.post(where, {"after_school": "Both.", "token": again}).status_code == 302
    assert Pathway.objects.get(pk=draft.pk).after_school == "Both."


def test_everything_it_is_made_of_is_written_in_the_browser(world, draft, teacher, client_of):
    mine, base = client_of(teacher), f"/pathways/{draft.public_id}/design"
    assert mine.post(f"{base}/experiences", {"kind": "", "title": ""}).status_code == 422
    mine.post(f"{base}/experiences", {"kind": "service", "title": "Clean", "hours": "10",
                                      "partner": str(world.partner.public_id)})  # fmt: skip
    one = draft.experiences.get()
    assert one.partner == world.partner
    mine.post(f"{base}/ways/in", {"title": "From water", "at": str(one.public_id)})
    way = draft.ways.get()
    assert way.at == one
    assert mine.get(f"{base}/ways/sideways").status_code == 404
    assert "ratios" in mine.get(f"{base}/competencies?q=ratios").content.decode().lower()
    mine.post(f"{base}/competencies", {"competency": str(world.idea["ratios"].public_id)})
    assert draft.expects.get().competency == world.idea["ratios"]
    mine.post(f"{base}/competencies", {"competency": str(world.idea["ratios"].public_id), "act": "remove"})
    assert not draft.expects.exists()
    assert mine.post(f"{base}/competencies", {"competency": "nonsense"}).status_code == 404
    page = mine.get(f"{base}/in/es").content.decode()
    token = re.search(r'name="token" value="(\w+)"', page).group(1)
    mine.post(f"{base}/in/es", {"token": token, "title": "Puentes", f"{one.public_id}:title": "Limpiar"})
    assert Pathway.objects.get(pk=draft.pk).translations["es"]["title"] == "Puentes"
    assert mine.get(f"{base}/in/xx").status_code == 404
    mine.post(f"/pathways/ways/{way.public_id}", {"act": "later"})
    mine.post(f"/pathways/ways/{way.public_id}", {"act": "remove"})
    assert not draft.ways.exists()


def test_a_word_that_names_a_student_is_shown_once_more_before_it_is_kept(draft, teacher, client_of):
    mine, where = client_of(teacher), f"/pathways/{draft.public_id}/design/thread"
    first = mine.post(where, {"text": "Maya would love to weld."})
    assert first.status_code == 422
    assert "This seems to name a student" in first.content.decode()
    assert not PathwayComment.objects.exists()
    assert mine.post(where, {"text": "A student would love to weld."}).status_code == 302
    assert mine.post(where, {"text": "Maya Bridge is the one downtown.", "sure": "on"}).status_code == 302
    page = mine.get(f"/pathways/{draft.public_id}/design").content.decode()
    assert "You read “Maya” because you know them" in page


def test_a_label_gets_another_wording_suggested(draft, teacher, client_of):
    answer = client_of(teacher).post(f"/pathways/{draft.public_id}/design/thread", {"text": "Good for the low group."})
    assert answer.status_code == 422
    assert "Another way to say it" in answer.content.decode()


def test_a_word_is_answered_and_taken_back_in_the_browser(draft, teacher, partner, client_of):
    said = make.PathwayCommentFactory(pathway=draft, author=teacher)
    where = f"/pathways/comments/{said.public_id}"
    assert client_of(partner).post(where, {"became": "Done.", "is_public": "on"}).status_code == 302
    said.refresh_from_db()
    assert (said.became, said.is_public) == ("Done.", True)
    assert client_of(partner).post(where, {"act": "withdraw"}).status_code == 404
    assert client_of(teacher).post(where, {"act": "withdraw"}).status_code == 302
    assert client_of(teacher).get(where).status_code == 404


def test_reading_against_the_criteria_says_what_is_missing(draft, principal, teacher, client_of):
    client_of(teacher).post(f"/pathways/{draft.public_id}/design/stage", {"act": "ask"})
    mine, where = client_of(principal), f"/pathways/{draft.public_id}/review"
    version = Pathway.objects.get(pk=draft.pk).version
    told = {"criterion": "authentic", "of_version": version, "is_met": "yes", "note": ""}
    assert "not in the draft yet" in mine.post(where, told).content.decode()
    assert mine.post(where, {**told, "is_met": ""}).status_code == 422
    assert mine.post(where, {**told, "is_met": "no", "note": "Add one."}).status_code == 302
    assert PathwayReview.objects.get(pathway=draft).note == "Add one."
    assert "not there yet" in mine.get(where).content.decode()
    stopped = mine.post(f"/pathways/{draft.public_id}/design/stage", {"act": "publish", "of_version": version})
    assert stopped.status_code == 302
    assert Pathway.objects.get(pk=draft.pk).published_number == 0
    assert mine.post(f"/pathways/{draft.public_id}/design/stage", {"act": "dance"}).status_code == 404


def test_people_are_invited_and_leave_in_the_browser(draft, teacher, student, client_of):
    mine, where = client_of(teacher), f"/pathways/{draft.public_id}/design/people"
    assert "Maya Okafor" in mine.post(where, {"q": "Maya"}).content.decode()
    mine.post(where, {"person": str(student.public_id), "voice": "student"})
    assert client_of(student).get(f"/pathways/{draft.public_id}/design").status_code == 200
    designer = draft.designers.get(person=student)
    mine.post(where, {"end": str(designer.pk)})
    assert client_of(student).get(f"/pathways/{draft.public_id}/design").status_code == 404
    assert mine.post(where, {"person": "nonsense"}).status_code == 404
    assert mine.post(where, {"end": "x"}).status_code == 404
