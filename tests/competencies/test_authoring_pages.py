"""The pages of a next version: two people at once, pasting, moving, connecting, what publishing changes."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import pytest
from django.urls import reverse

from competencies.choices import AssociationKind
from competencies.models import Competency, Framework, WorkingCopy, WorkingEdge, WorkingItem
from competencies.own_draft import draft_of_own
from competencies.services import authoring, publish_draft
from competencies.services.authoring.copies import seen_of_head
from tests import factories as make
from tests.cast import see, viewer_of
from tests.competencies.test_services import OWN_FILE

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def by(world):
    return viewer_of(world.people["district"])


@pytest.fixture
def own(by):
    """The demonstration's framework, published, and its open copy."""
    publish_draft(by=by, draft=draft_of_own(json.loads(OWN_FILE.read_text("utf-8"))))
    return authoring.open_copy(by=by, framework=Framework.objects.get(source="own", title__contains="Riverbend"))


@pytest.fixture
def desk(client_of, district):
    return client_of(district)


def item(copy, code):
    return WorkingItem.objects.get(copy=copy, code=code)


def at(name, thing, *more):
    return reverse(name, args=[thing.public_id, *more])


def text_of(answer):
    """What somebody reads on a page, without its markup."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def tied(copy, *codes):
    """Whether the first comes directly before the second."""
    ends = [item(copy, code).key for code in codes]
    return WorkingEdge.objects.filter(
        copy=copy, kind=AssociationKind.PRECEDES, origin_key=ends[0], destination_key=ends[1], is_retired=False
    ).exists()


# ------------------------------------------------------------------ two people at once


def sent(page, **new):
    """What a browser sends back from a form it was shown, with some of it changed."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in (values | new).items() if value not in (None, False)}


def test_two_people_on_one_item_both_see_both_texts_and_nothing_is_lost(own, desk, by, client_of, world):
    other = make.PersonFactory(given_name="Ines", family_name="Vega")
    make.UserFactory(person=other)
    make.RoleAssignmentFactory(person=other, role="district_admin", school=None)
    address = at("working_item_edit", item(own, "FR.1"))
    mine, theirs = desk.get(address), client_of(other).get(address)
    client_of(other).post(address, sent(theirs, name="Fair shares", is_assessable=""))

    answer = desk.post(address, sent(mine, name="Equal pieces", notes="Fold paper first."))

    assert answer.status_code == 409
    told = text_of(answer)
    for words in ("Equal pieces", "Fair shares", "Fold paper first.", "Saved by Ines Vega"):
        assert words in told
    assert "Students can show it Yours, not saved yet yes Saved by Ines Vega no" in told
    assert answer.context["form"]["name"].value() == "Equal pieces"  # still typed
    assert item(own, "FR.1").name == "Fair shares"  # not overwritten

    again = desk.post(address, sent(answer, name="Fair and equal pieces"))
    assert again.status_code == 302
    assert (item(own, "FR.1").name, item(own, "FR.1").fields["notes"]) == ("Fair and equal pieces", "Fold paper first.")


def test_two_people_on_the_words_of_one_language_see_both_by_level_and_by_what_they_are(own, desk, by):
    row = item(own, "FR.1")
    address = at("working_item_words", row, "es")
    page = desk.get(address)
    authoring.edit_words(
        by=by,
        item=row,
        language="es",
        seen=page.context["form"]["seen"].value(),
        words={("student", "3"): "Parto en partes iguales."},
        labels={},
    )
    answer = desk.post(address, sent(page, student__3="Hago partes iguales."))
    assert answer.status_code == 409
    told = text_of(answer)
    assert "Hago partes iguales." in told
    assert "Parto en partes iguales." in told
    assert "student 3" not in told


def test_two_people_on_what_the_framework_says_of_itself_see_the_fields_by_their_labels(own, desk, by):
    address = at("working_head", own)
    page = desk.get(address)
    words = {"title": "Their title", "translations": {"es": {"title": "Su marco", "description": ""}}}
    authoring.edit_head(by=by, copy=own, seen=seen_of_head(own), words=words, labels={})
    answer = desk.post(address, sent(page, title="My title", title_es="Mi marco"))
    assert answer.status_code == 409
    told = text_of(answer)
    assert "Title in Spanish Yours, not saved yet Mi marco Saved meanwhile Su marco" in told
    assert "es:" not in told


# ------------------------------------------------------------------ many at once


