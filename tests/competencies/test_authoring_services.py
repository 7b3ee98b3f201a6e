"""Writing the next version of a framework: copied, worded anew, moved, taken out, read by others, published."""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent
from assessments.models import Evidence
from competencies.choices import AssociationKind, WorkingState
from competencies.errors import AuthoringError, MovedOnError, WordsChangedError
from competencies.models import (
    Association,
    Competency,
    CompetencyVersion,
    Framework,
    FrameworkVersion,
    WorkingCopy,
    WorkingEdge,
    WorkingItem,
)
from competencies.outlines import read_outline
from competencies.own_draft import draft_of_own
from competencies.services import authoring, publish_draft
from competencies.services.authoring import seen_of, seen_of_words, spoken_of, values_of
from competencies.services.authoring.copies import seen_of_head
from tests.cast import see, viewer_of
from tests.competencies.test_services import OWN_FILE, three
from tests.loop.test_locks import somebody_waits_for_us
from tests.processes import eventually

LABELS = {name: name for name in ("code", "name", "statement", "notes", "grades", "concepts")}


@pytest.fixture
def by(world):
    """The district administrator as a viewer."""
    return viewer_of(world.people["district"])


@pytest.fixture
def own(by):
    """The demonstration's framework, published, and its open copy."""
    import_own(by)
    return authoring.open_copy(by=by, framework=Framework.objects.exclude(source_id__startswith="framework").get())


def import_own(by):
    return publish_draft(by=by, draft=draft_of_own(json.loads(OWN_FILE.read_text("utf-8"))))


def item(copy, **which):
    return WorkingItem.objects.get(copy=copy, **which)


def reword(by, row, **new):
    return authoring.edit_item(by=by, item=row, seen=seen_of(row), values={**values_of(row), **new}, labels=LABELS)


def publish(by, copy, **options):
    authoring.ask_review(by=by, copy=copy)
    return authoring.publish_copy(by=by, copy=copy, **options)


# ------------------------------------------------------------------ opening


def test_a_copy_holds_everything_that_is_current_and_publishing_it_untouched_changes_nothing(own, by):
    assert own.based_on == 1
    assert own.items.count() == Competency.objects.filter(framework=own.framework).count()
    assert own.edges.count() == own.framework.associations.exclude(kind="isChildOf").count()
    found = authoring.preview_of(by=by, copy=own)
    assert not found.changes_anything


def test_an_untouched_copy_of_an_imported_package_changes_nothing_either(bring_in, by):
    bring_in(three())
    copy = authoring.open_copy(by=by, framework=Framework.objects.get(source="case"))
    assert not authoring.preview_of(by=by, copy=copy).changes_anything
    with pytest.raises(AuthoringError, match="nothing to publish"):
        publish(by, copy)
    assert Framework.objects.get(source="case").version == 1


def test_a_second_opening_gives_the_same_copy(own, by):
    assert authoring.open_copy(by=by, framework=own.framework) == own
    assert AuditEvent.objects.filter(action="framework_copy.open").count() == 1


def test_ten_thousand_competencies_are_copied_in_a_few_queries(world, by, django_assert_max_num_queries):
    framework = Framework.objects.create(
        title="Large", source="own", source_id="large", scale=world.framework.scale, target=3
    )
    branches = Competency.objects.bulk_create(
        Competency(
            framework=framework,
            source_id=f"b{n}",
            name=f"Branch {n}",
            statement="x",
            position=n * 101,
            is_assessable=False,
        )
        for n in range(100)
    )
    Competency.objects.bulk_create(
        Competency(
            framework=framework,
            source_id=f"c{n}-{m}",
            name=f"Idea {n} {m}",
            statement="x",
            position=n * 101 + m + 1,
            parent=branch,
        )
        for n, branch in enumerate(branches)
        for m in range(100)
    )
    with django_assert_max_num_queries(40):
        copy = authoring.open_copy(by=by, framework=framework)
    assert copy.items.count() == 10_100
    assert not authoring.preview_of(by=by, copy=copy).changes_anything


# ------------------------------------------------------------------ writing


