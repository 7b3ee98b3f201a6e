"""The plan on one page: everything of it in twelve queries, closed parts closed, two writers at once lose nothing."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.choices import RelationshipKind
from accounts.models import AuditEvent, GuardianLimit, ReadEvent, Relationship
from success_plans.choices import (
    Audience,
    CheckInHow,
    GoalState,
    Horizon,
    NeedDomain,
    NeedSource,
    OutsideNeed,
    PointerKind,
    StatementKind,
    Subject,
    Voice,
)
from success_plans.errors import PlanError, TextChangedError
from success_plans.models import Amendment, CheckIn, EntryFinding, Goal, Need, PathwayChoice, PlanStatement, SafetyHold
from success_plans.selectors import plans as selectors
from success_plans.services import actions, blocks
from success_plans.services import plans as services
from success_plans.services.actions import ActionText
from success_plans.services.blocks import Followed, Pointed
from success_plans.services.plans import GoalText
from supports import recompute
from supports.choices import Setting, SupportType
from supports.models import Support, SupportSession
from tests import factories as make
from tests.cast import add_person, demonstrate, relate, viewer_of

pytestmark = pytest.mark.django_db


def page_of(person, student):
    return selectors.plan_page(viewer=viewer_of(person), student=student)


def say(by, student, text="I explain with drawings.", **changes):
    facts = {"kind": StatementKind.STRENGTH, "voice": Voice.STAFF, "language": "en", **changes}
    return services.say(by=viewer_of(by), student=student, text=text, **facts)


def action(world, owner, **changes) -> ActionText:
    facts = {
        "title": "Map club",
        "type": SupportType.ENRICHMENT,
        "setting": Setting.SCHOOL,
        "owner_id": owner.pk,
        "starts_on": world.today,
        "ends_on": world.today + timedelta(weeks=6),
        **changes,
    }
    return ActionText(**facts)


# ------------------------------------------------------------------ what it costs
def test_a_whole_plan_is_twelve_queries_and_stays_so_with_a_long_record(world, teacher, navigator, client_of, today):
    student, viewer = world.student, viewer_of(teacher)
    demonstrate(teacher, student, world.idea["compare"], until=today)
    recompute.refresh_due()
    say(teacher, student)
    blocks.follow(by=viewer, student=student, choice=Followed("bridges"), language="en")
    browser, address = client_of(teacher), reverse("student_plan", args=[student.public_id])
    browser.get(address)

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            answer = browser.get(address)
        sent = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]  # only inside a test's own transaction
        return len(sent), len(answer.content)

    few, small = cost()
    plan = student.plan
    CheckIn.objects.bulk_create(
        CheckIn(
            student=student, by=teacher, met_at=timezone.now(), how=CheckInHow.WELL, language="en", key=uuid.uuid4()
        )
        for _n in range(1000)
    )
    Need.objects.bulk_create(
        Need(
            plan=plan, domain=NeedDomain.ACADEMIC, text=f"Ended need {n} " * 10, language="en", author=teacher,
            opened_on=today, review_on=today + timedelta(days=1), state="met",
        )
        for n in range(500)
    )  # fmt: skip
    Goal.objects.bulk_create(
        Goal(plan=plan, text=f"Reached goal {n} " * 10, language="en", author=teacher, state=GoalState.REACHED)
        for n in range(300)
    )
    for n in range(200):
        make.EvidenceFactory(
            student=student, competency=world.idea["compare"], recorded_by=teacher, note=f"seen {n} " * 9
        )
    many, large = cost()
    assert few <= 12
    assert many == few
    assert large < small + 24_000
    assert large < 120_000


def test_the_page_tells_the_whole_plan(world, teacher, navigator, guardian, client_of):
    student, viewer = world.student, viewer_of(navigator)
    say(navigator, student, "She builds bridges of paper", voice=Voice.STUDENT, author_id=student.person_id)
    services.set_goal(
        by=viewer, student=student, goal=GoalText("Become an engineer", horizon=Horizon.AFTER_SCHOOL), language="en"
    )
    services.note_need(
        by=viewer, student=student, domain=NeedDomain.ACADEMIC, text="A number line helps", language="en",
        source=NeedSource.FAMILY,
    )  # fmt: skip
    blocks.follow(
        by=viewer, student=student, choice=Followed("bridges", "engineering", "", "a visit to the yard"), language="en"
    )
    blocks.point_to(
        by=viewer, student=student, kind=PointerKind.IEP, pointer=Pointed(accommodations="Big print"), language="en"
    )
    EntryFinding.objects.create(
        plan=student.plan, area="academic", can_do="Shares fairly", found_on=world.today, language="en", author=teacher
    )
    support = actions.start_action(by=viewer, student=student, action=action(world, teacher, share=True))
    SupportSession.objects.create(
        support=support, held_on=world.today, minutes=20, by=teacher, key=uuid.uuid4(), state="held"
    )
    text = client_of(teacher).get(reverse("student_plan", args=[student.public_id])).content.decode()
    for words in (
        "She builds bridges of paper", "Become an engineer", "A number line helps", "the family said so", "bridges",
        "engineering", "a visit to the yard", "Big print", "Shares fairly", "Map club", "intention", "a date",
        "One session took place so far", guardian.display_name, navigator.display_name,
    ):  # fmt: skip
        assert words.lower() in text.lower(), words


# ------------------------------------------------------------------ who reads what
def test_a_light_plan_with_a_need_suggests_the_full_one_and_changes_nothing_by_itself(
    world, teacher, navigator, guardian, student, client_of
):
    plan = make.PlanFactory(student=world.student, created_by=teacher)
    address = reverse("student_plan", args=[world.student.public_id])
    client = client_of(navigator)
    make.SupportFactory(student=world.student, owner=teacher, type="enrichment")
    assert "Use the full plan" not in client.get(address).content.decode()  # enrichment is for everyone

    need = make.NeedFactory(plan=plan, author=teacher)
    for other in (teacher, guardian, student):
        assert "Use the full plan" not in client_of(other).get(address, follow=True).content.decode()
    assert "Use the full plan" in client.get(address).content.decode()
    plan.refresh_from_db()
    assert plan.template == "light"
    need.state, need.state_reason = "met", "Done."
    need.save()
    assert "Use the full plan" not in client.get(address).content.decode()
    make.SupportFactory(student=world.student, owner=teacher, type="tutoring")
    assert "Use the full plan" in client.get(address).content.decode()

    took = client.post(
        reverse("plan_template", args=[world.student.public_id]), {"kind": "full", "from_plan": "1"}, follow=True
    )

    assert took.redirect_chain[-1][0] == address
    assert "Use the full plan" not in took.content.decode()
    plan.refresh_from_db()
    assert plan.template == "full"
    assert AuditEvent.objects.filter(action="plan.template.full").count() == 1


def test_a_need_outside_school_is_closed_and_names_only_whom_to_ask(world, teacher, navigator, specialist, client_of):
    services.note_need(
        by=viewer_of(navigator), student=world.student, domain=NeedDomain.ACADEMIC, text="The bus never comes",
        language="en", outside=OutsideNeed.TRANSPORT,
    )  # fmt: skip
    row = Need.objects.get()
    assert row.domain == NeedDomain.BASIC
    text = client_of(teacher).get(reverse("student_plan", args=[world.student.public_id])).content.decode()
    assert "The bus never comes" not in text
    assert f"Ask {navigator.display_name}" in text
    [seen] = page_of(navigator, world.student).needs
    assert (seen.outside, bool(seen.referral)) == ("getting to school", True)


def test_what_is_close_is_read_by_family_and_navigator_and_its_author(world, teacher, co_teacher, navigator, guardian):
    say(teacher, world.student, "Only for us", audience=Audience.CLOSE)
    for person in (teacher, navigator, guardian):
        [block] = page_of(person, world.student).staff_blocks
        assert [s.text for s in block.said] == ["Only for us"]
    [block] = page_of(co_teacher, world.student).staff_blocks
    assert (block.said, block.asks) == ([], [teacher.display_name])


def test_nothing_of_one_household_reaches_the_other(world, teacher, guardian, client_of):
    father = add_person("father")
    relate(father, RelationshipKind.GUARDIAN, [world.student])
    Relationship.objects.filter(person=father).update(household="b")
    say(father, world.student, "She sleeps badly here", voice=Voice.FAMILY, kind=StatementKind.CONCERN)
    services.set_goal(
        by=viewer_of(teacher), student=world.student, goal=GoalText("Read", helper_id=father.pk), language="en"
    )
    address = reverse("student_plan", args=[world.student.public_id])
    text = client_of(guardian).get(address).content.decode()
    assert "sleeps badly" not in text
    assert father.display_name not in text
    assert guardian.display_name not in client_of(father).get(address).content.decode()
    assert father.display_name in client_of(teacher).get(address).content.decode()


def test_a_document_closes_needs_to_one_guardian(world, teacher, guardian, client_of):
    services.note_need(
        by=viewer_of(teacher), student=world.student, domain=NeedDomain.ACADEMIC, text="Big print", language="en"
    )
    GuardianLimit.objects.create(
        student=world.student, guardian=guardian, block="needs", document="Order 7", starts_on=world.today,
        entered_by=teacher,
    )  # fmt: skip
    text = client_of(guardian).get(reverse("student_plan", args=[world.student.public_id])).content.decode()
    assert "Big print" not in text
    assert "legal document" in text


def test_what_is_on_hold_is_gone_for_the_family_and_stays_for_the_school(world, teacher, guardian, student):
    row = say(teacher, world.student, "Hold this back")
    SafetyHold.objects.create(
        student=world.student, about=Subject.STATEMENT, about_id=row.public_id, reason="x", placed_by=teacher
    )
    assert page_of(guardian, world.student).staff_blocks == []
    assert page_of(student, world.student).staff_blocks == []
    assert page_of(teacher, world.student).staff_blocks != []


def test_counselling_is_there_and_its_owner_is_asked(world, teacher, co_teacher, navigator, specialist):
    actions.start_action(
        by=viewer_of(teacher), student=world.student, action=action(world, teacher, type=SupportType.COUNSELLING)
    )
    [seen] = page_of(co_teacher, world.student).helpers
    assert (seen.is_closed, seen.title, seen.owner) == (True, "", teacher.display_name)
    assert page_of(teacher, world.student).helpers[0].title == "Map club"


def test_labels_get_a_suggestion_beside_the_text_for_its_author_alone(world, teacher, co_teacher, client_of):
    say(teacher, world.student, "A slow learner")
    address = reverse("student_plan", args=[world.student.public_id])
    assert "Another way to say it" in client_of(teacher).get(address).content.decode()
    assert "Another way to say it" not in client_of(co_teacher).get(address).content.decode()


# ------------------------------------------------------------------ writing
def test_a_goal_changes_state_with_a_reason_that_stays(world, teacher):
    viewer = viewer_of(teacher)
    goal = services.set_goal(by=viewer, student=world.student, goal=GoalText("Read maps"), language="en")
    services.end_goal(
        by=viewer, goal=goal, state=GoalState.REACHED, version=1, reason="She drew the school", language="en"
    )
    [seen] = page_of(teacher, world.student).past_goals
    assert [n.text for n in seen.notes] == ["She drew the school"]


def test_an_intention_says_what_it_lacks(world, teacher):
    services.set_goal(
        by=viewer_of(teacher), student=world.student, goal=GoalText("Read", measure="pages"), language="en"
    )
    [seen] = page_of(teacher, world.student).goals
    assert seen.missing == ["where it is now", "where it will be", "a date", "who helps"]


def test_one_pointer_of_a_kind_at_a_time(world, teacher):
    facts = {"by": viewer_of(teacher), "student": world.student, "kind": PointerKind.IEP, "language": "en"}
    first = blocks.point_to(pointer=Pointed("cabinet"), **facts)
    with pytest.raises(PlanError):
        blocks.point_to(pointer=Pointed("drawer"), **facts)
    blocks.change_pointer(by=facts["by"], pointer=first, to=Pointed("cabinet"), version=1, has_ended=True)
    assert blocks.point_to(pointer=Pointed("drawer"), **facts).pk != first.pk


def test_an_interest_that_was_changed_meanwhile_shows_both(world, teacher):
    row = blocks.follow(by=viewer_of(teacher), student=world.student, choice=Followed("bridges"), language="en")
    blocks.change_pathway(by=viewer_of(teacher), pathway=row, to=Followed("boats"), version=1)
    with pytest.raises(TextChangedError) as changed:
        blocks.change_pathway(by=viewer_of(teacher), pathway=row, to=Followed("trains"), version=1)
    assert (changed.value.theirs, changed.value.mine) == ("boats", "trains")
    assert PathwayChoice.objects.get().interest == "boats"


def test_an_action_is_read_in_both_languages_before_it_is_shared(world, teacher, guardian, client_of):
    browser, address = client_of(teacher), reverse("action_add", args=[world.student.public_id])
    assert browser.post(address, {"title": ""}).status_code == 422
    sent = {
        "title": "Map club", "owner": teacher.pk, "ends_on": (world.today + timedelta(weeks=4)).isoformat(),
        "family_en": "We draw maps together.", "family_es": "Dibujamos mapas juntos.",
    }  # fmt: skip
    preview = browser.post(address, sent | {"step": "look"}).content.decode()
    assert "We draw maps together." in preview
    assert "Dibujamos mapas juntos." in preview
    assert not Support.objects.exists()
    assert browser.post(address, sent | {"step": "keep"}).status_code == 302
    assert page_of(guardian, world.student).helpers == []
    support = Support.objects.get()
    change = reverse("action_change", args=[support.public_id])
    shown = browser.get(change).context["form"]
    again = {bound.name: bound.value() if bound.value() is not None else "" for bound in shown}
    assert browser.post(change, again | {"step": "share"}).status_code == 302
    [seen] = page_of(guardian, world.student).helpers
    assert seen.family == "We draw maps together."


def test_a_changed_action_says_why(world, teacher):
    viewer = viewer_of(teacher)
    row = actions.start_action(by=viewer, student=world.student, action=action(world, teacher))
    facts = {"by": viewer, "support": row, "language": "en", "version": 1}
    with pytest.raises(PlanError):
        actions.change_action(to=action(world, teacher, minutes=40), reason=" ", **facts)
    actions.change_action(to=action(world, teacher, minutes=40), reason="More time helps", **facts)
    assert Amendment.objects.get(about=Subject.SUPPORT).text == "More time helps"
    with pytest.raises(TextChangedError):
        actions.change_action(to=action(world, teacher, minutes=50), reason="Again", **facts)
    with pytest.raises(PlanError):
        actions.start_action(
            by=viewer, student=world.student, action=action(world, teacher, ends_on=world.today + timedelta(weeks=13))
        )


def test_a_conflict_names_who_saved_last_and_keeps_what_was_typed(world, teacher, co_teacher, client_of):
    goal = services.set_goal(by=viewer_of(teacher), student=world.student, goal=GoalText("Read"), language="en")
    services.change_goal(by=viewer_of(co_teacher), goal=goal, to=GoalText("Read aloud"), version=1)
    address = reverse("goal_edit", args=[goal.public_id])
    answer = client_of(teacher).post(address, {"text": "Read maps", "language": "en", "version": 1})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert f"Saved by {co_teacher.display_name}" in text
    assert ("Read aloud" in text, "Read maps" in text, 'name="version" value="2"' in text) == (True, True, True)


def test_asking_for_a_language_is_a_look_that_is_written_down(world, teacher, client_of):
    row = say(teacher, world.student, language="es")
    client_of(teacher).post(reverse("language_ask", args=["statement", row.public_id]))
    assert ReadEvent.objects.filter(
        viewer_id=teacher.pk, block="plan", student_ids__contains=[world.student.pk]
    ).exists()


@pytest.mark.parametrize(("code", "called"), [("ht", "Haitian Creole"), ("tl", "Tagalog"), ("qaa", "qaa")])
@pytest.mark.parametrize("route", ["student_plan", "student_timeline"])
def test_words_in_any_language_are_read_with_its_name(world, teacher, client_of, route, code, called):
    say(teacher, world.student, "Mwen renmen chante.", language=code)
    answer = client_of(teacher).get(reverse(route, args=[world.student.public_id]), follow=True)
    assert (answer.status_code, f"Written in {called}" in answer.content.decode()) == (200, True)


def test_whoever_translates_reads_into_which_language(world, teacher, guardian, client_of):
    row = say(teacher, world.student)
    wish = services.ask_for_language(by=viewer_of(guardian), text=row, language="es")
    text = client_of(teacher).get(reverse("translation_answer", args=[wish.public_id])).content.decode()
    assert "In Spanish, please" in text


def test_all_of_a_goal_is_marked_with_the_language_it_was_written_in(world, teacher, client_of):
    words = {"measure": "una página", "baseline": "media página", "target": "dos páginas", "why": "Le gusta escribir"}
    goal = services.set_goal(
        by=viewer_of(teacher), student=world.student, goal=GoalText("Escribir más", **words), language="es"
    )
    text = client_of(teacher).get(reverse("student_plan", args=[world.student.public_id])).content.decode()
    whole = text[text.index(f'id="goal-{goal.public_id}"') :].split("</article>")[0]
    assert re.findall(r'<(?:h3|span) lang="es" dir="auto">([^<]+)<', whole) == [
        "Escribir más", "Le gusta escribir", "una página", "media página", "dos páginas",
    ]  # fmt: skip


# ------------------------------------------------------------------ many at once
@pytest.mark.django_db(transaction=True)
def test_ten_editors_of_one_plan_lose_nothing_in_fifty_rounds(world, teacher):
    goal = services.set_goal(by=viewer_of(teacher), student=world.student, goal=GoalText("0"), language="en")

    def edit(n: int) -> list[str]:
        """Five saves, each until it is in: whoever is second adds their words to what stands there and saves again."""
        saved = []
        try:
            for turn in range(5):
                mine, stands = f"w{n}-{turn}", Goal.objects.get()
                while mine not in saved:
                    wanted = GoalText(f"{stands.text} {mine}")
                    try:
                        services.change_goal(by=viewer_of(teacher), goal=stands, to=wanted, version=stands.version)
                        saved.append(mine)
                    except TextChangedError as changed:
                        stands = changed.current
        finally:
            connections.close_all()
        return saved

    with ThreadPoolExecutor(10) as pool:
        kept = [mine for saved in pool.map(edit, range(10)) for mine in saved]
    goal.refresh_from_db()
    assert len(kept) == 50
    assert goal.version == 51
    assert sorted(goal.text.split()) == sorted(["0", *kept])


@pytest.mark.django_db(transaction=True)
def test_ten_who_save_the_same_form_at_once_are_one_save_and_nine_times_both_texts(world, teacher, client_of):
    goal = services.set_goal(by=viewer_of(teacher), student=world.student, goal=GoalText("0"), language="en")
    address = reverse("goal_edit", args=[goal.public_id])
    browsers = [client_of(teacher) for _n in range(10)]

    def save(n: int) -> tuple[int, bool]:
        try:
            answer = browsers[n].post(address, {"text": f"words of {n}", "language": "en", "version": 1})
            return answer.status_code, f"words of {n}" in answer.content.decode()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(save, range(10)))
    assert sorted(answers) == [(302, False), *[(409, True)] * 9]


def test_every_small_form_shows_the_fields_it_asks_for(world, navigator, client_of):
    say(navigator, world.student)
    client = client_of(navigator)
    child = world.student.public_id
    said = PlanStatement.objects.get()
    for url, name in (
        (reverse("statement_add", args=[child]), "text"),
        (reverse("statement_edit", args=[said.public_id]), "text"),
        (reverse("need_add", args=[child]), "domain"),
        (reverse("goal_add", args=[child]), "text"),
        (reverse("goal_add", args=[child]), "measure"),
        (reverse("pathway_add", args=[child]), "interest"),
        (reverse("pointer_add", args=[child]), "kind"),
    ):
        assert f'name="{name}"' in client.get(url).content.decode(), url


def test_forms_that_stand_open_on_one_page_have_ids_of_their_own(world, navigator, client_of):
    say(navigator, world.student)
    client, child = client_of(navigator), world.student.public_id
    said = PlanStatement.objects.get()
    addresses = [
        *(f"{reverse('statement_add', args=[child])}?kind={kind}" for kind in ("strength", "interest", "hope")),
        reverse("statement_edit", args=[said.public_id]),
        reverse("need_add", args=[child]),
        reverse("goal_add", args=[child]),
        f"{reverse('goal_add', args=[child])}?horizon=after_school",
    ]
    page = client.get(reverse("student_plan", args=[child])).content.decode()
    opened = [client.get(url, headers={"HX-Request": "true"}).content.decode() for url in addresses]
    again = client.post(addresses[0], {"text": "", "language": "en"}, headers={"HX-Request": "true"})

    for forms in (opened, [*opened[1:], again.content.decode()]):
        whole = page + "".join(forms)
        ids = re.findall(r'\sid="([^"]+)"', whole)
        assert [name for name, n in Counter(ids).items() if n > 1] == []
        named = re.findall(r'(?:\sfor|aria-describedby|aria-labelledby)="([^"]+)"', "".join(forms))
        assert {one for names in named for one in names.split()} <= set(ids)
    assert f'href="#{re.search(r"#(id_[0-9a-f]{8}_text)", again.content.decode()).group(1)}"' in again.content.decode()
    assert again.status_code == 422