def test_an_outline_is_looked_at_mended_by_line_and_written_as_it_was_shown(own, desk):
    address = f"{at('working_paste', own)}?in={item(own, 'DA').public_id}"
    before = own.items.count()
    wrong = desk.post(
        address, {"text": "Maps\n  MP.1 Reads a legend\n  MP.1 Finds north\n  FR.1 Shares", "do": "write"}
    )
    assert wrong.status_code == 422
    told = text_of(wrong)
    assert "2 lines need another look" in told
    assert "Line 3 MP.1 Finds north Another line has the same code." in told
    assert "Line 4 FR.1 Shares This code is used in the framework already." in told
    assert "Maps\n  MP.1 Reads a legend" in wrong.content.decode()  # still there to be mended
    assert own.items.count() == before

    text = "Maps\n  MP.1 Reads a legend\n  MP.2 Finds north"
    look = desk.post(address, {"text": text, "do": "look"})
    assert look.status_code == 200
    assert "3 would be added" in text_of(look)
    assert own.items.count() == before
    assert look.context["form"]["text"].value() == text

    desk.post(address, {"text": text, "do": "write"})
    assert own.items.count() == before + 3
    maps = WorkingItem.objects.get(copy=own, name="Maps")
    assert (maps.parent_key, maps.is_assessable) == (item(own, "DA").key, False)
    assert item(own, "MP.2").parent_key == maps.key


def test_nothing_pasted_is_said_and_writes_nothing(own, desk):
    before = own.items.count()
    for text in ("", "   \n\t\n"):
        assert desk.post(at("working_paste", own), {"text": text, "do": "write"}).status_code == 422
    assert own.items.count() == before


# ------------------------------------------------------------------ moves


def codes_in(copy, code):
    rows = WorkingItem.objects.filter(copy=copy, parent_key=item(copy, code).key, is_retired=False)
    return list(rows.order_by("position", "pk").values_list("code", flat=True))


def test_the_keys_move_a_row_and_every_move_is_said_or_refused_in_words(own, desk):
    def press(place):
        answer = desk.post(at("working_place", own), {"place": place}, HTTP_ACCEPT="application/json")
        return answer.status_code, answer.json()

    row = item(own, "DA.2")
    status, said = press(f"up:{row.public_id}")
    assert (status, said["problem"]) == (200, "")
    assert row.name in said["said"]
    assert codes_in(own, "DA")[:2] == ["DA.2", "DA.1"]
    assert press(f"up:{row.public_id}") == (422, {"said": "", "problem": f"“{row.name}” already stands first here."})
    assert press(f"into:{row.public_id}")[0] == 422
    assert press(f"down:{row.public_id}")[0] == 200
    assert press(f"into:{row.public_id}")[1]["said"] == f"“{row.name}” now stands in “{item(own, 'DA.1').name}”."
    assert press(f"out:{row.public_id}")[0] == 200
    assert codes_in(own, "DA")[:2] == ["DA.1", "DA.2"]
    assert press("up:nothing")[0] == 422


def test_without_a_script_a_move_comes_back_to_its_place(own, desk):
    row = item(own, "DA.2")
    answer = desk.post(at("working_place", own), {"place": f"up:{row.public_id}"})
    assert answer["Location"] == f"{at('working_copy', own)}?in={item(own, 'DA').public_id}#item-{row.public_id}"


# ------------------------------------------------------------------ the picture


def undoing(answer):
    """What the button that undoes the last change sends."""
    form = next(one for one in re.findall(r"<form.*?</form>", answer.content.decode(), re.S) if "picture-undo" in one)
    return dict(re.findall(r'name="(do|edge|origin|destination)" value="([^"]+)"', form))


def test_the_picture_shows_a_branch_and_two_are_connected_and_taken_off_again(own, desk):
    address = f"{at('working_picture', own)}?branch={item(own, 'DA').public_id}"
    page = desk.get(address).content.decode()
    one, two = item(own, "DA.4"), item(own, "DA.1")
    assert f'data-node="{one.public_id}"' in page
    ends = {"do": "tie", "origin": str(item(own, "DA.1").public_id), "destination": str(one.public_id)}

    answer = desk.post(address, ends, **HTMX)
    assert answer.status_code == 200
    assert tied(own, "DA.1", "DA.4")
    assert answer.content.decode().lstrip().startswith('<section id="picture-board"')
    edge = WorkingEdge.objects.get(copy=own, origin_key=two.key, destination_key=one.key)
    assert f'data-tie="{edge.public_id}"' in answer.content.decode()
    assert f'data-untie="{edge.public_id}"' in answer.content.decode()

    back = {**ends, "origin": ends["destination"], "destination": ends["origin"]}
    refused = desk.post(address, back, **HTMX)
    assert refused.status_code == 422
    assert "That would be a loop" in text_of(refused)
    assert not tied(own, "DA.4", "DA.1")

    off = desk.post(address, undoing(answer), **HTMX)
    assert off.status_code == 200
    assert not tied(own, "DA.1", "DA.4")
    desk.post(address, undoing(off), **HTMX)
    assert tied(own, "DA.1", "DA.4")