def test_a_new_wording_is_saved_with_its_translation_of_the_own_language(own, by):
    row = reword(by, item(own, code="FR.1"), name="Equal shares", grades=["03"])
    assert row.name == "Equal shares"
    assert row.version == 2
    assert spoken_of(row, "en")["name", ""] == "Equal shares"
    assert spoken_of(row, "es")["name", ""] != "Equal shares"


def test_two_people_on_one_item_lose_nothing(own, by):
    row = item(own, code="FR.1")
    seen, before = seen_of(row), values_of(row)
    reword(by, row, name="Equal shares")
    with pytest.raises(WordsChangedError) as changed:
        authoring.edit_item(by=by, item=row, seen=seen, values={**before, "name": "Fair parts"}, labels=LABELS)
    assert ("name", "Fair parts", "Equal shares") in changed.value.rows
    assert item(own, code="FR.1").name == "Equal shares"
    authoring.edit_item(
        by=by, item=row, seen=changed.value.seen, values={**before, "name": "Fair parts"}, labels=LABELS
    )
    assert item(own, code="FR.1").name == "Fair parts"


def test_the_words_of_a_level_are_written_per_language_and_beside_somebody_elses_name(own, by):
    row = item(own, code="FR.1")
    seen = seen_of_words(row, "es")
    reword(by, row, name="Equal shares")
    said = {("student", "3"): "Parto en partes iguales."}
    row = authoring.edit_words(by=by, item=row, language="es", seen=seen, words=said, labels={})
    assert spoken_of(row, "es")["student", "3"] == "Parto en partes iguales."
    assert row.name == "Equal shares"
    with pytest.raises(WordsChangedError):
        authoring.edit_words(by=by, item=row, language="es", seen=seen, words={("student", "3"): "Otra"}, labels={})


def test_a_pasted_outline_becomes_branches_and_competencies(own, by):
    lines = read_outline("Maps\n  MP.1 Reads a legend\n  - Finds north\n    Uses a compass").lines
    made = authoring.write_outline(by=by, copy=own, under=None, lines=lines)
    keys = [one.key for one in made]
    assert [one.parent_key for one in made] == ["", keys[0], keys[0], keys[2]]
    assert [one.is_assessable for one in made] == [False, True, False, True]
    assert [one.code for one in made] == ["", "MP.1", "", ""]


# ------------------------------------------------------------------ places


def names_in(copy, parent):
    rows = WorkingItem.objects.filter(copy=copy, parent_key=parent, is_retired=False).order_by("position", "pk")
    return [row.code for row in rows]


def test_items_move_up_down_into_and_out(own, by):
    branch = item(own, code="DA")
    assert names_in(own, branch.key) == ["DA.1", "DA.2", "DA.3", "DA.4"]
    authoring.move_item(by=by, item=item(own, code="DA.3"), how="up")
    assert names_in(own, branch.key) == ["DA.1", "DA.3", "DA.2", "DA.4"]
    authoring.move_item(by=by, item=item(own, code="DA.1"), how="down")
    assert names_in(own, branch.key) == ["DA.3", "DA.1", "DA.2", "DA.4"]
    authoring.move_item(by=by, item=item(own, code="DA.4"), how="into")
    assert names_in(own, item(own, code="DA.2").key) == ["DA.4"]
    authoring.move_item(by=by, item=item(own, code="DA.4"), how="out")
    assert names_in(own, branch.key) == ["DA.3", "DA.1", "DA.2", "DA.4"]
    authoring.move_item(by=by, item=item(own, code="DA.1"), how="out")
    tops = names_in(own, "")
    assert tops[tops.index("DA") + 1] == "DA.1"
    with pytest.raises(AuthoringError, match="at the top"):
        authoring.move_item(by=by, item=item(own, code="DA.1"), how="out")


def test_nothing_moves_into_a_part_of_itself(own, by):
    branch, leaf = item(own, code="DA"), item(own, code="DA.1")
    with pytest.raises(AuthoringError, match="that is a part of it"):
        authoring.place_item(by=by, item=branch, under=leaf)
    with pytest.raises(AuthoringError, match="into itself"):
        authoring.place_item(by=by, item=leaf, under=leaf)


