"""Agreed versions, answers to them, and the plan as it stood at any moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.models import AuditEvent, GuardianLimit, ReadEvent, Relationship, Student
from success_plans.choices import AgreementAnswer, Audience, NeedDomain, NeedState, PlanState, StatementKind, Voice
from success_plans.errors import PlanError, TextChangedError
from success_plans.models import Agreement, Need, Plan, PlanStatement, PlanTemplate, PlanVersion, SafetyHold
from success_plans.selectors import versions as selectors
from success_plans.selectors.moments import snapshot
from success_plans.selectors.templates import current_template
from success_plans.services import plans as plan_services
from success_plans.services import templates as template_services
from success_plans.services import versions as services
from success_plans.versions.snapshot import digest, from_json, to_json
from tests import factories as make
from tests.cast import add_person, relate, viewer_of

pytestmark = pytest.mark.django_db
REAL = pytest.mark.django_db(transaction=True)  # several connections, or tables altered on the way


@pytest.fixture
def plan(world, student, navigator):
    """Maya's plan with a strength, a need and a goal, shared with the family."""
    by = viewer_of(student)
    plan_services.say(
        by=by,
        student=world.student,
        kind=StatementKind.STRENGTH,
        voice=Voice.STUDENT,
        text="I draw maps.",
        language="en",
    )
    plan_services.note_need(
        by=viewer_of(navigator), student=world.student, domain=NeedDomain.ACADEMIC, text="More time.", language="en"
    )
    plan_services.set_goal(
        by=by, student=world.student, goal=plan_services.GoalText("Read a chapter a week."), language="en"
    )
    services.move(by=viewer_of(navigator), student=world.student, to=PlanState.CONSULTATION)
    return Plan.objects.get()


def agree(navigator, student, reason="For the autumn."):
    return services.agree_version(by=viewer_of(navigator), student=student, reason=reason)


def change_everything(world, student, navigator):
    by = viewer_of(student)
    said = PlanStatement.objects.get(text="I draw maps.")
    said = plan_services.reword(by=by, statement=said, text="I draw maps of stars.", version=said.version)
    plan_services.withdraw(by=by, statement=said, version=said.version)
    need = Need.objects.get()
    plan_services.end_need(
        by=viewer_of(navigator), need=need, state=NeedState.MET, reason="It is there.", version=need.version
    )
    plan_services.say(
        by=by,
        student=world.student,
        kind=StatementKind.INTEREST,
        voice=Voice.STUDENT,
        text="Stars.",
        language="en",
    )


def test_the_plan_as_of_a_version_is_that_version_also_after_everything_changed(world, plan, student, navigator):
    viewer = viewer_of(navigator)
    version = agree(navigator, world.student)
    change_everything(world, student, navigator)

    then = snapshot(viewer=viewer, student=world.student, at=version.as_of)

    assert digest(then) == version.digest
    assert to_json(then) == version.content
    assert digest(snapshot(viewer=viewer, student=world.student)) != version.digest


def test_a_change_has_happened_at_its_very_moment_and_not_a_microsecond_before(world, plan, student):
    said = PlanStatement.objects.get()
    plan_services.reword(by=viewer_of(student), statement=said, text="I draw stars.", version=1)
    moment = PlanStatement.pgh_event_model.objects.get().pgh_created_at

    def text_at(at):
        found = snapshot(viewer=viewer_of(student), student=world.student, at=at)
        return [e.fields["text"] for e in found.entries if e.kind == "statement"]

    assert text_at(moment) == ["I draw stars."]
    assert text_at(moment - timedelta(microseconds=1)) == ["I draw maps."]
    assert text_at(PlanStatement.objects.get().created_at - timedelta(microseconds=1)) == []


def test_names_stand_as_they_were(world, plan, student, navigator):
    version = agree(navigator, world.student)
    student.given_name = "Renamed"
    student.save()

    then = snapshot(viewer=viewer_of(navigator), student=world.student, at=version.as_of)

    assert "Maya Okafor" in then.people.values()
    assert digest(then) == version.digest


