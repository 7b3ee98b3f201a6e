"""What writers and readers see of the next version of a framework."""

from competencies.selectors.authoring.clashes import clashes_in_words
from competencies.selectors.authoring.copies import (
    comments_of,
    framework_to_write,
    item_of,
    may_write,
    name_of_person,
    open_copy_id,
    open_copy_of,
    working_comment,
    working_copies,
    working_copy,
    working_item,
)
from competencies.selectors.authoring.items import (
    codes_of,
    competency_elsewhere,
    edge_of,
    edges_of,
    ends_of,
    find_items,
    item_page,
    level_slots,
    parents_of,
    spoken,
)
from competencies.selectors.authoring.picture import Looked, working_picture
from competencies.selectors.authoring.tree import copy_counts, taken_out, working_tree

__all__ = [
    "Looked",
    "clashes_in_words",
    "codes_of",
    "comments_of",
    "competency_elsewhere",
    "copy_counts",
    "edge_of",
    "edges_of",
    "ends_of",
    "find_items",
    "framework_to_write",
    "item_of",
    "item_page",
    "level_slots",
    "may_write",
    "name_of_person",
    "open_copy_id",
    "open_copy_of",
    "parents_of",
    "spoken",
    "taken_out",
    "working_comment",
    "working_copies",
    "working_copy",
    "working_item",
    "working_picture",
    "working_tree",
]