def test_a_page_that_is_old_moves_and_fills_nothing_that_was_taken_out(own, by):
    branch, part = item(own, code="FR"), item(own, code="FR.1")
    elsewhere = authoring.add_item(by=by, copy=own, under=None, name="Elsewhere")
    authoring.retire_item(by=by, item=branch)
    lines = read_outline("Halves").lines

    for act in (
        lambda: authoring.move_item(by=by, item=part, how="up"),
        lambda: authoring.place_item(by=by, item=elsewhere, under=branch),
        lambda: authoring.add_item(by=by, copy=own, under=branch, name="Lost"),
        lambda: authoring.write_outline(by=by, copy=own, under=branch, lines=lines),
    ):
        with pytest.raises(AuthoringError, match="taken out"):
            act()

    assert not WorkingItem.objects.filter(copy=own, name__in=["Lost", "Halves"]).exists()


def test_publishing_and_importing_hold_the_framework_in_one_order(own, by):
    reword(by, item(own, code="FR.1"), name="Fair shares")
    with CaptureQueriesContext(connection) as asked:
        publish(by, own)
    said = [one["sql"] for one in asked]
    together = next(n for n, sql in enumerate(said) if "pg_advisory_xact_lock(hashtextextended" in sql)
    row = next(n for n, sql in enumerate(said) if "FOR UPDATE" in sql and "competencies_framework" in sql)

    assert together < row


def test_a_branch_goes_out_with_its_parts_and_comes_back_with_them(own, by):
    single = item(own, code="DA.2")
    authoring.retire_item(by=by, item=single)
    assert authoring.retire_item(by=by, item=item(own, code="DA")) == 4
    assert names_in(own, item(own, code="DA").key) == []
    assert authoring.take_back(by=by, item=item(own, code="DA")) == 4
    assert names_in(own, item(own, code="DA").key) == ["DA.1", "DA.3", "DA.4"]
    authoring.retire_item(by=by, item=item(own, code="DA"))
    authoring.take_back(by=by, item=item(own, code="DA.2"))
    assert not item(own, code="DA").is_retired
    assert item(own, code="DA.1").is_retired


# ------------------------------------------------------------------ the graph


def test_a_loop_of_what_comes_before_is_refused_by_name(own, by):
    first = WorkingEdge.objects.filter(copy=own, kind=AssociationKind.PRECEDES).first()
    a, b = item(own, key=first.origin_key), item(own, key=first.destination_key)
    with pytest.raises(AuthoringError) as refused:
        authoring.add_edge(by=by, origin=b, kind=AssociationKind.PRECEDES, destination=a)
    assert (
        str(refused.value)
        == f"That would be a loop: “{b.name}” comes before “{a.name}”, and “{a.name}” before “{b.name}” again."
    )
    with pytest.raises(AuthoringError, match="connected so already"):
        authoring.add_edge(by=by, origin=a, kind=AssociationKind.PRECEDES, destination=b)
    with pytest.raises(AuthoringError, match="before itself"):
        authoring.add_edge(by=by, origin=a, kind=AssociationKind.PRECEDES, destination=a)


def test_an_edge_is_taken_out_and_put_back(own, by):
    edge = WorkingEdge.objects.filter(copy=own, kind=AssociationKind.PRECEDES).first()
    authoring.remove_edge(by=by, edge=edge)
    found = authoring.preview_of(by=by, copy=own)
    assert found.retired_edges == [edge.key]
    a, b = item(own, key=edge.origin_key), item(own, key=edge.destination_key)
    authoring.add_edge(by=by, origin=a, kind=edge.kind, destination=b)
    assert not authoring.preview_of(by=by, copy=own).changes_anything


def test_a_competency_is_the_same_as_one_of_another_framework(own, by, world):
    other = world.idea["compare"]
    edge = authoring.add_edge(by=by, origin=item(own, code="FR.4"), kind=AssociationKind.EXACT_MATCH, destination=other)
    publish(by, own)
    stored = Association.objects.get(source_id=edge.key)
    assert stored.destination == other
    assert stored.origin.code == "FR.4"


# ------------------------------------------------------------------ publishing