@REAL
def test_the_as_of_page_of_a_day_shows_what_was_agreed_on_it(world, plan, student, navigator, client_of):
    version = agree(navigator, world.student)
    yesterday = world.today - timedelta(days=1)
    with connection.cursor() as cursor:  # as if all of this had happened yesterday
        for table in ("success_plans_planversion", "success_plans_planstatement", "success_plans_need"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("UPDATE success_plans_planversion SET as_of = as_of - interval '1 day'")
        for table in ("plan", "planstatement", "need", "goal"):
            cursor.execute(f"ALTER TABLE success_plans_{table} DISABLE TRIGGER USER")
            cursor.execute(f"UPDATE success_plans_{table} SET created_at = created_at - interval '1 day'")
            cursor.execute(f"ALTER TABLE success_plans_{table} ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE success_plans_planversion ENABLE TRIGGER USER")
    change_everything(world, student, navigator)
    client = client_of(navigator)

    page = client.get(reverse("plan_as_of", args=[world.student.public_id]), {"on": yesterday.isoformat()})

    text = page.content.decode()
    assert "I draw maps." in text
    assert "I draw maps of stars." not in text
    assert "Below it stands exactly as agreed." in text
    assert page.context["page"].version == version
    today = client.get(reverse("plan_as_of", args=[world.student.public_id])).content.decode()
    assert "I draw maps." not in today
    assert "Stars." in today


@pytest.mark.parametrize("on", ["", "x", "2026-02-30", "0001-01-01", "9999-12-31", "\x00"])
def test_a_day_that_is_none_is_said_in_words(world, plan, navigator, client_of, on):
    page = client_of(navigator).get(reverse("plan_as_of", args=[world.student.public_id]), {"on": on})

    assert page.status_code == 422


def test_an_agreed_version_never_changes(world, plan, navigator):
    version = agree(navigator, world.student)

    for act in (lambda: PlanVersion.objects.update(reason="Other"), version.delete):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            act()
    assert digest(from_json(PlanVersion.objects.get().content)) == version.digest
    assert PlanVersion.objects.get().reason == "For the autumn."


def test_a_plan_is_agreed_after_the_family_was_asked_and_for_a_reason(world, plan, navigator):
    services.move(by=viewer_of(navigator), student=world.student, to=PlanState.DRAFT)
    with pytest.raises(PlanError, match="family first"):
        agree(navigator, world.student)
    services.move(by=viewer_of(navigator), student=world.student, to=PlanState.CONSULTATION)
    with pytest.raises(PlanError, match="what this version is for"):
        agree(navigator, world.student, "  ")

    version = agree(navigator, world.student)

    assert (version.number, Plan.objects.get().state) == (1, PlanState.AGREED)
    assert AuditEvent.objects.filter(action="version.agree", subject_id=str(version.public_id)).count() == 1


def test_nothing_new_is_no_new_version(world, plan, student, navigator):
    agree(navigator, world.student)
    services.move(by=viewer_of(navigator), student=world.student, to=PlanState.REVIEW)
    with pytest.raises(PlanError, match="Nothing changed since version 1"):
        agree(navigator, world.student)

    change_everything(world, student, navigator)

    assert agree(navigator, world.student).number == 2


@REAL
def test_two_who_agree_at_once_make_one_version(world, plan, navigator):
    viewer = viewer_of(navigator)

    def try_it(_n):
        try:
            return services.agree_version(by=viewer, student=world.student, reason="Together.").number
        except PlanError:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(try_it, range(4)))

    assert sorted(n for n in numbers if n) == [1]
    assert PlanVersion.objects.count() == 1


@REAL
def test_editing_while_a_version_is_written_never_parts_it_from_its_moment(world, plan, student, navigator):
    by, holder = viewer_of(student), viewer_of(navigator)

    def edit(n):
        try:
            row = PlanStatement.objects.get()
            plan_services.reword(by=by, statement=row, text=f"I draw maps {n}.", version=row.version)
        except TextChangedError:
            pass  # somebody was quicker, and says so
        finally:
            connection.close()

    def write(_n):
        try:
            services.move(by=holder, student=world.student, to=PlanState.REVIEW)
            services.agree_version(by=holder, student=world.student, reason="On the way.")
        except PlanError:
            pass
        finally:
            connection.close()

    agree(navigator, world.student)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: (edit if n % 2 else write)(n), range(24)))

    assert PlanVersion.objects.count() > 1
    for version in PlanVersion.objects.all():
        then = snapshot(viewer=holder, student=world.student, at=version.as_of)
        assert digest(then) == version.digest, version.number


