"""The first look: what is kept, what waits for consent, and what two people at once cannot break."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from success_plans.choices import ConsentKind, FindingArea, FindingState, PointerKind, StatementKind
from success_plans.errors import PlanError, TextChangedError
from success_plans.models import EntryFinding, Plan, PlanPointer, PlanStatement
from success_plans.selectors import entry as selectors
from success_plans.services.consents import answer_consent
from success_plans.services.entry import Finding, Line, begin_class, change_finding, note_findings, set_pointer
from supports import recompute
from tests.cast import demonstrate, viewer_of


def noted(by, student, *findings):
    return note_findings(by=viewer_of(by), student=student, findings=findings, language="en")


def look(world, area=FindingArea.ACADEMIC, **more):
    return Finding(area=area, found_on=world.today, **{"can_do": "Counts in fives.", **more})


def test_a_finding_sent_twice_stands_once(world, navigator):
    noted(navigator, world.student, look(world))
    noted(navigator, world.student, look(world))

    assert EntryFinding.objects.count() == 1
    assert AuditEvent.objects.filter(action="finding.add").count() == 1


def test_feelings_are_noted_only_with_a_yes_of_the_family(world, navigator, guardian):
    with pytest.raises(PlanError, match="has not said yes"):
        noted(navigator, world.student, look(world, FindingArea.WELLBEING))
    assert not EntryFinding.objects.exists()

    answer_consent(by=viewer_of(guardian), student=world.student, kind=ConsentKind.WELLBEING, is_yes=True)

    assert noted(navigator, world.student, look(world, FindingArea.WELLBEING))[0].area == FindingArea.WELLBEING


def test_not_asked_says_nothing_else_and_gives_way_to_what_is_found(world, navigator):
    with pytest.raises(PlanError, match="not both"):
        noted(navigator, world.student, look(world, state=FindingState.NOT_ASKED))
    unasked = Finding(area=FindingArea.ATTENDANCE, found_on=world.today, state=FindingState.NOT_ASKED)
    noted(navigator, world.student, unasked)

    noted(navigator, world.student, look(world, FindingArea.ATTENDANCE))

    assert EntryFinding.objects.get(withdrawn_at__isnull=True).state == FindingState.FOUND


@pytest.mark.parametrize("words", [{"can_do": " "}, {"can_do": "x" * 4001}])
def test_a_finding_without_or_with_too_many_words_is_refused(world, navigator, words):
    with pytest.raises(PlanError):
        noted(navigator, world.student, look(world, **words))


def test_a_day_to_come_is_refused(world, navigator):
    with pytest.raises(PlanError, match="day to come"):
        noted(navigator, world.student, Finding(FindingArea.ACADEMIC, world.today + timedelta(days=1), can_do="Reads"))


def test_of_two_who_reword_a_finding_both_texts_stay(world, navigator, teacher):
    row = noted(navigator, world.student, look(world))[0]
    change_finding(by=viewer_of(teacher), finding=row, can_do="Counts in tens.", next_step="", tool="", version=1)

    with pytest.raises(TextChangedError) as raised:
        change_finding(by=viewer_of(navigator), finding=row, can_do="Counts in twos.", next_step="", tool="", version=1)

    assert (raised.value.theirs, raised.value.mine) == ("Counts in tens.", "Counts in twos.")


def test_a_pointer_changes_only_from_the_version_one_has_seen(world, navigator, teacher):
    said = {"kind": PointerKind.IEP, "kept_where": "Office", "language": "en"}
    set_pointer(by=viewer_of(navigator), student=world.student, accommodations="Large print", **said)
    set_pointer(by=viewer_of(navigator), student=world.student, accommodations="Large print", **said)

    with pytest.raises(TextChangedError):
        set_pointer(by=viewer_of(teacher), student=world.student, accommodations="Short breaks", **said)

    assert PlanPointer.objects.get().accommodations == "Large print"


def test_a_closed_area_says_only_that_it_is_there(world, navigator, teacher, guardian):
    answer_consent(by=viewer_of(guardian), student=world.student, kind=ConsentKind.WELLBEING, is_yes=True)
    noted(navigator, world.student, look(world, FindingArea.WELLBEING, can_do="Feels safe in music."))

    for person, reads in ((navigator, True), (guardian, True), (teacher, False)):
        viewer = viewer_of(person)
        domains = selectors.domains_for(viewer, world.student)
        row = selectors.findings(viewer=viewer, student=world.student, domains=domains)[0]
        assert (row.can_do == "Feels safe in music.") is reads
        assert row.is_closed is not reads


def test_evidence_fills_the_first_look_in(world, teacher, navigator):
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    recompute.refresh_due(today=world.today)
    row = selectors.prefilled(viewer=viewer_of(navigator), student=world.student)[0]
    assert (row.name, row.shape, row.next_step) == ("Compare", "shown", "Equivalent")
    assert row.can_do

    noted(navigator, world.student, look(world, competency=world.idea["compare"]))

    assert selectors.prefilled(viewer=viewer_of(navigator), student=world.student) == []


# ------------------------------------------------------------------ a class
def begin(world, by, lines, **more):
    options = {
        "kind": StatementKind.STRENGTH,
        "is_scribe": True,
        "tool": "Talk",
        "found_on": world.today,
        "competency": None,
        "language": "en",
        **more,
    }
    return begin_class(by=viewer_of(by), lines=lines, **options)


def test_one_submit_begins_every_plan_and_a_second_one_nothing(world, teacher):
    lines = [Line(s, words=f"Kind {n}", can_do="Reads") for n, s in enumerate(world.students)]

    first, second = begin(world, teacher, lines), begin(world, teacher, lines)

    assert (first.plans, first.sentences, first.findings) == (6, 6, 6)
    assert (second.plans, second.sentences, second.findings) == (0, 0, 0)
    assert Plan.objects.count() == 6
    row = PlanStatement.objects.get(plan__student=world.student)
    assert (row.author, row.scribe) == (world.student.person, teacher)
    assert AuditEvent.objects.filter(action="plan.begin").count() == 6


def test_a_class_costs_the_same_queries_however_many_sit_in_it(world, teacher, django_assert_max_num_queries):
    lines = [Line(s, words="Draws", can_do="Reads") for s in world.students]

    with django_assert_max_num_queries(16):
        begin(world, teacher, lines)


def test_an_empty_line_begins_the_plan_and_says_nothing(world, teacher):
    begun = begin(world, teacher, [Line(world.student)])

    assert (begun.plans, begun.sentences, begun.findings) == (1, 0, 0)


# ------------------------------------------------------------------ pages
def test_the_steps_can_be_left_and_come_back_to(world, navigator, client_of):
    client = client_of(navigator)
    path = f"/students/{world.student.public_id}/intake"
    said = {
        "do": "said",
        "said_by": world.student.person_id,
        "kind": "strength",
        "text": "I draw maps",
        "language": "en",
    }

    answer = client.post(f"{path}?step=who", {**said, "then": "next"})
    assert answer["Location"].endswith("?step=can")
    finding = {"do": "finding", "area": "academic", "can_do": "Reads maps", "found_on": world.today, "language": "en"}
    assert client.post(f"{path}?step=can", finding).status_code == 302
    assert (
        client.post(f"{path}?step=feel", {"do": "unasked", "area": "wellbeing", "state": "not_asked"}).status_code
        == 302
    )

    page = client.get(f"{path}?step=summary").content.decode()
    assert "I draw maps" in page
    assert "Reads maps" in page
    assert "4 of 6 steps have something in them" in page


@pytest.mark.parametrize("step", selectors.STEPS)
def test_every_step_opens(world, navigator, client_of, step):
    assert client_of(navigator).get(f"/students/{world.student.public_id}/intake?step={step}").status_code == 200


def test_a_step_that_is_none_is_not_there(world, navigator, client_of):
    assert client_of(navigator).get(f"/students/{world.student.public_id}/intake?step=secret").status_code == 404


def test_a_form_that_says_too_little_comes_back_with_what_was_typed(world, navigator, client_of):
    path = f"/students/{world.student.public_id}/intake?step=life"
    body = {"do": "finding", "area": "attendance", "attendance-tool": "A talk", "attendance-found_on": world.today}

    answer = client_of(navigator).post(path, body)

    assert answer.status_code == 422
    assert 'value="A talk"' in answer.content.decode()


def test_a_closed_area_cannot_be_written_by_those_it_is_closed_to(world, navigator, client_of):
    path = f"/students/{world.student.public_id}/intake?step=life"
    body = {"do": "finding", "area": "health", "health-can_do": "Glasses", "health-found_on": world.today}

    assert client_of(navigator).post(path, {**body, "health-language": "en"}).status_code == 403
    assert not EntryFinding.objects.exists()


def test_the_family_may_be_asked_and_says_no(world, navigator, guardian, client_of):
    path = f"/students/{world.student.public_id}/intake?step=feel"
    body = {"do": "consent", "kind": "wellbeing", "answer": "no", "given_by": guardian.pk, "given_on": world.today}

    assert client_of(navigator).post(path, body).status_code == 302

    page = client_of(navigator).get(f"/students/{world.student.public_id}/consents").content.decode()
    assert "This is not done now." in page


def test_the_class_screen_lists_by_name_and_saves_a_row(world, teacher, client_of):
    client = client_of(teacher)
    path = f"/classes/{world.section.public_id}/intake"
    ben = world.students[1]
    body = {"kind": "strength", "whose": "adult", "found_on": world.today, "language": "en"}
    lines = {f"words-{s.public_id}": f"Word of {s.person.given_name}" for s in world.students}

    client.post(path, {**body, **lines, "only": ben.public_id})
    assert list(PlanStatement.objects.values_list("text", flat=True)) == ["Word of Ben"]
    client.post(path, {**body, **lines, "only": ""})
    assert PlanStatement.objects.count() == 6

    page = client.get(path).content.decode()
    names = [page.index(s.person.display_name) for s in sorted(world.students, key=lambda s: s.person.sort_name)]
    assert names == sorted(names)
    assert client.post(path, {**body, "found_on": world.today + timedelta(days=2)}).status_code == 422


def test_a_changed_finding_and_a_pointer_stand_as_changes_of_the_plan(world, navigator):
    viewer = viewer_of(navigator)
    row = note_findings(
        by=viewer,
        student=world.student,
        findings=[Finding(FindingArea.ACADEMIC, world.today, can_do="x")],
        language="en",
    )[0]
    for act in (
        lambda: change_finding(by=viewer, finding=row, can_do="y", next_step="", tool="", version=1),
        lambda: set_pointer(
            by=viewer, student=world.student, kind=PointerKind.IEP, kept_where="Office", accommodations="a\r\nb ",
            language="en",
        ),
    ):  # fmt: skip
        Plan.objects.filter(student=world.student).update(changed_at=timezone.now() - timedelta(days=9))
        act()
        assert Plan.objects.get(student=world.student).changed_at > timezone.now() - timedelta(days=1)
