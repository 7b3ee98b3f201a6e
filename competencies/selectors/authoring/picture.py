"""The connections of a working copy as a picture: "comes before", from all of it down to one competency."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.permissions import Viewer
from accounts.svg import Editing, Hold
from competencies.choices import AssociationKind
from competencies.continuum import build_continuum
from competencies.models import WorkingCopy, WorkingEdge, WorkingItem
from competencies.pictures import Face, picture_of
from competencies.selectors.continua import holds_words, sentence_of
from competencies.zoom import STEPS, Item, Tree, View, look_around, look_into

BESIDE = 8
"""Competencies that can be shown beside the one that is looked at."""


@dataclass(frozen=True, slots=True)
class PictureNode:
    """A competency or branch of the picture. `holds`: how many competencies a branch holds, 0 for one competency."""

    public_id: UUID
    name: str
    code: str
    holds: int = 0
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class PictureTie:
    """One "comes before" of the picture: its edge and both ends. `edge_id` None: it stands for `count` of them."""

    edge_id: UUID | None
    origin: PictureNode
    destination: PictureNode
    count: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class PicturePage:
    """What is looked at: where one is (`trail`, outermost first), the picture, and the same as lines.

    `nodes` are what is drawn, `choices` those of them that can be connected. `loops` counts connections that are left
    out because they lead back to where they began.
    """

    trail: tuple[PictureNode, ...]
    branch: PictureNode | None
    around: PictureNode | None
    beside: tuple[PictureNode, ...]
    steps: int
    svg: str
    sentence: str
    nodes: tuple[PictureNode, ...]
    choices: tuple[PictureNode, ...]
    ties: tuple[PictureTie, ...]
    total: int
    page: int
    pages: int
    loops: int


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody looks at: a `branch`, or what is `around` one competency with others `beside` it; else all."""

    branch: UUID | None = None
    around: UUID | None = None
    beside: tuple[UUID, ...] = ()
    steps: int = STEPS[0]
    page: int = 1


def working_picture(*, viewer: Viewer, copy: WorkingCopy, looked: Looked, may_write: bool) -> PicturePage | None:
    """The picture of a copy. None for what is not there. Three queries, however large; what is drawn is bounded."""
    rows = list(
        WorkingItem.objects.filter(copy=copy, is_retired=False)
        .order_by("position", "pk")
        .values_list("pk", "public_id", "key", "parent_key", "is_assessable")
    )
    by_key = {key: pk for pk, _id, key, _parent, _learned in rows}
    by_id = {public_id: pk for pk, public_id, _key, _parent, _learned in rows}
    edges, broken = _edges(copy, by_key)
    tied = {pk for pair in edges for pk in pair}
    wanted = [looked.around, *looked.beside[:BESIDE]] if looked.around is not None else []
    found = [by_id[one] for one in wanted if one in by_id]
    if len(found) < len(wanted):
        return None
    drawn = {*tied, *found}
    graph = build_continuum([pk for pk, _id, _key, _parent, learned in rows if learned or pk in drawn], edges)
    tree = Tree([Item(pk, by_key.get(parent), pk in graph.order) for pk, _id, _key, parent, _learned in rows])
    steps = looked.steps if looked.steps in STEPS else STEPS[0]
    if found:
        view = look_around(graph, found[0], steps=steps, beside=found[1:])
    else:
        at = by_id.get(looked.branch) if looked.branch is not None else None
        if looked.branch is not None and (at is None or not tree.children.get(at)):
            return None
        view = look_into(tree, graph, at=at, page=looked.page)
    spot = found[0] if found else view.at
    trail = tree.path_to(spot) if spot is not None else []
    nodes = _nodes({*view.nodes, *trail, *([view.at] if view.at is not None else [])}, view, found[:1])
    branch = nodes[view.at] if view.at is not None else None
    sentence = sentence_of(
        view, around=nodes[found[0]].name if found else "", branch=branch.name if branch else "", steps=steps
    )
    ties = _ties(view, nodes, edges)
    choices = tuple(nodes[pk] for pk in view.nodes if pk not in view.groups)
    return PicturePage(
        trail=tuple(nodes[pk] for pk in trail),
        branch=branch,
        around=nodes[found[0]] if found else None,
        beside=tuple(nodes[pk] for pk in found[1:] if pk in nodes),
        steps=steps,
        svg=_picture(view, nodes, ties, sentence, title=str(copy.head.get("title", "")), may_write=may_write),
        sentence=sentence,
        nodes=tuple(nodes[pk] for pk in view.nodes),
        choices=choices,
        ties=ties,
        total=len(graph.order),
        page=view.page,
        pages=view.pages,
        loops=broken + len(graph.removed),
    )


