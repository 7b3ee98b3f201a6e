"""Writing the next version of a framework: copied, worded anew, moved, taken out, read by others, published."""

from __future__ import annotations

import json

import pytest

from accounts.models import AuditEvent
from competencies.errors import AuthoringError
from competencies.models import (
    Competency,
    Framework,
    WorkingItem,
)
from competencies.own_draft import draft_of_own
from competencies.services import authoring, publish_draft
from competencies.services.authoring.items import seen_of, values_of
from tests.cast import viewer_of
from tests.competencies.test_services import OWN_FILE, three

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