# ------------------------------------------------------------------ answers
def test_a_family_answers_and_its_statement_stays_attached(world, plan, guardian, navigator, client_of):
    version = agree(navigator, world.student)
    client = client_of(guardian)
    address = reverse("plan_agree", args=[version.public_id])

    page = client.get(address).content.decode()
    assert "Agreeing is not consent" in page
    assert "No answer is not agreement" in page
    assert "You give up no right" in page
    assert client.post(address, {"answer": "", "language": "en"}).status_code == 422
    answer = client.post(address, {"answer": "partly", "statement": "Más lectura, por favor.", "language": "es"})
    assert answer.status_code == 302

    row = Agreement.objects.get()
    assert (row.person, row.voice, row.answer, row.scribe) == (guardian, Voice.FAMILY, "partly", None)
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        Agreement.objects.update(statement="")
    shown = client_of(navigator).get(reverse("plan_version", args=[version.public_id])).content.decode()
    assert "Más lectura, por favor." in shown
    assert "Más lectura, por favor." in client_of(navigator).get("/today").content.decode()

    services.move(by=viewer_of(navigator), student=world.student, to=PlanState.REVIEW)
    assert selectors.answers_waiting(viewer=viewer_of(navigator)) == []


def test_the_same_answer_twice_is_one_and_a_changed_mind_keeps_both(world, plan, guardian, navigator):
    version = agree(navigator, world.student)

    def say(answer, words=""):
        return services.answer(
            by=viewer_of(guardian), version=version, person=guardian, answer=answer, statement=words, language="en"
        )

    assert say(AgreementAnswer.DISAGREE, "Not yet.") == say(AgreementAnswer.DISAGREE, "Not yet.")
    say(AgreementAnswer.AGREE)

    page = selectors.version_page(viewer=viewer_of(navigator), student=world.student, version=version)
    assert [(a.answer, a.is_current) for a in page.answers] == [("agree", True), ("disagree", False)]
    assert selectors.answers_waiting(viewer=viewer_of(navigator)) == []