_Edges = Mapping[tuple[int, int], tuple[UUID, bool]]


def _edges(copy: WorkingCopy, by_key: Mapping[str, int]) -> tuple[_Edges, int]:
    """Edges between current items by their ends: public id and whether it is new; and how many are left out.

    One query.
    """
    kept: dict[tuple[int, int], tuple[UUID, bool]] = {}
    broken = 0
    rows = WorkingEdge.objects.filter(copy=copy, kind=AssociationKind.PRECEDES, is_retired=False).order_by("pk")
    for public_id, origin, destination, is_broken, is_new in rows.values_list(
        "public_id", "origin_key", "destination_key", "fields__is_broken_cycle", "is_new"
    ):
        if origin not in by_key or destination not in by_key:
            continue
        if is_broken:
            broken += 1
        else:
            kept[by_key[origin], by_key[destination]] = (public_id, is_new)
    return kept, broken


def _nodes(ids: Collection[int], view: View, here: Collection[int]) -> dict[int, PictureNode]:
    """Names by id. One query."""
    return {
        pk: PictureNode(public_id, name, code, view.groups.get(pk, 0), pk in here)
        for pk, public_id, name, code in WorkingItem.objects.filter(pk__in=ids).values_list(
            "pk", "public_id", "name", "code"
        )
    }


def _ties(view: View, nodes: Mapping[int, PictureNode], edges: _Edges) -> tuple[PictureTie, ...]:
    found = []
    for tie in view.ties:
        pair = (tie.origin, tie.destination)
        is_one = tie.origin not in view.groups and tie.destination not in view.groups
        edge_id, is_new = edges[pair] if is_one else (None, False)
        found.append(PictureTie(edge_id, nodes[tie.origin], nodes[tie.destination], tie.count, is_new))
    return tuple(found)


def _picture(
    view: View,
    nodes: Mapping[int, PictureNode],
    ties: Sequence[PictureTie],
    sentence: str,
    *,
    title: str,
    may_write: bool,
) -> str:
    faces = {
        pk: Face(
            key=str(node.public_id),
            name=node.name,
            note=holds_words(node.holds) if node.holds else node.code,
            is_branch=bool(node.holds),
            is_here=node.is_here,
        )
        for pk, node in nodes.items()
    }
    heading = _("The connections of %(framework)s") % {"framework": title}
    editing = _editing(view, nodes, ties) if may_write else None
    return picture_of("picture", view, faces, title=heading, desc=sentence, editing=editing)


def _editing(view: View, nodes: Mapping[int, PictureNode], ties: Sequence[PictureTie]) -> Editing:
    """Every single competency can be connected, every single connection chosen."""
    grips = {
        str(nodes[pk].public_id): _("Connect from “%(name)s”") % {"name": nodes[pk].name}
        for pk in view.nodes
        if pk not in view.groups
    }
    holds = {
        (str(tie.origin.public_id), str(tie.destination.public_id)): Hold(
            str(tie.edge_id),
            _("“%(one)s” comes before “%(two)s”") % {"one": tie.origin.name, "two": tie.destination.name},
        )
        for tie in ties
        if tie.edge_id is not None
    }
    return Editing(grips, holds)
