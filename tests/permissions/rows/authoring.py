"""Who may do what at the addresses of `competencies.urls.authoring`, and where a next version is published."""

from __future__ import annotations

from typing import Any

from competencies.services import authoring
from tests.cast import World, viewer_of
from tests.permissions.matrix import ALL, DISTRICT, STAFF, Row, opens

WRITE = opens(DISTRICT)
READ = opens(STAFF)
WRITE_READ_BY_ALL = opens(DISTRICT, denies=STAFF)  # before readers: staff see it and may not change it

ROWS: list[Row] = [
    Row("framework_versions", "framework", GET=ALL),
    Row("framework_diff", "framework", GET=ALL),
    Row("framework_start", GET=WRITE, POST=WRITE),
    Row("framework_edit", "framework", GET=WRITE, POST=WRITE),
    Row("working_copies", GET=READ),
    Row("working_copy", "copy_in_review", GET=READ),
    Row("working_head", "copy_in_review", GET=WRITE_READ_BY_ALL, POST=WRITE_READ_BY_ALL),
    Row("working_review", "copy_in_review", POST=WRITE_READ_BY_ALL),
    Row("working_put_away", "copy_to_put_away", POST=WRITE_READ_BY_ALL),
    Row("working_update", "copy_in_review", GET=WRITE_READ_BY_ALL, POST=WRITE_READ_BY_ALL),
    Row("working_comment", "copy_in_review", POST=READ),
    Row("working_answer", "copy_comment", GET=WRITE_READ_BY_ALL, POST=WRITE_READ_BY_ALL),
    Row("working_add", "copy_in_review", GET=WRITE_READ_BY_ALL, POST=WRITE_READ_BY_ALL),
    Row("working_paste", "copy_in_review", GET=WRITE_READ_BY_ALL, POST=WRITE_READ_BY_ALL),
    Row("working_place", "copy_in_review", POST=WRITE_READ_BY_ALL),
    Row("working_graph", "copy_in_draft", GET=WRITE),  # a draft is its writers' alone
    Row("working_picture", "copy_in_review", GET=READ, POST=WRITE_READ_BY_ALL),
    Row("working_edge_remove", "copy_in_review", POST=WRITE_READ_BY_ALL),
    Row("working_item", "copy_item", GET=READ),
    Row("working_parts", "copy_item", GET=READ),
    Row("working_item_edit", "copy_item", GET=WRITE_READ_BY_ALL, POST=WRITE_READ_BY_ALL),
    Row("working_item_words", "copy_item_in_spanish", GET=WRITE_READ_BY_ALL, POST=WRITE_READ_BY_ALL),
    Row("working_item_move", "copy_item", GET=WRITE_READ_BY_ALL),
    Row("working_item_state", "copy_item", POST=WRITE_READ_BY_ALL),
    Row("working_item_tie", "copy_item_before", GET=WRITE_READ_BY_ALL, POST=WRITE_READ_BY_ALL),
    Row("working_publish", "copy_in_review", GET=READ, POST=WRITE_READ_BY_ALL),
]
BODIES: dict[str, dict[str, Any]] = {}


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """The next version of the world's framework before readers, one of its items, a comment, and two other copies."""
    by = viewer_of(world.people["district"])
    copy = authoring.open_copy(by=by, framework=world.framework)
    item = copy.items.get(key=world.idea["compare"].source_id)
    authoring.edit_item(by=by, item=item, seen=authoring.seen_of(item), values={"notes": "Read aloud."}, labels={})
    authoring.ask_review(by=by, copy=copy)
    away = authoring.start_framework(by=by, title="Music", language="en")
    authoring.ask_review(by=by, copy=away)
    return {
        "copy_in_review": copy,
        "copy_item": item,
        "copy_item_in_spanish": {"public_id": item.public_id, "code": "es"},
        "copy_item_before": {"public_id": item.public_id, "how": "before"},
        "copy_comment": authoring.comment_on(by=by, copy=copy, text="Why not a drawing?", language="en"),
        "copy_to_put_away": away,
        "copy_in_draft": authoring.start_framework(by=by, title="Art", language="en"),
    }