def test_a_second_version_writes_what_changed_and_nothing_else(own, by, world):
    reworded = Competency.objects.get(framework=own.framework, code="FR.1")
    gone = Competency.objects.get(framework=own.framework, code="AL.5")
    teacher = world.people["teacher"]
    for one in (reworded, gone):
        see(teacher, world.student, one, 3)
    reword(by, item(own, code="FR.1"), name="Equal shares")
    authoring.retire_item(by=by, item=item(own, code="AL.5"))
    new = authoring.add_item(by=by, copy=own, under=item(own, code="DA"), name="Asks with data")
    authoring.move_item(by=by, item=item(own, code="SD.8"), how="out")
    before = CompetencyVersion.objects.count()
    done = publish(by, own, note="Shares and data.")

    assert (done.version, done.new, done.reworded, done.moved, done.retired) == (2, 1, 1, 1, 1)
    assert CompetencyVersion.objects.count() == before + 2
    row = FrameworkVersion.objects.get(framework=own.framework, number=2)
    added = Competency.objects.get(source_id=new.key)
    assert row.note == "Shares and data."
    assert row.published_by_id == by.person_id
    assert row.changes["added"] == [added.pk]
    assert row.changes["reworded"] == [reworded.pk]
    assert row.changes["retired"] == [gone.pk]
    assert [one[0] for one in row.changes["moved"]] == [Competency.objects.get(code="SD.8").pk]
    assert added.public_id == new_public(new)
    assert added.parent.code == "DA"
    assert [piece.competency for piece in Evidence.objects.order_by("pk")] == [reworded, gone]
    gone.refresh_from_db()
    assert gone.retired_at is not None
    copy = WorkingCopy.objects.get(pk=own.pk)
    assert (copy.state, copy.published_version) == (WorkingState.PUBLISHED, 2)
    assert not authoring.preview_of(by=by, copy=authoring.open_copy(by=by, framework=own.framework)).changes_anything


def new_public(row):
    return uuid.UUID(row.key)


def test_what_a_version_changed_is_never_rewritten(own, by):
    row = FrameworkVersion.objects.get(framework=own.framework)
    assert row.changes["added_count"] == own.items.count()
    with pytest.raises(DatabaseError), transaction.atomic():
        FrameworkVersion.objects.filter(pk=row.pk).update(note="Another")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_what_was_retired_comes_back(own, by):
    authoring.retire_item(by=by, item=item(own, code="AL.5"))
    publish(by, own)
    again = authoring.open_copy(by=by, framework=own.framework)
    authoring.take_back(by=by, item=item(again, code="AL.5"))
    done = publish(by, again)
    assert (done.version, done.returned) == (3, 1)
    assert Competency.objects.get(code="AL.5").retired_at is None


def test_a_copy_is_read_before_it_is_published(own, by):
    reword(by, item(own, code="FR.1"), name="Equal shares")
    with pytest.raises(AuthoringError, match="before readers"):
        authoring.publish_copy(by=by, copy=own)


def test_a_framework_of_ones_own_begins_empty_and_is_published(by):
    copy = authoring.start_framework(by=by, title="Music", language="en")
    with pytest.raises(AuthoringError, match="nothing in it"):
        publish(by, copy)
    branch = authoring.add_item(by=by, copy=copy, under=None, name="Rhythm", is_assessable=False)
    authoring.add_item(by=by, copy=copy, under=branch, name="Claps a beat")
    done = authoring.publish_copy(by=by, copy=copy, show=True, in_use=True)
    framework = Framework.objects.get(public_id=done.public_id)
    assert (framework.title, framework.is_published, framework.is_in_use, framework.version) == ("Music", True, True, 1)
    assert [one.name for one in framework.competencies.order_by("position")] == ["Rhythm", "Claps a beat"]


# ------------------------------------------------------------------ the framework moved on


def moved_on(by, own, **changes):
    """Publish another version past the open copy, as an import would."""
    draft = authoring.draft_of_copy(by=by, copy=own)
    competencies = tuple(
        replace(one, **changes[one.code.replace(".", "_")]) if one.code.replace(".", "_") in changes else one
        for one in draft.competencies
        if changes.get(one.code.replace(".", "_"), {}) is not None
    )
    publish_draft(by=by, draft=replace(draft, competencies=competencies))
    own.framework.refresh_from_db()


