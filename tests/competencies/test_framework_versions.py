"""The difference of any two versions is what comparing them side by side finds, and everybody may read it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from django.urls import reverse

from accounts.http import anonymous
from competencies import services
from competencies.contents import same
from competencies.drafts import CompetencyDraft, EdgeDraft, FrameworkDraft, WordingDraft
from competencies.history import steps_of
from competencies.models import Competency, CompetencyVersion, Framework, FrameworkVersion
from competencies.selectors.versions import framework_diff, framework_versions

KEYS = [f"k{n}" for n in range(12)]


def draft_of(state):
    """A framework draft of {key: (name, parent, wording)}, edges between neighbours in it."""
    order = []

    def walk(parent):
        for key in sorted(state):
            if state[key][1] == parent:
                order.append(key)
                walk(key)

    walk(None)
    edges = [
        EdgeDraft(source_id=f"{a}>{b}", kind="precedes", origin=a, destination=b)
        for a, b in zip(order, order[1:], strict=False)
        if (int(a[1:]) + int(b[1:])) % 3
    ]
    return FrameworkDraft(
        source="own",
        source_id="drawn",
        title="Drawn",
        competencies=tuple(
            CompetencyDraft(
                source_id=key,
                name=state[key][0],
                statement=state[key][0],
                position=place,
                parent=state[key][1],
                wordings=(WordingDraft("student", "en", state[key][2]),),
            )
            for place, key in enumerate(order)
        ),
        edges=tuple(edges),
    )


def changed_at_random(draw, state):
    """The next state: some reworded, some gone with their parts, some back or new, some moved."""
    new = dict(state)
    for key in list(new):
        if draw.random() < 0.2:
            new[key] = (draw.choice("abc"), *new[key][1:])
        if draw.random() < 0.15:
            new[key] = (*new[key][:2], draw.choice("xyz"))
    for key in [key for key in new if draw.random() < 0.15]:
        new.pop(key)
    for key in KEYS:
        if key not in new and draw.random() < 0.35:
            new[key] = (draw.choice("abc"), None, draw.choice("xyz"))
    for key in list(new):
        if draw.random() < 0.25:
            # only under an earlier key, so that nothing hangs under itself
            earlier = [other for other in new if int(other[1:]) < int(key[1:])]
            new[key] = (new[key][0], draw.choice([None, *earlier]), new[key][2])
        if new[key][1] is not None and new[key][1] not in new:
            new[key] = (new[key][0], None, new[key][2])
    return new


def naive(before, after, ever):
    """What is different, by looking at both."""
    return {
        "added": {key for key in after if key not in before and key not in ever},
        "returned": {key for key in after if key not in before and key in ever},
        "retired": {key for key in before if key not in after},
        "reworded": {k for k in before if k in after and (before[k][0], before[k][2]) != (after[k][0], after[k][2])},
        "moved": {key for key in before if key in after and before[key][1] != after[key][1]},
    }


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(4))
def test_the_difference_of_any_two_versions_is_what_looking_at_both_finds(number):
    draw = random.Random(number)
    states = [dict.fromkeys(KEYS[:8], ("a", None, "x"))]
    services.publish_draft(by=anonymous(), draft=draft_of(states[0]))
    while len(states) < 6:
        new = changed_at_random(draw, states[-1])
        if services.publish_draft(by=anonymous(), draft=draft_of(new)).changed:
            states.append(new)
    framework = Framework.objects.get(source_id="drawn")
    assert framework.version == len(states)
    keys = dict(Competency.objects.filter(framework=framework).values_list("pk", "source_id"))
    edges = [{edge.source_id for edge in draft_of(state).edges} for state in states]
    for start in range(1, len(states)):
        for end in range(start + 1, len(states) + 1):
            page = framework_diff(
                viewer=anonymous(), public_id=framework.public_id, start=start, end=end, language="en", whole=True
            )
            found = {kind: {keys[pk] for pk in ids} for kind, ids in page.difference.ids.items()}
            ever = {key for state in states[:start] for key in state}
            assert found == naive(states[start - 1], states[end - 1], ever), (start, end)
            assert page.difference.ties_in.count == len(edges[end - 1] - edges[start - 1])
            assert page.difference.ties_out.count == len(edges[start - 1] - edges[end - 1])


def test_what_left_and_came_back_is_no_difference():
    steps = steps_of([{"added": [1], "retired": [2]}, {"retired": [1], "returned": [2], "moved": [[2, 5, 6]]}])
    assert (steps.added, steps.returned, steps.retired) == ([], [], [])
    assert steps.moved == [(2, 5, 6)]


# ------------------------------------------------------------------ pages


@pytest.fixture
def two_versions(db):
    """A framework with two versions: one reworded, one retired, one new."""
    first = {"k1": ("Counts apples", None, "x"), "k2": ("Adds", None, "x")}
    services.publish_draft(by=anonymous(), draft=draft_of(first))
    second = {"k1": ("Counts pears", None, "x"), "k3": ("Takes away", None, "x")}
    services.publish_draft(
        by=anonymous(), draft=replace(draft_of(second), title="Drawn anew"), note="Pears, not apples."
    )
    return Framework.objects.get(source_id="drawn")


def test_anybody_reads_the_versions_and_their_difference(client, two_versions):
    answer = client.get(reverse("framework_versions", args=[two_versions.public_id]))
    assert "Pears, not apples." in answer.text
    assert "See what version 2 changed" in answer.text
    diff = client.get(reverse("framework_diff", args=[two_versions.public_id]) + "?from=1&to=2").text
    assert "<del><span" in diff
    for words in ("apples", "pears", "Takes away", "Adds", "Retired, never deleted", "Drawn"):
        assert words in diff
    turned = client.get(reverse("framework_diff", args=[two_versions.public_id]) + "?from=2&to=1").text
    assert "from version 1 to 2" in turned


def test_odd_numbers_of_versions_are_answered_with_the_nearest(client, two_versions):
    for query in ("", "?from=0&to=99", "?from=x&to=-3", "?from=2&to=2"):
        assert client.get(reverse("framework_diff", args=[two_versions.public_id]) + query).status_code == 200


def test_versions_of_a_framework_that_is_not_public_are_hidden(client, two_versions):
    Framework.objects.filter(pk=two_versions.pk).update(is_published=False)
    assert client.get(reverse("framework_versions", args=[two_versions.public_id])).status_code == 404
    assert client.get(reverse("framework_diff", args=[two_versions.public_id])).status_code == 404


def test_the_pages_cost_the_same_however_much_changed(client, two_versions, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get(reverse("framework_diff", args=[two_versions.public_id]) + "?from=1&to=2")
    with django_assert_max_num_queries(6):
        client.get(reverse("framework_versions", args=[two_versions.public_id]))


def test_the_page_of_a_competency_says_what_was_reworded_and_what_is_retired(client, two_versions):
    reworded = Competency.objects.get(source_id="k1")
    gone = Competency.objects.get(source_id="k2")
    assert "How the wording changed" in client.get(reverse("competency_detail", args=[reworded.public_id])).text
    assert "No longer part of its framework" in client.get(reverse("competency_detail", args=[gone.public_id])).text
    first, second = CompetencyVersion.objects.filter(competency=reworded).order_by("number")
    assert not same(first.content, second.content)


def test_a_version_that_was_never_written_down_is_said_to_be_unknown(world):
    Framework.objects.filter(pk=world.framework.pk).update(version=2)
    assert not FrameworkVersion.objects.filter(framework=world.framework).exists()
    page = framework_versions(viewer=anonymous(), public_id=world.framework.public_id, language="en")
    assert [row.is_known for row in page.versions] == [False, False]
    diff = framework_diff(viewer=anonymous(), public_id=world.framework.public_id, start=1, end=2, language="en")
    assert diff.gaps == (2,)
