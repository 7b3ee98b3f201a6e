"""Addresses of pathways: the public ones, and where they are designed."""

from __future__ import annotations

from django.urls import URLPattern, path

from competencies.views import pathway_design, pathway_parts, pathway_people, pathways

urlpatterns: list[URLPattern] = [
    path("pathways", pathways.pathway_list, name="pathways"),
    path("pathways/propose", pathway_design.pathway_propose, name="pathway_propose"),
    path("pathways/design", pathway_design.pathway_designs, name="pathway_designs"),
    path("pathways/invited/<str:code>", pathway_people.pathway_invited, name="pathway_invited"),
    path("pathways/<uuid:public_id>", pathways.pathway_detail, name="pathway_detail"),
    path("pathways/<uuid:public_id>/versions", pathways.pathway_versions, name="pathway_versions"),
    path("pathways/<uuid:public_id>/versions/<int:number>", pathways.pathway_version, name="pathway_version"),
    path("pathways/<uuid:public_id>/design", pathway_design.pathway_design_page, name="pathway_design"),
    path(
        "pathways/<uuid:public_id>/design/competencies",
        pathway_parts.pathway_competencies,
        name="pathway_competencies",
    ),
    path(
        "pathways/<uuid:public_id>/design/experiences",
        pathway_parts.pathway_experience_add,
        name="pathway_experience_add",
    ),
    path("pathways/<uuid:public_id>/design/ways/<slug:kind>", pathway_parts.pathway_way_add, name="pathway_way_add"),
    path(
        "pathways/<uuid:public_id>/design/in/<slug:language>",
        pathway_design.pathway_translation,
        name="pathway_translation",
    ),
    path("pathways/<uuid:public_id>/design/people", pathway_people.pathway_designers, name="pathway_designers"),
    path("pathways/<uuid:public_id>/design/thread", pathway_people.pathway_comment, name="pathway_comment"),
    path("pathways/<uuid:public_id>/design/stage", pathway_design.pathway_stage, name="pathway_stage"),
    path("pathways/<uuid:public_id>/review", pathway_people.pathway_review, name="pathway_review"),
    path("pathways/<uuid:public_id>/design/<slug:part>", pathway_design.pathway_part, name="pathway_part"),
    path("pathways/experiences/<uuid:public_id>", pathway_parts.pathway_experience, name="pathway_experience"),
    path("pathways/ways/<uuid:public_id>", pathway_parts.pathway_way, name="pathway_way"),
    path("pathways/comments/<uuid:public_id>", pathway_people.pathway_comment_answer, name="pathway_comment_answer"),
]
