"""Two people in one form of a plan: the second keeps what they touched and loses nothing the first one wrote."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.merging import begin, merge
from success_plans.choices import FindingArea, MeetingKind, PointerKind, StatementKind, Voice
from success_plans.errors import PlanError, TextChangedError
from success_plans.models import EntryFinding, Goal, Meeting, PlanPointer, ReviewEntry, WorkingNote
from success_plans.services import actions, blocks, entry, meetings, pathways
from success_plans.services import plans as services
from success_plans.services.actions import ActionText
from success_plans.services.blocks import Pointed
from success_plans.services.meetings import DecisionText, MeetingFacts
from success_plans.services.pathways import Ask
from success_plans.services.plans import GoalText
from supports.choices import Setting, SupportType
from supports.models import Support
from tests import factories as make
from tests.cast import viewer_of

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.django_db


def filled(answer, name="form"):
    """What a browser would send of the form on this page if nobody touched it."""
    form = answer.context[name]
    return {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}


@pytest.fixture
def goal(world, teacher):
    text = GoalText("Read maps", why="To travel", measure="maps read", target="3", due_on=world.today)
    return services.set_goal(by=viewer_of(teacher), student=world.student, goal=text, language="en")


@pytest.mark.parametrize(
    "began", ["[" * 100_000, "not a word of it", '["list"]', '{"text": 3}'], ids=["deep", "words", "list", "number"]
)
def test_a_form_whose_hidden_words_nobody_can_read_counts_every_field_as_touched(goal, teacher, client_of, began):
    address = reverse("goal_edit", args=[goal.public_id])
    sent = filled(client_of(teacher).get(address)) | {
        "text": "Read streets",
        "version": goal.version + 1,
        "began": began,
    }
    answer = client_of(teacher).post(address, sent)
    assert (answer.status_code, "Read streets" in answer.text) == (409, True)


def test_what_the_second_one_never_touched_stays_as_the_first_one_saved_it(world, goal, teacher, co_teacher, client_of):
    address = reverse("goal_edit", args=[goal.public_id])
    second = client_of(co_teacher)
    opened = filled(second.get(address))
    later = (world.today + timedelta(days=20)).isoformat()
    first = filled(client_of(teacher).get(address)) | {"steps": "Walk to the library", "due_on": later}
    assert client_of(teacher).post(address, first).status_code == 302

    answer = second.post(address, opened | {"measure": "streets found"})

    assert answer.status_code == 409
    conflict = answer.text.split('class="conflict"')[1].split("</section>")[0]
    assert "Next small step: Walk to the library" in conflict
    assert "By: " in conflict
    assert "they stand below as the other one saved them: Next small step, By" in conflict
    assert "How we will see it" not in conflict, "nobody else touched it"
    assert second.post(address, filled(answer)).status_code == 302
    stands = Goal.objects.get()
    assert (stands.steps, stands.due_on.isoformat(), stands.measure) == ("Walk to the library", later, "streets found")
    assert (stands.text, stands.why, stands.target) == ("Read maps", "To travel", "3")


def test_a_field_both_touched_shows_both_and_keeps_what_was_typed(goal, teacher, co_teacher, client_of):
    address = reverse("goal_edit", args=[goal.public_id])
    second = client_of(co_teacher)
    opened = filled(second.get(address))
    assert client_of(teacher).post(address, opened | {"why": "To find home"}).status_code == 302

    answer = second.post(address, opened | {"why": "For the bus"})

    conflict = answer.text.split('class="conflict"')[1].split("</section>")[0]
    assert "Why it matters to me: For the bus" in conflict
    assert "Why it matters to me: To find home" in conflict
    assert "You had not touched" not in conflict
    assert answer.context["form"]["why"].value() == "For the bus"
    assert Goal.objects.get().why == "To find home"


@pytest.mark.parametrize("began", ["", "[]", "{", '{"why": 5}', "null"])
def test_a_form_that_does_not_say_what_it_showed_overwrites_nothing_unseen(goal, teacher, co_teacher, client_of, began):
    address = reverse("goal_edit", args=[goal.public_id])
    second = client_of(co_teacher)
    opened = filled(second.get(address)) | {"began": began}
    client_of(teacher).post(address, opened | {"steps": "Walk to the library"})

    answer = second.post(address, opened)

    assert answer.status_code == 409
    assert "Next small step: Walk to the library" in answer.text


def test_a_goal_keeps_the_language_it_is_said_to_be_written_in(goal, teacher, client_of):
    address = reverse("goal_edit", args=[goal.public_id])
    browser = client_of(teacher)
    assert browser.post(address, filled(browser.get(address)) | {"language": "es"}).status_code == 302
    assert Goal.objects.get().language == "es"


def test_an_action_keeps_the_familys_words_the_second_one_never_touched(world, teacher, co_teacher, client_of):
    text = ActionText(
        title="Map club",
        type=SupportType.CORE,
        setting=Setting.SCHOOL,
        owner_id=teacher.pk,
        starts_on=world.today,
        ends_on=world.today + timedelta(weeks=4),
    )
    row = actions.start_action(by=viewer_of(teacher), student=world.student, action=text)
    address = reverse("action_change", args=[row.public_id])
    second = client_of(co_teacher)
    opened = filled(second.get(address))
    first = opened | {"family_es": "Dibujamos mapas.", "reason": "In Spanish too", "step": "keep"}
    assert client_of(teacher).post(address, first).status_code == 302

    answer = second.post(address, opened | {"minutes": "40", "reason": "More time", "step": "keep"})

    assert answer.status_code == 409
    assert "Dibujamos mapas." in answer.text.split('class="conflict"')[1].split("</section>")[0]
    assert second.post(address, filled(answer) | {"step": "keep"}).status_code == 302
    stands = Support.objects.get()
    assert (stands.minutes, stands.family_wordings["es"]["family"]) == (40, "Dibujamos mapas.")


def test_a_pointer_keeps_who_manages_it(world, teacher, navigator, co_teacher, client_of):
    row = blocks.point_to(
        by=viewer_of(navigator),
        student=world.student,
        kind=PointerKind.IEP,
        pointer=Pointed("drawer", accommodations="More time"),
        language="en",
    )
    address = reverse("pointer_edit", args=[row.public_id])
    first, second = client_of(navigator), client_of(teacher)
    opened = filled(second.get(address))
    sent = filled(first.get(address)) | {"case_manager": str(teacher.pk), "kept_where": "office"}
    assert first.post(address, sent).status_code == 302

    answer = second.post(address, opened | {"accommodations": "A quiet room"})

    assert answer.status_code == 409
    assert f": {teacher.display_name}" in answer.text
    assert second.post(address, filled(answer)).status_code == 302
    stands = PlanPointer.objects.get()
    assert (stands.case_manager_id, stands.kept_where, stands.accommodations) == (teacher.pk, "office", "A quiet room")


def test_a_meeting_keeps_its_place_and_guests(world, navigator, teacher, guardian, client_of):
    starts = timezone.now() + timedelta(days=5)
    facts = MeetingFacts(kind=MeetingKind.PLAN, starts_at=starts, place="Room 1")
    meeting = meetings.plan_meeting(by=viewer_of(navigator), student=world.student, facts=facts, language="en")
    address = reverse("meeting_edit", args=[meeting.public_id])
    first, second = client_of(navigator), client_of(teacher)
    opened = filled(second.get(address))
    sent = filled(first.get(address)) | {"place": "Library", "people": [str(guardian.pk)]}
    assert first.post(address, sent).status_code == 302

    answer = second.post(address, opened | {"agenda_extra": "The choir"})

    assert answer.status_code == 409
    assert "Library" in answer.text.split('class="conflict"')[1].split("</section>")[0]
    assert second.post(address, filled(answer)).status_code == 302
    stands = Meeting.objects.get()
    assert (stands.place, stands.agenda_extra) == ("Library", "The choir")
    assert guardian.pk in stands.attendees.values_list("person", flat=True)


def test_a_note_keeps_the_words_of_the_other_tab(world, teacher, client_of):
    row = WorkingNote.objects.create(
        student=world.student, author=teacher, text="Ask about maps", purge_on=world.today + timedelta(days=9)
    )
    sooner = world.today + timedelta(days=8)
    address = reverse("note_edit", args=[row.public_id])
    tab = client_of(teacher)
    opened = filled(tab.get(address))
    assert 'name="began"' in tab.get(address).text
    assert tab.post(address, opened | {"text": "Ask about bridges"}).status_code == 302

    answer = tab.post(address, opened | {"purge_on": sooner.isoformat()})

    assert answer.status_code == 409
    assert "You had not touched these" in answer.text
    assert tab.post(address, filled(answer)).status_code == 302
    stands = WorkingNote.objects.get()
    assert (stands.text, stands.purge_on) == ("Ask about bridges", sooner)


def behind(path):
    """The templates of the views in this module that keep what they showed, with those of what they call."""
    functions = {one.name: one for one in ast.parse(path.read_text()).body if isinstance(one, ast.FunctionDef)}

    def called(function):
        return {n.func.id for n in ast.walk(function) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}

    def named(function):
        texts = (n.value for n in ast.walk(function) if isinstance(n, ast.Constant) and isinstance(n.value, str))
        return {text for text in texts if text.endswith(".html")}

    for name, function in functions.items():
        if called(function) & {"tried", "begin"}:
            around = [one for key, one in functions.items() if key in called(function) or name in called(one)]
            yield from set().union(*(named(one) for one in [function, *around]))


def test_every_page_that_asks_for_a_version_says_what_it_showed():
    templates = {
        template for room in ("success_plans", "supports") for path in (ROOT / room / "views").rglob("*.py")
        for template in behind(path)
    }  # fmt: skip
    assert {
        "success_plans/note_edit.html",
        "success_plans/membership.html",
        "supports/catalogue_entry.html",
    } < templates
    alone = {one for one in templates if "form.version }}" in (ROOT / "templates" / one).read_text()}
    assert not alone, "print form.hidden_fields: the version alone leaves out what the form showed"


class Two(forms.Form):
    """Two fields and the version they stand at."""

    one = forms.CharField()
    two = forms.CharField()
    version = forms.IntegerField(widget=forms.HiddenInput)


@pytest.mark.parametrize("prefix", [None, "said"], ids=["alone", "prefixed"])
def test_a_form_with_a_prefix_finds_what_it_showed(prefix):
    opened = Two(initial={"one": "a", "two": "b", "version": 1}, prefix=prefix)
    begin(opened)
    sent = QueryDict(mutable=True)
    for bound in opened:
        sent[bound.html_name] = str(bound.value())
    sent[opened.add_prefix("two")] = "mine"
    form = Two(sent, initial={"one": "theirs", "two": "b", "version": 2}, prefix=prefix)
    begin(form)
    assert form.is_valid()
    changed = TextChangedError(current=None, theirs="", mine="")

    merge(form, changed, sent)

    assert [form[name].value() for name in ("one", "two", "version")] == ["theirs", "mine", "2"]
    assert changed.taken == "One"


# ------------------------------------------------------------------ taken back meanwhile
def test_a_sentence_taken_back_meanwhile_is_told_and_not_asked_about_for_ever(world, teacher, client_of):
    row = services.say(
        by=viewer_of(teacher), student=world.student, kind=StatementKind.STRENGTH, voice=Voice.STAFF,
        text="Reads maps", language="en",
    )  # fmt: skip
    address = reverse("statement_edit", args=[row.public_id])
    tab = client_of(teacher)
    opened = filled(tab.get(address))
    services.withdraw(by=viewer_of(teacher), statement=row, version=1)

    for _time in range(2):
        answer = tab.post(address, opened | {"text": "Reads old maps"})
        assert answer.status_code == 422
        assert "taken back meanwhile" in answer.text
        assert "Reads old maps" in answer.text
        opened = filled(answer)


def test_a_decision_taken_back_meanwhile_is_told(world, navigator, teacher, client_of):
    facts = MeetingFacts(kind=MeetingKind.PLAN, starts_at=timezone.now(), place="Room 1")
    meeting = meetings.plan_meeting(by=viewer_of(navigator), student=world.student, facts=facts, language="en")
    running = meetings.start_meeting(by=viewer_of(navigator), meeting=meeting)
    made = meetings.decide(
        by=viewer_of(navigator), meeting=running, decision=DecisionText("Choir"), language="en", key=running.public_id
    )
    address = reverse("decision_edit", args=[made.public_id])
    tab = client_of(teacher)
    opened = filled(tab.get(address))
    meetings.withdraw_decision(by=viewer_of(navigator), decision=made, version=1)

    answer = tab.post(address, opened | {"text": "Choir on Mondays"})

    assert answer.status_code == 422
    assert "taken back meanwhile" in answer.text


def test_a_finding_taken_back_meanwhile_is_told(world, teacher):
    row = make.PlanFactory(student=world.student).findings.create(
        area=FindingArea.ACADEMIC, found_on=world.today, can_do="Sings", language="en", author=teacher
    )
    EntryFinding.objects.update(withdrawn_at=timezone.now())
    with pytest.raises(PlanError, match="taken back"):
        entry.change_finding(by=viewer_of(teacher), finding=row, can_do="Sings high", next_step="", tool="", version=1)


def test_a_pathway_left_meanwhile_is_told(world, student, client_of):
    pathway = make.PathwayFactory()
    row = pathways.join(
        by=viewer_of(student), student=world.student, pathway=pathway, ask=Ask(pathway.public_id, "", "en")
    )
    address = reverse("membership", args=[row.public_id])
    tab = client_of(student)
    opened = filled(tab.get(address))
    assert 'name="began"' in tab.get(address).text
    pathways.leave(by=viewer_of(student), membership=row)

    answer = tab.post(address, opened | {"experience": str(pathway.experiences.last().public_id)})

    assert answer.status_code == 422
    assert "left meanwhile" in answer.text
    with pytest.raises(PlanError):
        pathways.choose_next(by=viewer_of(student), membership=row, experience=pathway.experiences.last(), version=2)


def test_the_review_of_a_class_keeps_what_the_second_never_touched(world, teacher, co_teacher, client_of):
    address = f"{reverse('class_review', args=[world.section.public_id])}?student={world.student.public_id}"
    first, second = client_of(teacher), client_of(co_teacher)
    said = filled(first.get(address)) | {"strength": "Asks good questions"}
    assert first.post(address, said).status_code == 302
    opened = filled(second.get(address))
    changed = filled(first.get(address)) | {"strength": "Never gives up", "next_step": "Fractions"}
    assert first.post(address, changed).status_code == 302

    answer = second.post(address, opened | {"next_step": "Robots"})

    assert answer.status_code == 409
    conflict = answer.text.split('class="conflict"')[1].split("</section>")[0]
    assert "A next step: Robots" in conflict
    assert "A next step: Fractions" in conflict
    assert "they stand below as the other one saved them: A strength we see." in conflict
    assert second.post(address, filled(answer)).status_code == 302
    row = ReviewEntry.objects.get()
    assert (row.strength, row.next_step) == ("Never gives up", "Robots")


@pytest.fixture
def meeting(world, teacher):
    plan = make.PlanFactory(student=world.student, created_by=teacher)
    later = timezone.now() + timedelta(days=2)
    return Meeting.objects.create(
        plan=plan, kind=MeetingKind.CONFERENCE, called_by=teacher, starts_at=later, language="en"
    )


def test_the_end_of_a_meeting_keeps_the_date_the_other_screen_chose(meeting, world, teacher, navigator, client_of):
    Meeting.objects.update(state="running")
    address, when = reverse("meeting_run", args=[meeting.public_id]), (world.today + timedelta(days=30)).isoformat()
    first, second = client_of(teacher), client_of(navigator)
    opened = filled(second.get(address), "outcome") | {"what": "save"}
    assert first.post(address, opened | {"next_on": when}).status_code == 302

    answer = second.post(address, opened | {"assent": "The family agrees"})

    assert answer.status_code == 409
    assert "they stand below as the other one saved them: We meet again on." in answer.text
    assert second.post(address, filled(answer, "outcome") | {"what": "save"}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.assent, meeting.next_on.isoformat()) == ("The family agrees", when)


def test_a_conference_prepared_on_two_devices_keeps_both_parts(meeting, world, student, client_of):
    address = reverse("conference", args=[world.student.public_id])
    phone, tablet = client_of(student), client_of(student)
    opened = filled(phone.get(address))
    assert tablet.post(address, opened | {"proud": "My bridge"}).status_code == 302

    answer = phone.post(address, opened | {"questions": "May I join the choir?"})

    assert answer.status_code == 409
    assert "they stand below as the other one saved them: I am proud of." in answer.text
    assert phone.post(address, filled(answer)).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.conference["proud"], meeting.conference["questions"]) == ("My bridge", "May I join the choir?")


def test_a_pointer_noted_in_the_first_look_keeps_what_the_second_never_touched(world, teacher, navigator, client_of):
    address = f"{reverse('intake', args=[world.student.public_id])}?step=pointers"
    first, second = client_of(teacher), client_of(navigator)
    noted = filled(first.get(address), "pointer_form") | {"do": "pointer", "accommodations": "Large print"}
    assert first.post(address, noted).status_code == 302
    opened = filled(second.get(address), "pointer_form") | {"do": "pointer"}
    assert first.post(address, opened | {"accommodations": "Large print, short breaks"}).status_code == 302

    answer = second.post(address, opened | {"kept_where": "Office"})

    assert answer.status_code == 409
    assert "they stand below as the other one saved them: What the adults who teach this student do." in answer.text
    assert second.post(address, filled(answer, "pointer_form") | {"do": "pointer"}).status_code == 302
    row = PlanPointer.objects.get()
    assert (row.accommodations, row.kept_where) == ("Large print, short breaks", "Office")