def test_without_a_script_the_picture_comes_back_with_what_happened(own, desk):
    address = f"{at('working_picture', own)}?branch={item(own, 'DA').public_id}"
    ends = {"do": "tie", "origin": str(item(own, "DA.1").public_id), "destination": str(item(own, "DA.4").public_id)}
    answer = desk.post(address, ends, follow=True)
    assert answer.redirect_chain == [(address, 302)]
    assert f"“{item(own, 'DA.1').name}” comes before “{item(own, 'DA.4').name}” now." in text_of(answer)
    nothing = desk.post(address, {"do": "tie", "origin": ends["origin"], "destination": ""}, follow=True)
    assert "Choose a competency first." in text_of(nothing)


def test_somebody_took_it_off_before_or_took_out_one_end(own, desk, by):
    address = at("working_picture", own)
    edge = WorkingEdge.objects.filter(copy=own, kind=AssociationKind.PRECEDES).first()
    for _time in range(2):
        answer = desk.post(address, {"do": "untie", "edge": str(edge.public_id)}, **HTMX)
    assert answer.status_code == 422
    assert "no longer here" in text_of(answer)
    gone = item(own, "AL.5")
    authoring.retire_item(by=by, item=gone)
    ends = {"do": "tie", "origin": str(gone.public_id), "destination": str(item(own, "DA.1").public_id)}
    assert "is taken out. Take it back first." in text_of(desk.post(address, ends, **HTMX))


def test_around_one_another_one_of_a_far_branch_is_shown_beside_it_and_connected(own, desk):
    here, far = item(own, "DA.1"), item(own, "SD.8")
    address = f"{at('working_picture', own)}?around={here.public_id}&steps=1&beside={far.public_id}"
    page = desk.get(address)
    assert {one.name for one in page.context["page"].beside} == {far.name}
    assert page.context["address"] == address
    ends = {"do": "tie", "origin": str(here.public_id), "destination": str(far.public_id)}
    assert desk.post(address, ends, **HTMX).status_code == 200
    assert tied(own, "DA.1", "SD.8")


@pytest.mark.parametrize("query", ["branch=no", "around=no", "branch={gone}", "around={gone}", "branch={leaf}"])
def test_what_is_not_there_cannot_be_looked_at(own, desk, query):
    leaf = item(own, "DA.1").public_id
    gone = "00000000-0000-4000-8000-000000000000"
    assert desk.get(f"{at('working_picture', own)}?{query.format(leaf=leaf, gone=gone)}").status_code == 404


def test_readers_see_the_picture_and_have_nothing_to_change_it_with(own, by, client_of, teacher):
    authoring.ask_review(by=by, copy=own)
    page = client_of(teacher).get(f"{at('working_picture', own)}?branch={item(own, 'DA').public_id}").content.decode()
    assert "continuum-picture" in page
    for part in ("data-graph", "data-tie", "data-grip", "graph.js", "Take off"):
        assert part not in page


# ------------------------------------------------------------------ both sides changed it


def publish_past(by, copy, change):
    """Publish another version past the open copy, as an import would."""
    draft = authoring.draft_of_copy(by=by, copy=copy)
    publish_draft(by=by, draft=change(draft))
    copy.framework.refresh_from_db()


def with_items(draft, **changed):
    rows = tuple(replace(one, **changed.get(one.code.replace(".", "_"), {})) for one in draft.competencies)
    return replace(draft, competencies=rows)


