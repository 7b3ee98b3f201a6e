"""Writing the next version of a framework: working copies, their items and edges, review and publication."""

from competencies.services.authoring.comments import answer_comment, comment_on
from competencies.services.authoring.copies import (
    ask_review,
    back_to_draft,
    edit_head,
    open_copy,
    put_away,
    start_framework,
)
from competencies.services.authoring.drafting import draft_of_copy
from competencies.services.authoring.edges import KINDS as EDGE_KINDS
from competencies.services.authoring.edges import add_edge, remove_edge
from competencies.services.authoring.items import (
    add_item,
    edit_item,
    edit_words,
    seen_of,
    seen_of_words,
    spoken_of,
    values_of,
    write_outline,
)
from competencies.services.authoring.places import move_item, place_item, retire_item, take_back
from competencies.services.authoring.publication import preview_of, publish_copy, seen_of_copy
from competencies.services.authoring.updating import bring_up_to_date, pending_changes

__all__ = [
    "EDGE_KINDS",
    "add_edge",
    "add_item",
    "answer_comment",
    "ask_review",
    "back_to_draft",
    "bring_up_to_date",
    "comment_on",
    "draft_of_copy",
    "edit_head",
    "edit_item",
    "edit_words",
    "move_item",
    "open_copy",
    "pending_changes",
    "place_item",
    "preview_of",
    "publish_copy",
    "put_away",
    "remove_edge",
    "retire_item",
    "seen_of",
    "seen_of_copy",
    "seen_of_words",
    "spoken_of",
    "start_framework",
    "take_back",
    "values_of",
    "write_outline",
]