def test_an_adult_writes_down_what_the_family_said_and_is_kept_as_scribe(
    world, plan, guardian, teacher, navigator, client_of
):
    version = agree(navigator, world.student)
    address = reverse("plan_agree", args=[version.public_id])
    client = client_of(teacher)
    stranger = add_person("stranger")

    wrong = client.post(address, {"person": str(stranger.public_id), "answer": "agree", "language": "en"})
    right = client.post(address, {"person": str(guardian.public_id), "answer": "agree", "language": "en"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    row = Agreement.objects.get()
    assert (row.person, row.scribe) == (guardian, teacher)


def test_two_households_answer_on_their_own_and_read_only_their_own(world, plan, guardian, navigator, client_of):
    other = add_person("second_home")
    relate(other, "guardian", [world.student])
    Relationship.objects.filter(person=guardian).update(household="a")
    Relationship.objects.filter(person=other).update(household="b")
    version = agree(navigator, world.student)
    for person, words in ((guardian, "We say yes."), (other, "We say no.")):
        client = client_of(person)
        client.get(reverse("plan_version", args=[version.public_id]))
        client.post(
            reverse("plan_agree", args=[version.public_id]),
            {"answer": "partly", "statement": words, "language": "en"},
        )

    for person, own, others, name in (
        (guardian, "We say yes.", "We say no.", "Second Home"),
        (other, "We say no.", "We say yes.", "Guardian Cast"),
    ):
        client = client_of(person)
        for route, key in (("plan_version", version.public_id), ("plan_versions", world.student.public_id)):
            text = client.get(reverse(route, args=[key])).content.decode()
            assert own in text
            assert others not in text
            assert name not in text
    staff = client_of(navigator).get(reverse("plan_version", args=[version.public_id])).content.decode()
    assert "We say yes." in staff
    assert "We say no." in staff
    assert staff.count("opened it on") == 2
    student = client_of(world.student.person).get(reverse("plan_version", args=[version.public_id])).content.decode()
    assert "We say" not in student


def test_an_older_version_is_not_answered_any_more(world, plan, student, guardian, navigator, client_of):
    first = agree(navigator, world.student)
    change_everything(world, student, navigator)
    services.move(by=viewer_of(navigator), student=world.student, to=PlanState.REVIEW)
    agree(navigator, world.student, "With the stars.")

    answer = client_of(guardian).post(
        reverse("plan_agree", args=[first.public_id]), {"answer": "agree", "language": "en"}
    )

    assert answer.status_code == 422
    assert not Agreement.objects.exists()


def test_looking_at_a_version_is_noted_for_everybody(world, plan, guardian, navigator, client_of):
    version = agree(navigator, world.student)

    client_of(guardian).get(reverse("plan_version", args=[version.public_id]))

    row = ReadEvent.objects.get(subject=f"version:{version.pk}")
    assert (row.viewer_id, row.student_ids, row.block) == (guardian.pk, [world.student.pk], "version")


# ------------------------------------------------------------------ what is closed stays closed
def test_closed_needs_close_words_and_holds_are_respected_in_versions_and_looking_back(
    world, plan, teacher, guardian, navigator, specialist, client_of
):
    make.NeedFactory(plan=plan, author=navigator, domain=NeedDomain.HEALTH, text="Asthma inhaler.")
    make.PlanStatementFactory(plan=plan, author=world.student.person, text="A quiet word.", audience=Audience.CLOSE)
    held = make.PlanStatementFactory(plan=plan, author=navigator, voice=Voice.STAFF, text="On hold for now.")
    version = agree(navigator, world.student)
    SafetyHold.objects.create(
        student=world.student, about="statement", about_id=held.public_id, reason="safety", placed_by=navigator
    )
    pages = [
        reverse("plan_version", args=[version.public_id]),
        reverse("plan_as_of", args=[world.student.public_id]),
    ]
    for address in pages:
        by_teacher = client_of(teacher).get(address).content.decode()
        assert "Asthma" not in by_teacher
        assert "A quiet word." not in by_teacher
        assert "A support exists. Ask Navigator Cast." in by_teacher
        assert "On hold for now." in by_teacher
        by_guardian = client_of(guardian).get(address).content.decode()
        assert "Asthma" in by_guardian
        assert "A quiet word." in by_guardian
        assert "On hold for now." not in by_guardian
    SafetyHold.objects.create(student=world.student, about="plan", reason="safety", placed_by=navigator)
    assert client_of(guardian).get(pages[0]).status_code == 404
    assert "I draw maps." not in client_of(guardian).get(pages[1]).content.decode()
    assert client_of(navigator).get(pages[0]).status_code == 200


def test_words_made_close_later_are_closed_in_the_version_too(world, plan, teacher, navigator, client_of):
    version = agree(navigator, world.student)
    PlanStatement.objects.update(audience=Audience.CLOSE)

    text = client_of(teacher).get(reverse("plan_version", args=[version.public_id])).content.decode()
    changed = client_of(teacher).get(
        reverse("plan_compare", args=[world.student.public_id]), {"from": "1", "to": "now"}
    )

    assert "I draw maps." not in text
    assert "I draw maps." not in changed.content.decode()


def test_a_document_closes_its_block_in_versions_too(world, plan, guardian, navigator, client_of):
    version = agree(navigator, world.student)
    GuardianLimit.objects.create(
        student=world.student,
        guardian=guardian,
        block="needs",
        document="Court order 7",
        starts_on=world.today,
        entered_by=navigator,
    )

    text = client_of(guardian).get(reverse("plan_version", args=[version.public_id])).content.decode()

    assert "More time." not in text
    assert "I draw maps." in text


# ------------------------------------------------------------------ what changed
def test_what_changed_is_told_word_by_word(world, plan, student, navigator, client_of):
    agree(navigator, world.student)
    change_everything(world, student, navigator)
    services.move(by=viewer_of(navigator), student=world.student, to=PlanState.REVIEW)
    agree(navigator, world.student, "Second.")
    client = client_of(navigator)
    address = reverse("plan_compare", args=[world.student.public_id])

    two = client.get(address, {"from": "1", "to": "2"})
    back = client.get(address, {"from": "2", "to": "1"})
    same = client.get(address, {"from": "2", "to": "now"})

    assert {(c.what, c.line.text) for c in two.context["page"].changes} == {
        ("ended", "I draw maps."),
        ("ended", "More time."),
        ("added", "Stars."),
    }
    assert "It is there." in two.content.decode()
    assert ("added", "I draw maps.") in {(c.what, c.line.text) for c in back.context["page"].changes}
    assert "Nothing you can read here changed." in same.content.decode()
    for wrong in ("3", "x", "-1", "٣", "9" * 30):
        assert client.get(address, {"from": wrong, "to": "now"}).status_code == 404


# ------------------------------------------------------------------ templates
def template_of(kind="light", **changes):
    template = selectors_template(kind)
    blocks = {
        b.key: template_services.BlockEdit(dict(b.prompts) | changes.get("prompts", {}), b.is_asked)
        for b in template.blocks
    }
    return blocks, template.number


def selectors_template(kind):
    return current_template(viewer=None, kind=kind)


def test_editing_a_template_never_changes_an_agreed_plan(world, plan, navigator, district):
    version = agree(navigator, world.student)
    before = (version.template, version.digest)
    blocks, number = template_of(prompts={"en": "What shines?"})

    template_services.edit_template(
        by=viewer_of(district),
        kind="light",
        blocks=blocks,
        review_weeks=10,
        reviews_a_year=3,
        reason="Warmer words.",
        number=number,
    )

    again = PlanVersion.objects.get()
    assert (again.template, again.digest) == before
    assert selectors_template("light").review_weeks == 10
    assert selectors_template("full").number == 0
    services.move(by=viewer_of(navigator), student=world.student, to=PlanState.REVIEW)
    services.use_template(by=viewer_of(navigator), student=world.student, kind="full")
    assert PlanVersion.objects.get().template == before[0]
    then = snapshot(viewer=viewer_of(navigator), student=world.student, at=version.as_of)
    assert digest(then) == version.digest


def test_the_district_edits_a_template_on_its_page_with_a_reason(world, district, teacher, client_of):
    client = client_of(district)
    page = client.get(reverse("template_edit"))
    data = {
        name: field.value()
        for name, field in ((f.html_name, f) for f in page.context["form"])
        if field.value() is not None and field.value() is not False
    }

    assert client.post(reverse("template_edit"), data).status_code == 422  # no reason
    saved = client.post(reverse("template_edit"), data | {"reason": "As it was."})
    late = client.post(reverse("template_edit"), data | {"reason": "At the same time."})

    assert (saved.status_code, late.status_code) == (302, 422)
    assert "Somebody changed this template meanwhile" in late.content.decode()
    assert PlanTemplate.objects.get().reason == "As it was."
    without = {k: v for k, v in data.items() if k != "asked-strength"} | {"number": 1, "reason": "No strengths."}
    assert "Every plan begins with strengths" in client.post(reverse("template_edit"), without).content.decode()
    assert client.get(reverse("template_edit") + "?kind=heavy").status_code == 404
    assert client_of(teacher).get(reverse("templates")).status_code == 404
    assert "As it was." in client.get(reverse("templates")).content.decode()


def test_the_navigator_shares_agrees_and_opens_for_review_on_one_page(world, plan, navigator, teacher, client_of):
    address = reverse("plan_versions", args=[world.student.public_id])
    client = client_of(navigator)

    assert "Write it down as agreed" in client.get(address).content.decode()
    empty = client.post(reverse("version_agree", args=[world.student.public_id]), {"reason": ""})
    assert empty.status_code == 422
    made = client.post(reverse("version_agree", args=[world.student.public_id]), {"reason": "Autumn."})
    assert made.status_code == 302
    assert client.post(reverse("plan_move", args=[world.student.public_id]), {"to": "review"}).status_code == 302
    assert Plan.objects.get().state == PlanState.REVIEW
    assert client.post(reverse("plan_move", args=[world.student.public_id]), {"to": "agreed"}).status_code == 302
    assert Plan.objects.get().state == PlanState.REVIEW
    assert client.post(reverse("plan_move", args=[world.student.public_id]), {"to": "x"}).status_code == 422
    changed = client.post(reverse("plan_template", args=[world.student.public_id]), {"kind": "full"})
    assert (changed.status_code, Plan.objects.get().template) == (302, "full")
    reading = client_of(teacher).get(address).content.decode()
    assert "Autumn." in reading
    assert "Write it down as agreed" not in reading
    assert client_of(teacher).post(reverse("version_agree", args=[world.student.public_id])).status_code == 403


def test_a_plan_nobody_began_has_no_versions_and_a_kind_page(world, navigator, client_of):
    page = client_of(navigator).get(reverse("plan_versions", args=[world.student.public_id]))

    assert page.status_code == 200
    assert "No version yet" in page.content.decode()
    assert Student.objects.filter(pk=world.student.pk, plan__isnull=True).exists()
    made = client_of(navigator).post(reverse("version_agree", args=[world.student.public_id]), {"reason": "x"})
    assert made.status_code == 422