def test_what_both_sides_changed_is_read_side_by_side_in_words(own, desk, by):
    def theirs(draft):
        keys = {one.code: one.source_id for one in draft.competencies}
        edges = tuple(
            replace(edge, destination=keys["SD"])
            if edge.kind == AssociationKind.CHILD_OF and edge.origin == keys["FR.1"]
            else edge
            for edge in draft.edges
        )
        changed = with_items(draft, FR_1={"grades": ("07",), "name": "Theirs", "parent": keys["SD"]})
        return replace(changed, edges=edges, translations={"es": {"title": "Su marco"}}, title="Their title")

    publish_past(by, own, theirs)
    row = item(own, "FR.1")
    values = authoring.values_of(row) | {"grades": ["08"], "name": "Ours"}
    authoring.edit_item(by=by, item=row, seen=authoring.seen_of(row), values=values, labels={})
    authoring.edit_words(
        by=by,
        item=row,
        language="es",
        seen=authoring.seen_of_words(row, "es"),
        words={("student", "3"): "Parto igual."},
        labels={},
    )
    authoring.place_item(by=by, item=item(own, "FR.1"), under=item(own, "DA"))
    head = {"title": "Our title", "translations": {"es": {"title": "Nuestro marco", "description": ""}}}
    authoring.edit_head(by=by, copy=own, seen=seen_of_head(own), words=head, labels={})

    told = text_of(desk.get(at("working_update", own)))

    def sides(label, mine, yours):
        return f"{label} Here, not published yet {mine} In the framework now {yours}"

    assert sides("Name", "Ours", "Theirs") in told
    assert sides("Grades", "08", "07") in told
    assert sides("Branch", f"DA · {item(own, 'DA').name}", f"SD · {item(own, 'SD').name}") in told
    assert sides("Title", "Our title", "Their title") in told
    assert sides("Title, in Spanish", "Nuestro marco", "Su marco") in told
    assert re.search(
        r"In student words, [^,]+, Spanish Here, not published yet Parto igual\. In the framework now", told
    )
    for raw in (item(own, "DA").key, "translations", "{", "parent"):
        assert raw not in told


def test_a_choice_that_was_made_stays_while_another_one_is_missing(own, desk, by):
    publish_past(by, own, lambda d: with_items(d, FR_1={"name": "Theirs"}, FR_2={"name": "Theirs too"}))
    for code in ("FR.1", "FR.2"):
        row = item(own, code)
        values = authoring.values_of(row) | {"name": f"Ours {code}"}
        authoring.edit_item(by=by, item=row, seen=authoring.seen_of(row), values=values, labels={})
    key = item(own, "FR.1").key
    answer = desk.post(at("working_update", own), {f"stays-{key}": "theirs"})
    assert answer.status_code == 422
    assert "Choose which text stays for “Ours FR.2”." in text_of(answer)
    assert f'name="stays-{key}" value="theirs" checked' in answer.content.decode()
    answer = desk.post(at("working_update", own), {f"stays-{key}": "theirs", f"stays-{item(own, 'FR.2').key}": "mine"})
    assert answer.status_code == 302
    assert [item(own, code).name for code in ("FR.1", "FR.2")] == ["Theirs", "Ours FR.2"]


def test_what_one_side_made_a_branch_stays_one_whatever_the_other_side_worded(own, by):
    publish_past(by, own, lambda d: with_items(d, FR_1={"name": "Theirs"}, FR_2={"is_assessable": False}))
    row = item(own, "FR.1")
    values = authoring.values_of(row) | {"is_assessable": False}
    authoring.edit_item(by=by, item=row, seen=authoring.seen_of(row), values=values, labels={})
    authoring.bring_up_to_date(by=by, copy=own, choices={})
    assert (item(own, "FR.1").name, item(own, "FR.1").is_assessable) == ("Theirs", False)
    assert not item(own, "FR.2").is_assessable


# ------------------------------------------------------------------ publishing


def seen_on(page):
    return re.search(r'name="seen" value="([^"]+)"', page.content.decode())[1]


def test_before_it_is_published_the_page_counts_who_is_affected_and_names_nobody(own, desk, by, world):
    reworded = Competency.objects.get(framework=own.framework, code="FR.1")
    for student in world.students[:3]:
        see(world.people["teacher"], student, reworded, 3)
    row = item(own, "FR.1")
    values = authoring.values_of(row) | {"name": "Fair shares"}
    authoring.edit_item(by=by, item=row, seen=authoring.seen_of(row), values=values, labels={})
    address = at("working_publish", own)
    assert "Put the copy before readers first" in text_of(desk.get(address))
    assert desk.post(address, {"show": "on"}).status_code == 422
    authoring.ask_review(by=by, copy=own)
    told = text_of(desk.get(address))
    assert "Who is affected" in told
    assert world.student.person.given_name not in told
    assert Framework.objects.get(pk=own.framework_id).version == 1
    seen = seen_on(desk.get(address))

    authoring.edit_item(
        by=by, item=row, seen=authoring.seen_of(item(own, "FR.1")), values=values | {"name": "Unread"}, labels={}
    )
    refused = desk.post(address, {"note": "Fair.", "show": "on", "seen": seen})
    assert (refused.status_code, Framework.objects.get(pk=own.framework_id).version) == (422, 1)
    assert "changed the copy after you looked" in text_of(refused)
    assert "Unread" in text_of(refused)

    answer = desk.post(address, {"note": "Fair.", "show": "on", "seen": seen_on(refused)})
    assert answer.status_code == 302
    assert Framework.objects.get(pk=own.framework_id).version == 2
    assert WorkingCopy.objects.get(pk=own.pk).published_version == 2
