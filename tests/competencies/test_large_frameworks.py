"""Frameworks of thousands: the pages and addresses of one ask the database as little as those of a small one."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.http import anonymous
from bench.frameworks import a_package
from competencies import services
from competencies.models import Association, Competency, Framework
from competencies.services import authoring
from tests.cast import viewer_of

MOST_QUERIES = 10
# one after the other, on the same rows: a hundred, then ten thousand by one statement
GROW_ITEMS = """
INSERT INTO competencies_competency
  (public_id, framework_id, source_id, source_uri, code, name, statement, notes, kind, grades, subjects, concepts,
   language, position, parent_id, is_assessable, version, details)
SELECT gen_random_uuid(), %(framework)s, 'grown-' || n, '', 'G.' || n, 'Idea ' || n, 'Explain idea ' || n, '', '',
       '{03}', '{}', '{}', 'en', 1000 + n, %(parent)s, true, 1, '{}'
FROM generate_series(1, 9900) AS n
"""
GROW_EDGES = """
INSERT INTO competencies_association
  (framework_id, kind, source_id, origin_id, destination_id, origin_source_id, origin_uri, destination_source_id,
   destination_uri, is_broken_cycle, details)
SELECT framework_id, 'precedes', 'grown-' || id || '-' || k, id, id, source_id, '', source_id, '', false, '{}'
FROM competencies_competency, generate_series(1, 3) AS k
WHERE source_id LIKE 'grown-%%' AND framework_id = %(framework)s
"""


def asked(client, address):
    """How much a page asks, and what it says. Opening and closing a transaction asks nothing."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        body = b"".join(answer)
    assert answer.status_code == 200, address
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in queries), body


@pytest.fixture
def grown(db):
    """`grown()` makes the imported framework of a hundred items one of ten thousand, and gives how to reach it."""
    services.import_framework(by=anonymous(), data=json.dumps(a_package(100, 300)).encode())
    framework = Framework.objects.get(source="case")
    branch = Competency.objects.filter(framework=framework, children__isnull=False).order_by("position").first()
    named = {"framework": framework.pk, "parent": branch.pk}

    def grow():
        with connection.cursor() as cursor:
            cursor.execute(GROW_ITEMS, named)
            cursor.execute(GROW_EDGES, named)
            cursor.execute("ANALYZE competencies_competency, competencies_association")
        assert Competency.objects.filter(framework=framework).count() == 10_000
        assert Association.objects.filter(framework=framework).count() == 30_000

    grow.framework, grow.branch = framework, branch
    return grow


def addresses_of_copy(copy, branch):
    """Every page of a working copy that is read, by route and by what is asked of it."""
    item = copy.items.get(key=branch.source_id)
    leaf = copy.items.exclude(key__in=copy.items.values("parent_key")).order_by("position").last()

    def at(name, *args, query=""):
        return reverse(name, args=args) + query

    mine = copy.public_id
    return [
        at("working_copies"),
        at("working_copy", mine),
        at("working_copy", mine, query=f"?in={item.public_id}"),
        at("working_copy", mine, query="?q=idea"),
        at("working_item", item.public_id),
        at("working_item", leaf.public_id),
        at("working_item_edit", leaf.public_id),
        at("working_item_words", leaf.public_id, "es"),
        at("working_item_move", leaf.public_id, query="?q=idea"),
        at("working_item_tie", leaf.public_id, "same", query="?q=idea"),
        at("working_head", mine),
        at("working_add", mine),
        at("working_paste", mine),
        at("working_graph", mine),
        at("working_graph", mine, query="?q=idea&kind=precedes"),
        at("working_picture", mine),
        at("working_picture", mine, query=f"?branch={item.public_id}"),
        at("working_picture", mine, query=f"?around={leaf.public_id}&steps=2&beside={item.public_id}&q=idea"),
        at("working_update", mine),
    ]


@pytest.mark.django_db
def test_pages_of_ten_thousand_items_ask_as_little_as_those_of_a_hundred(client, grown, world, client_of):
    framework, branch = grown.framework, grown.branch
    leaf = Competency.objects.filter(framework=framework, children__isnull=True).order_by("-position").first()
    pages = [
        f"/frameworks/{framework.public_id}",
        f"/frameworks/{framework.public_id}?q=idea",
        f"/frameworks/{framework.public_id}/continuum",
        f"/frameworks/{framework.public_id}/continuum?branch={branch.public_id}",
        f"/frameworks/{framework.public_id}/versions",
        f"/frameworks/{framework.public_id}/cycles",
        f"/competencies/{branch.public_id}",
        f"/competencies/{leaf.public_id}",
        "/frameworks",
        f"/ims/case/v1p0/CFPackages/{framework.source_id}",
    ]
    small = {address: asked(client, address)[0] for address in pages}
    grown()
    for address in pages:
        count, body = asked(client, address)
        assert count < MOST_QUERIES, address
        assert count <= small[address] + 2, address
        if "CFPackages" in address:
            assert len(json.loads(body)["CFItems"]) == 10_000

    # the same framework while its next version is written
    district = world.people["district"]
    copy = authoring.open_copy(by=viewer_of(district), framework=framework)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE competencies_workingitem, competencies_workingedge")
    counts = {address: asked(client_of(district), address)[0] for address in addresses_of_copy(copy, branch)}
    assert {address: count for address, count in counts.items() if count >= MOST_QUERIES} == {}
