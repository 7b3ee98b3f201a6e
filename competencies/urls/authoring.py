"""Addresses where the next version of a framework is written, read by others and published, and of its versions."""

from __future__ import annotations

from django.urls import URLPattern, path

from competencies.views import versions
from competencies.views.authoring import copies, graph, items

COPY = "frameworks/working/<uuid:public_id>"
ITEM = "frameworks/working/items/<uuid:public_id>"

urlpatterns: list[URLPattern] = [
    path("frameworks/new", copies.framework_start, name="framework_start"),
    path("frameworks/working", copies.working_copies, name="working_copies"),
    path("frameworks/<uuid:public_id>/edit", copies.framework_edit, name="framework_edit"),
    path("frameworks/<uuid:public_id>/versions", versions.framework_versions, name="framework_versions"),
    path("frameworks/<uuid:public_id>/changes", versions.framework_diff, name="framework_diff"),
    path(COPY, copies.working_copy, name="working_copy"),
    path(f"{COPY}/head", copies.working_head, name="working_head"),
    path(f"{COPY}/review", copies.working_review, name="working_review"),
    path(f"{COPY}/put-away", copies.working_put_away, name="working_put_away"),
    path(f"{COPY}/update", copies.working_update, name="working_update"),
    path(f"{COPY}/comments", copies.working_comment, name="working_comment"),
    path("frameworks/working/comments/<uuid:public_id>", copies.working_answer, name="working_answer"),
    path(f"{COPY}/add", items.working_add, name="working_add"),
    path(f"{COPY}/paste", items.working_paste, name="working_paste"),
    path(f"{COPY}/place", items.working_place, name="working_place"),
    path(f"{COPY}/graph", graph.working_graph, name="working_graph"),
    path(f"{COPY}/picture", graph.working_picture, name="working_picture"),
    path(f"{COPY}/graph/remove", graph.working_edge_remove, name="working_edge_remove"),
    path(ITEM, items.working_item, name="working_item"),
    path(f"{ITEM}/parts", copies.working_parts, name="working_parts"),
    path(f"{ITEM}/edit", items.working_item_edit, name="working_item_edit"),
    path(f"{ITEM}/words/<slug:code>", items.working_item_words, name="working_item_words"),
    path(f"{ITEM}/move", items.working_item_move, name="working_item_move"),
    path(f"{ITEM}/state", items.working_item_state, name="working_item_state"),
    path(f"{ITEM}/tie/<slug:how>", graph.working_item_tie, name="working_item_tie"),
]
