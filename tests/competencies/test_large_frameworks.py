"""Frameworks of thousands: the pages and addresses of one ask the database as little as those of a small one."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.http import anonymous
from bench.frameworks import a_package
from competencies import services
from competencies.models import Association, Competency, Framework

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
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        body = b"".join(answer)
    assert answer.status_code == 200
    return len(queries), body


@pytest.mark.django_db
def test_pages_of_ten_thousand_items_ask_as_little_as_those_of_a_hundred(client):
    services.import_framework(by=anonymous(), data=json.dumps(a_package(100, 300)).encode())
    framework = Framework.objects.get()
    branch = Competency.objects.filter(children__isnull=False).order_by("position").first()
    leaf = Competency.objects.filter(children__isnull=True).order_by("-position").first()
    pages = [
        f"/frameworks/{framework.public_id}",
        f"/frameworks/{framework.public_id}?q=idea",
        f"/competencies/{branch.public_id}",
        f"/competencies/{leaf.public_id}",
        "/frameworks",
        f"/ims/case/v1p0/CFPackages/{framework.source_id}",
    ]
    small = {address: asked(client, address)[0] for address in pages}
    named = {"framework": framework.pk, "parent": branch.pk}
    with connection.cursor() as cursor:
        cursor.execute(GROW_ITEMS, named)
        cursor.execute(GROW_EDGES, named)
        cursor.execute("ANALYZE competencies_competency, competencies_association")
    assert Competency.objects.count() == 10_000
    assert Association.objects.count() == 30_000

    for address in pages:
        count, body = asked(client, address)
        assert count < MOST_QUERIES, address
        assert count <= small[address] + 2, address
        if "CFPackages" in address:
            assert len(json.loads(body)["CFItems"]) == 10_000