def test_a_copy_that_was_overtaken_is_not_published_before_both_are_brought_together(own, by):
    moved_on(by, own, FR_1={"name": "Theirs", "wordings": None}, FR_2={"name": "Theirs too", "wordings": None})
    reword(by, item(own, code="FR.1"), name="Ours")
    reword(by, item(own, code="FR.3"), name="Ours as well")
    with pytest.raises(MovedOnError):
        publish(by, own)
    pending = authoring.pending_changes(by=by, copy=own)
    assert [one.name for one in pending.clashes] == ["Ours"]
    assert ("name", "Ours", "Theirs") in pending.clashes[0].rows
    with pytest.raises(AuthoringError, match="Choose which text stays"):
        authoring.bring_up_to_date(by=by, copy=own, choices={})
    authoring.bring_up_to_date(by=by, copy=own, choices={pending.clashes[0].key: "mine"})
    names = {code: item(own, code=code).name for code in ("FR.1", "FR.2", "FR.3")}
    assert names == {"FR.1": "Ours", "FR.2": "Theirs too", "FR.3": "Ours as well"}
    done = authoring.publish_copy(by=by, copy=own)
    assert (done.version, done.reworded) == (3, 2)


def test_what_one_side_retired_and_the_other_changed_is_a_choice(own, by):
    moved_on(by, own, AL_5=None, AL_4=None)
    reword(by, item(own, code="AL.5"), name="Still ours")
    pending = authoring.pending_changes(by=by, copy=own)
    assert [one.theirs_is_out for one in pending.clashes] == [True]
    authoring.bring_up_to_date(by=by, copy=own, choices={pending.clashes[0].key: "theirs"})
    assert item(own, code="AL.5").is_retired
    assert item(own, code="AL.4").is_retired
    found = authoring.preview_of(by=by, copy=own)
    assert not any([found.new, found.reworded, found.returned, found.retired, found.moved])


# ------------------------------------------------------------------ head, review, comments


def test_the_head_is_saved_by_one_person_at_a_time(own, by):
    seen = seen_of_head(own)
    authoring.edit_head(by=by, copy=own, seen=seen, words={"title": "New title"}, labels={})
    own.refresh_from_db()
    with pytest.raises(WordsChangedError):
        authoring.edit_head(by=by, copy=own, seen=seen, words={"title": "Another"}, labels={})
    publish(by, own)
    row = FrameworkVersion.objects.get(framework=own.framework, number=2)
    assert row.changes["head"]["title"][1] == "New title"


def test_readers_comment_and_are_answered_once(own, by, world):
    teacher = viewer_of(world.people["teacher"])
    authoring.ask_review(by=by, copy=own)
    comment = authoring.comment_on(by=teacher, copy=own, item=item(own, code="FR.1"), text="Why?", language="en")
    authoring.answer_comment(by=by, comment=comment, text="Because.", language="en")
    with pytest.raises(AuthoringError, match="answered this already"):
        authoring.answer_comment(by=by, comment=comment, text="Again.", language="en")
    authoring.put_away(by=by, copy=own)
    with pytest.raises(AuthoringError, match="closed"):
        authoring.comment_on(by=teacher, copy=own, text="Too late", language="en")
    with pytest.raises(AuthoringError, match="closed"):
        reword(by, item(own, code="FR.1"), name="Too late")
    assert authoring.open_copy(by=by, framework=own.framework) != own


@pytest.mark.django_db(transaction=True)
def test_what_is_saved_while_somebody_publishes_is_in_the_version_or_refused(own, by):
    row = item(own, code="FR.1")
    answers = []

    def save() -> None:
        try:
            answers.append(reword(by, row, name="Too late"))
        except AuthoringError as error:
            answers.append(error)
        finally:
            connection.close()

    late = threading.Thread(target=save)
    with transaction.atomic():  # a publication that has read the copy and is not done yet
        WorkingCopy.objects.select_for_update().get(pk=own.pk)
        late.start()
        eventually(somebody_waits_for_us)
        WorkingCopy.objects.filter(pk=own.pk).update(closed_at=timezone.now(), state=WorkingState.PUBLISHED)
    late.join(timeout=60)

    assert isinstance(answers[0], AuthoringError), "saved into a copy nobody publishes any more"
    assert item(own, code="FR.1").name != "Too late"
