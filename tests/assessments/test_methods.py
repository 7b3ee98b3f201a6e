"""A district changes how a framework is judged: counted first, confirmed, then everybody is judged again."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import AuditEvent, Job
from assessments import services
from assessments.choices import MethodName
from assessments.models import MasterySummary, MethodChoice
from assessments.services.methods import MethodChangedError, MethodChangeError
from competencies.models import Level, Scale
from supports import recompute
from tests.assessments.test_judgements import judge
from tests.cast import demonstrate, see, viewer_of


def start(world, district, method="latest", **more):
    """A change somebody would like to make."""
    wish = {
        "parameters": {},
        "target": world.framework.target,
        "scale": world.framework.scale.public_id,
        **more,
    }
    return services.start_method_change(by=viewer_of(district), framework=world.framework, method=method, **wish)


def counted(job):
    """The job after a worker did its next part."""
    services.run_method_change(job_id=job.pk)
    job.refresh_from_db()
    return job


@pytest.fixture
def seen(world, teacher):
    """Maya stands at building under criterion; highest says shown. Ben is judged by a person."""
    for ago, value in ((9, 3), (5, 2), (1, 2)):
        see(teacher, world.student, world.idea["compare"], value, on=world.day(ago))
    demonstrate(teacher, world.student, world.idea["shapes"], until=world.today)
    see(teacher, world.students[1], world.idea["compare"], 4)
    judge(teacher, world.students[1], world.idea["compare"], 2)
    recompute.refresh_due()


def test_the_preview_counts_what_would_change_and_writes_nothing(world, district, seen):
    job = counted(start(world, district, "highest"))

    assert job.state == "waiting"
    assert job.report == {
        "students": 2,
        "changed_students": 1,
        "pairs": 3,
        "kept": 1,
        "level_changes": 0,
        "moves": [["building", "shown", 1]],
    }
    assert not MethodChoice.objects.exists()
    assert not AuditEvent.objects.filter(action="method.choose").exists()


def test_saying_yes_stores_a_version_and_everybody_is_judged_again(world, district, seen):
    job = counted(start(world, district, "highest"))
    old = MasterySummary.objects.get(student=world.student, competency=world.idea["compare"])
    assert services.confirm_method_change(by=viewer_of(district), job=job)
    old.refresh_from_db()
    assert old.method == "criterion"  # it keeps what it was made with until it is made again
    assert not services.confirm_method_change(by=viewer_of(district), job=job)
    job = counted(job)
    recompute.refresh_due()

    assert (job.state, job.report["in_line"]) == ("done", 2)
    choice = MethodChoice.objects.get()
    assert (choice.version, choice.method, choice.chosen_by) == (1, "highest", district)
    row = MasterySummary.objects.get(student=world.student, competency=world.idea["compare"])
    assert (row.method, row.method_version, row.shape) == ("highest", 1, "shown")
    judged = MasterySummary.objects.get(student=world.students[1])
    assert (judged.method, judged.shape) == ("highest", "building")
    assert recompute.compare(recompute.students_to_check()) == []


def test_what_arrives_between_the_choice_and_the_replay_is_judged_by_the_new_one(world, district, teacher, seen):
    job = counted(start(world, district, "highest"))
    leased = recompute.batches.evidence.lease(10)
    assert leased is None
    see(teacher, world.students[2], world.idea["compare"], 4)
    leased = recompute.batches.evidence.lease(10)
    outcomes, _failed = recompute.reason(list(leased.versions))  # read while the old method stands
    services.confirm_method_change(by=viewer_of(district), job=job)
    recompute.write(leased, outcomes)
    counted(job)
    recompute.refresh_due()

    assert set(MasterySummary.objects.values_list("method_version", flat=True)) == {1}
    assert recompute.compare(recompute.students_to_check()) == []


def test_a_preview_that_is_out_of_date_is_not_acted_on(world, district, seen):
    first, second = counted(start(world, district, "highest")), counted(start(world, district, "latest"))
    services.confirm_method_change(by=viewer_of(district), job=first)

    with pytest.raises(MethodChangedError):
        services.confirm_method_change(by=viewer_of(district), job=second)
    assert MethodChoice.objects.count() == 1


def test_another_target_is_a_new_version_of_the_framework(world, district, seen):
    job = counted(start(world, district, "criterion", target=Decimal(2)))
    assert job.report["moves"] == [["building", "shown", 1], ["shown", "deeper", 1]]
    services.confirm_method_change(by=viewer_of(district), job=job)
    counted(job)
    recompute.refresh_due()

    world.framework.refresh_from_db()
    assert (world.framework.target, world.framework.version) == (2, 2)
    assert not MethodChoice.objects.exists()
    assert set(MasterySummary.objects.values_list("framework_version", flat=True)) == {2}
    assert recompute.compare(recompute.students_to_check()) == []


def test_a_scale_with_one_more_level_can_be_chosen_and_a_shorter_one_cannot(world, district, seen):
    longer, shorter = Scale.objects.create(name="Five"), Scale.objects.create(name="Two")
    for scale, values in ((longer, range(1, 6)), (shorter, (1, 3))):
        Level.objects.bulk_create(Level(scale=scale, value=value, names={"en": f"L{value}"}) for value in values)
    with pytest.raises(MethodChangeError):
        start(world, district, "criterion", scale=shorter.public_id)
    job = counted(start(world, district, "criterion", scale=longer.public_id))
    services.confirm_method_change(by=viewer_of(district), job=job)
    counted(job)
    recompute.refresh_due()

    world.framework.refresh_from_db()
    assert world.framework.scale == longer
    assert recompute.compare(recompute.students_to_check()) == []


@pytest.mark.parametrize(
    ("method", "more"),
    [
        ("criterion", {}),
        ("best_of_class", {}),
        ("weighted", {"parameters": {"w": 100}}),
        ("latest", {"target": Decimal("2.5")}),
        ("latest", {"scale": uuid.UUID(int=0)}),
    ],
)
def test_what_cannot_be_used_is_refused(world, district, method, more):
    with pytest.raises(MethodChangeError):
        start(world, district, method, **more)
    assert not Job.objects.exists()


# ------------------------------------------------------------------ pages
def test_the_district_reads_the_method_tries_another_and_says_yes(world, district, seen, client_of):
    client = client_of(district)
    page = reverse("framework_method", args=[world.framework.public_id])
    html = client.get(page).content.decode()
    assert "Early tries never pull it down." in html
    for name in MethodName.values:
        assert f"?method={name}" in html
    assert 'name="w"' in client.get(page, {"method": "weighted"}).content.decode()
    body = {"method": "weighted", "w": "60", "target": "3", "scale": str(world.framework.scale.public_id)}
    for wrong in ({"w": "0"}, {"w": "x"}, {"target": "9"}, {"scale": "x"}, {"method": "x"}):
        assert client.post(page, {**body, **wrong}).status_code == 422
    answer = client.post(page, body)
    job = Job.objects.get()
    change = reverse("method_change", args=[job.public_id])
    assert answer.url == change
    assert "hx-trigger" in client.get(change).content.decode()
    counted(job)
    html = client.get(change).content.decode()
    assert "Judge it this way from now on" in html
    assert "Okafor" not in html
    assert "Maya" not in html
    assert client.post(reverse("method_change_confirm", args=[job.public_id])).status_code == 302
    assert MethodChoice.objects.get().parameters == {"w": 60}
    counted(job)
    assert "Chosen, and everybody is in line" in client.get(change).content.decode()
    assert "choice 1" in client.get(page).content.decode()


def test_saying_no_leaves_everything_and_a_stale_yes_says_why(world, district, seen, client_of):
    client = client_of(district)
    no, yes, late = (counted(start(world, district, name)) for name in ("highest", "latest", "average"))
    assert client.post(reverse("method_change_cancel", args=[no.public_id])).status_code == 302
    assert "Nothing was changed" in client.get(reverse("method_change", args=[no.public_id])).content.decode()
    assert client.post(reverse("method_change_confirm", args=[yes.public_id])).status_code == 302
    answer = client.post(reverse("method_change_confirm", args=[late.public_id]))
    assert answer.status_code == 409
    assert "Make a new one" in answer.content.decode()
