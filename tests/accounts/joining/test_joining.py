"""Two records of one person become one, nothing is rewritten, and taking them apart is exact."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import models
from accounts.choices import RelationshipKind, Role
from accounts.http import viewer_for
from accounts.joining import selectors
from accounts.joining.services import CannotJoinError, Obstacle, join_people, undo_join
from accounts.keyring.services import close_account, open_account
from accounts.permissions import Permission, students_for
from accounts.signing import signs_alone
from assessments.models import Evidence, RefreshRequest
from assessments.tasks import look_again
from success_plans.choices import ConsentKind
from success_plans.selectors.consents import allowed_kinds
from success_plans.services.consents import answer_consent
from supports.models import Showing
from tests.accounts.rosters.scene import bring, changed, current_roster, person, sees, student
from tests.factories import (
    CompetencyFactory,
    EvidenceFactory,
    PersonFactory,
    RelationshipFactory,
    RoleAssignmentFactory,
    SchoolFactory,
    StudentFactory,
    SupportFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TABLES = (
    models.Person,
    models.PersonIdentifier,
    models.Student,
    models.User,
    models.RoleAssignment,
    models.Enrolment,
    models.TeachingAssignment,
    models.Relationship,
    Evidence,
)


def everything():
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in TABLES}


@pytest.fixture
def by(db):
    admin = PersonFactory(given_name="Odette")
    RoleAssignmentFactory(person=admin, role=Role.DISTRICT_ADMIN, school=None)
    return viewer_for(admin.pk)


@pytest.fixture
def twins(by):
    """The roster with Maya under two ids, both in the class and both with evidence."""
    files = current_roster()
    files["users.csv"] += "u1b,,,true,s1,student,maya2,,Maya,Lopez,,,maya@school.example,,,g2,05,\r\n"
    files["enrollments.csv"] += "e1b,,,k1,s1,u1b,student,false,,\r\n"
    bring(files)
    for source_id in ("u1", "u1b"):
        EvidenceFactory(student=student(source_id))
    return files


def join(by, kept, absorbed):
    return join_people(by=by, kept=kept, absorbed=absorbed, reason="Same birthday and family, asked the office.")


def test_evidence_stays_where_it_was_written_and_is_read_under_the_one_that_stays(by, twins):
    kept, absorbed = person("u1"), person("u1b")
    before = list(Evidence.objects.order_by("pk").values())
    join(by, kept, absorbed)
    assert list(Evidence.objects.order_by("pk").values()) == before
    alias = models.Student.objects.get(person=absorbed)
    assert alias.alias_of == models.Student.objects.get(person=kept)
    teacher = viewer_for(person("u4").pk)
    seen = students_for(teacher, Permission.READ_EVIDENCE)
    assert alias not in seen
    assert alias.alias_of in seen


def test_what_people_do_with_the_student_comes_along_and_goes_back(by, twins):
    kept, absorbed = student("u1"), student("u1b")
    today = timezone.localdate()

    def wish(whose, idea):
        return Showing.objects.create(
            key=uuid.uuid4(), student=whose, competency=idea, how="I explain it.", language="en", asked_on=today,
            answer_by=today + timedelta(days=14),
        )  # fmt: skip

    compare, shapes = CompetencyFactory(), CompetencyFactory()
    only, both = wish(absorbed, compare), wish(absorbed, shapes)
    wish(kept, shapes)
    support = SupportFactory(student=absorbed)
    merge = join(by, kept.person, absorbed.person)
    for row in (only, both, support):
        row.refresh_from_db()
    assert (only.student, support.student) == (kept, kept)
    assert both.student == absorbed  # the one that stays has a wish about it already
    undo_join(by=by, merge=merge)
    for row in (only, both, support):
        row.refresh_from_db()
        assert row.student == absorbed


def test_ids_seats_and_families_come_together(by, twins):
    kept, absorbed = person("u1"), person("u1b")
    join(by, kept, absorbed)
    assert {row.source_id for row in kept.identifiers.all()} == {"u1", "u1b"}
    seats = models.Enrolment.objects.filter(student__person=kept)
    assert {(seat.source_id, seat.is_active) for seat in seats} == {("e1", True), ("e1b", False)}
    assert not models.Enrolment.objects.filter(student__person=absorbed).exists()
    family = models.Relationship.objects.filter(student__person=kept, kind="guardian")
    assert {row.person for row in family} == {person("g1"), person("g2")}
    absorbed.refresh_from_db()
    assert not absorbed.is_active


def test_taking_them_apart_gives_back_exactly_what_was(by, twins):
    before = everything()
    merge = join(by, person("u1"), person("u1b"))
    assert everything() != before
    undo_join(by=by, merge=merge)
    assert everything() == before


@pytest.mark.parametrize(("kept", "absorbed"), [("u1", "u1b"), ("u1b", "u1"), ("u4", "g1"), ("g1", "u4"), ("u2", "g2")])
def test_taking_apart_is_exact_for_every_kind_of_pair(by, twins, kept, absorbed):
    before = everything()
    merge = join(by, person(kept), person(absorbed))
    undo_join(by=by, merge=merge)
    assert everything() == before


def test_a_teacher_who_is_also_family_becomes_one_person_with_both_circles(by, twins):
    join(by, person("u4"), person("g1"))
    assert sees("u4") == {
        ("u1", "section"),
        ("u1b", "section"),
        ("u2", "section"),
        ("u1", "guardian"),
    }
    assert person("g1") == person("u4")


def test_the_next_import_brings_one_person_and_writes_nothing_twice(by, twins):
    join(by, person("u1"), person("u1b"))
    bring(twins)
    assert bring(twins).ledger.writes == 0
    assert models.Student.objects.get(person=person("u1")).person.given_name == "Maya"
    assert models.Student.objects.filter(person__given_name="Maya", alias_of__isnull=True).count() == 1
    assert sees("u4") == {("u1", "section"), ("u1b", "section"), ("u2", "section")}
    result = bring(
        changed(twins, "users.csv", "u1b,,,true,s1,student,maya2,,Maya,Lopez", "u1b,,,true,s1,student,maya2,,M,L")
    )
    assert result.ledger.writes == 0  # the first id speaks for the person


def test_a_joined_person_leaves_only_when_all_ids_are_gone(by, twins):
    join(by, person("u1"), person("u1b"))
    bring(twins)
    one = twins | {"users.csv": twins["users.csv"].replace("u1b,,,true", "u1b,tobedeleted,,true")}
    bring(one)
    assert person("u1").is_active
    both = one | {"users.csv": one["users.csv"].replace("u1,,,true", "u1,tobedeleted,,true")}
    bring(both, confirm_leaving=True)
    assert not person("u1").is_active


def test_an_account_moves_or_is_closed_and_comes_back(by, twins):
    kept, absorbed = person("u1"), person("u1b")
    account = models.User.objects.get(person=absorbed)
    merge = join(by, kept, absorbed)
    account.refresh_from_db()
    assert account.person == kept  # the one that stays had none
    undo_join(by=by, merge=merge)
    account.refresh_from_db()
    assert account.person == absorbed
    own = UserFactory(person=kept, username="maya.own")
    merge = join(by, kept, absorbed)
    account.refresh_from_db()
    assert (account.person, account.is_active) == (absorbed, False)
    assert models.User.objects.get(person=kept) == own
    undo_join(by=by, merge=merge)
    account.refresh_from_db()
    assert account.is_active


def test_a_relationship_both_have_is_not_doubled(by):
    child = StudentFactory()
    one, other = PersonFactory(), PersonFactory()
    for adult in (one, other):
        RelationshipFactory(student=child, person=adult, kind=RelationshipKind.GUARDIAN, starts_on=by.today)
    merge = join(by, one, other)
    assert models.Relationship.objects.filter(student=child, person=one).count() == 1
    undo_join(by=by, merge=merge)
    assert models.Relationship.objects.filter(student=child, person=other).count() == 1


def test_records_joined_before_follow_and_part_in_order(by):
    first, second, third = StudentFactory(), StudentFactory(), StudentFactory()
    one = join(by, second.person, third.person)
    other = join(by, first.person, second.person)
    third.refresh_from_db()
    assert third.alias_of == first
    with pytest.raises(CannotJoinError) as refused:
        undo_join(by=by, merge=one)
    assert refused.value.obstacle is Obstacle.UNDO_LATER_FIRST
    undo_join(by=by, merge=other)
    third.refresh_from_db()
    assert third.alias_of == second
    undo_join(by=by, merge=one)
    third.refresh_from_db()
    assert third.alias_of is None


def test_what_makes_no_sense_is_refused_and_changes_nothing(by):
    one, other, third = PersonFactory(), PersonFactory(), PersonFactory()
    merge = join(by, one, other)
    before = everything()
    for kept, absorbed, why in (
        (one, one, Obstacle.SAME),
        (third, other, Obstacle.ALREADY_JOINED),
        (other, third, Obstacle.ALREADY_JOINED),
    ):
        with pytest.raises(CannotJoinError) as refused:
            join(by, kept, absorbed)
        assert refused.value.obstacle is why
    assert everything() == before
    undo_join(by=by, merge=merge)
    with pytest.raises(CannotJoinError) as refused:
        undo_join(by=by, merge=merge)
    assert refused.value.obstacle is Obstacle.ALREADY_UNDONE


def test_a_join_is_audited_with_both_students(by, twins):
    kept, absorbed = student("u1"), student("u1b")
    merge = join(by, kept.person, absorbed.person)
    event = models.AuditEvent.objects.get(action="person.join")
    assert (event.actor_id, event.subject_id) == (by.person_id, str(merge.public_id))
    assert set(event.student_ids) == {kept.pk, absorbed.pk}
    undo_join(by=by, merge=merge)
    assert models.AuditEvent.objects.filter(action="person.unjoin").count() == 1


def test_a_join_asks_to_look_again_at_both(by, twins, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as rings:
        join(by, person("u1"), person("u1b"))
    assert rings
    RefreshRequest.objects.all().delete()
    both = {student("u1").pk, *models.Student.objects.filter(alias_of__isnull=False).values_list("pk", flat=True)}
    look_again(student_ids=list(both))
    assert set(RefreshRequest.objects.values_list("student_id", flat=True)) == both


# ------------------------------------------------------------------ who may, and what they see


@pytest.fixture
def client(district, client_of):
    return client_of(district)


@pytest.fixture
def pair(world, client):
    """Two records of Maya at Riverside."""
    other = StudentFactory(
        school=world.school, person__given_name=world.student.person.given_name, person__family_name="Okafor"
    )
    return world.student.person, other.person


def test_a_pair_is_found_looked_at_joined_and_parted_by_page(client, pair):
    kept, absorbed = pair
    page = client.get(reverse("people"))
    assert b"May be one person" in page.content
    assert str(absorbed.public_id).encode() in page.content
    found = client.post(reverse("people"), {"q": "okaf"})
    assert found.content.count(b"Find the other record") == 2
    chosen = client.post(reverse("people"), {"q": "maya okafor", "with": str(kept.public_id)})
    assert chosen.content.count(b"Look at both, beside") == 1
    where = reverse("join_preview")
    query = {"one": str(kept.public_id), "other": str(absorbed.public_id)}
    preview = client.get(where, query)
    assert b"Evidence of both is read together" in preview.content
    refused = client.post(where, query | {"kept": str(kept.public_id), "reason": ""})
    assert refused.status_code == 422
    assert b"Say how you know" in refused.content
    assert models.PersonMerge.objects.count() == 0
    answer = client.post(where, query | {"kept": str(kept.public_id), "reason": "Asked <b>the</b> office"})
    merge = models.PersonMerge.objects.get()
    assert (merge.kept, merge.absorbed) == (kept, absorbed)
    page = client.get(answer.url)
    assert b"Take them apart" in page.content
    assert b"&lt;b&gt;the&lt;/b&gt;" in page.content
    page = client.post(reverse("join_undo", args=[merge.public_id]), follow=True)
    assert b"Taken apart again" in page.content
    page = client.post(reverse("join_undo", args=[merge.public_id]), follow=True)
    assert b"Nothing was done twice" in page.content


def test_every_look_at_a_student_is_noted_for_the_family(client, district, pair):
    client.post(reverse("people"), {"q": "okafor"})
    seen = models.ReadEvent.objects.filter(viewer_id=district.pk, block="identity")
    assert {event.student_ids[0] for event in seen} == {person.student.pk for person in pair}


def test_a_search_of_less_than_three_letters_finds_nobody(client, pair):
    for words in ("", "ok", "o k", "%", "___"):
        found = client.post(reverse("people"), {"q": words})
        assert b"Find the other record" not in found.content


def test_nobody_joins_their_own_record_and_so_comes_into_the_circle_of_another(
    world, client_of, plan_lead, navigator, district
):
    for lead in (plan_lead, district):
        viewer = viewer_for(lead.pk)
        assert selectors.person_to_join(viewer=viewer, public_id=lead.public_id) is None
        assert selectors.person_to_join(viewer=viewer, public_id=navigator.public_id) == navigator
    kinds = viewer_for(plan_lead.pk).kinds
    answer = client_of(plan_lead).post(
        reverse("join_preview"),
        {"one": plan_lead.public_id, "other": navigator.public_id, "kept": plan_lead.public_id, "reason": "me"},
    )
    assert answer.status_code == 404
    assert viewer_for(plan_lead.pk).kinds == kinds


def test_a_plan_lead_joins_people_of_the_own_school_only(world, client_of, plan_lead, pair):
    viewer = viewer_for(plan_lead.pk)
    elsewhere = world.student_elsewhere.person
    assert selectors.person_to_join(viewer=viewer, public_id=pair[0].public_id)
    assert selectors.person_to_join(viewer=viewer, public_id=elsewhere.public_id) is None
    client = client_of(plan_lead)
    query = {"one": str(pair[0].public_id), "other": str(elsewhere.public_id)}
    assert client.get(reverse("join_preview"), query).status_code == 404
    body = query | {"kept": str(pair[0].public_id), "reason": "x"}
    assert client.post(reverse("join_preview"), body).status_code == 404
    assert models.PersonMerge.objects.count() == 0
    found = client.post(reverse("people"), {"q": elsewhere.family_name})
    assert b"Nobody found" in found.content


@pytest.mark.parametrize(
    "who", ["teacher", "navigator", "student", "guardian", "principal", "partner", "operator", None]
)
def test_nobody_else_finds_these_pages(who, by, client_of, request, pair):
    merge = join(by, *pair)
    other = client_of(request.getfixturevalue(who) if who else None)
    expected = 404 if who else 302
    query = {"one": str(pair[0].public_id), "other": str(pair[1].public_id)}
    assert other.get(reverse("people")).status_code == expected
    assert other.post(reverse("people"), {"q": "okafor"}).status_code == expected
    assert other.get(reverse("join_preview"), query).status_code == expected
    assert other.post(reverse("join_preview"), query | {"kept": query["one"], "reason": "x"}).status_code == expected
    assert other.get(reverse("join_detail", args=[merge.public_id])).status_code == expected
    assert other.post(reverse("join_undo", args=[merge.public_id])).status_code == expected
    merge.refresh_from_db()
    assert merge.undone_at is None


@pytest.mark.parametrize("one", ["", "x", "5a1c1f0e-3b7e-4f0a-9a53-000000000003"])
def test_an_id_that_is_none_is_404(client, pair, one):
    assert client.get(reverse("join_preview"), {"one": one, "other": str(pair[0].public_id)}).status_code == 404
    assert client.post(reverse("people"), {"with": str(uuid.uuid4())}).status_code == 404
    assert client.post(reverse("join_undo", args=[uuid.uuid4()])).status_code == 404


def test_a_record_swapped_in_the_form_is_404(client, pair, world):
    query = {"one": str(pair[0].public_id), "other": str(pair[1].public_id), "reason": "x"}
    stranger = str(world.student_elsewhere.person.public_id)
    assert client.post(reverse("join_preview"), query | {"kept": stranger}).status_code == 404
    assert models.PersonMerge.objects.count() == 0


def test_likely_pairs_need_more_than_a_name(by):
    school = SchoolFactory()
    sam = {"person__given_name": "Sam", "person__family_name": "Oduya", "person__sort_name": "oduya, sam"}
    one = StudentFactory(school=school, grade="05", **sam)
    StudentFactory(school=SchoolFactory(), grade="02", **sam)
    third = StudentFactory(school=SchoolFactory(), grade="05", **sam)
    pairs = selectors.likely_pairs(viewer=by)
    assert [{first.person_id, second.person_id} for first, second in pairs] == [{one.person_id, third.person_id}]


def test_the_list_asks_as_often_for_many_as_for_few(client, world, django_assert_max_num_queries):
    for number in range(30):
        StudentFactory(
            school=world.school,
            entered_on=world.today - timedelta(days=number),
            person__given_name=f"Ann{number}",
            person__family_name="Quillfeather",
            person__sort_name=f"quillfeather, ann{number:02d}",
        )
    with django_assert_max_num_queries(60):  # twenty are shown, and each look is noted
        page = client.post(reverse("people"), {"q": "quillfeather"})
    assert page.content.count(b"Find the other record") == 20


# ------------------------------------------------------------------ rights that came with one of the records


def test_a_student_of_age_stays_of_age_when_records_are_joined_and_parted(by, twins):
    kept, absorbed = student("u1"), student("u1b")
    today = timezone.localdate()
    row = models.ComingOfAge.objects.create(student=absorbed, on=today, basis="record", recorded_by_id=by.person_id)
    account = models.User.objects.get(person=absorbed.person)
    own = viewer_for(absorbed.person_id, user_id=account.pk)
    answer_consent(by=own, student=absorbed, kind=ConsentKind.MEDIA, is_yes=True)
    assert allowed_kinds(absorbed) == {ConsentKind.MEDIA}

    merge = join(by, kept.person, absorbed.person)
    assert signs_alone(kept, on=today)
    assert allowed_kinds(kept) == {ConsentKind.MEDIA}
    undo_join(by=by, merge=merge)
    row.refresh_from_db()
    assert row.student == absorbed
    assert (signs_alone(absorbed, on=today), signs_alone(kept, on=today)) == (True, False)
    assert allowed_kinds(absorbed) == {ConsentKind.MEDIA}


def test_of_two_days_of_coming_of_age_the_one_that_stays_holds(by, twins):
    kept, absorbed = student("u1"), student("u1b")
    today = timezone.localdate()
    for one, ago in ((kept, 3), (absorbed, 5)):
        models.ComingOfAge.objects.create(
            student=one, on=today - timedelta(days=ago), basis="record", recorded_by_id=by.person_id
        )
    merge = join(by, kept.person, absorbed.person)
    assert models.ComingOfAge.objects.get(student=kept).on == today - timedelta(days=3)
    undo_join(by=by, merge=merge)
    assert models.ComingOfAge.objects.get(student=absorbed).on == today - timedelta(days=5)


def test_taking_apart_opens_no_account_that_was_closed_by_hand_meanwhile(by, twins):
    kept, absorbed = person("u1"), person("u1b")
    account = models.User.objects.get(person=absorbed)
    UserFactory(person=kept, username="maya.own")
    merge = join(by, kept, absorbed)
    assert close_account(by=by, person=absorbed, reason="Two accounts of one child.")
    undo_join(by=by, merge=merge)
    account.refresh_from_db()
    assert not account.is_active
    models.User.objects.filter(pk=account.pk).update(is_active=True)  # however it came to be open beside its closure
    assert close_account(by=by, person=absorbed, reason="Again.")
    assert not close_account(by=by, person=absorbed, reason="Twice.")
    account.refresh_from_db()
    assert not account.is_active
    assert open_account(by=by, person=absorbed, reason="A mistake.")
    account.refresh_from_db()
    assert account.is_active
