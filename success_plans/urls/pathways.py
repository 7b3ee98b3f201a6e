"""Addresses of students on pathways, of draws, and of partners."""

from __future__ import annotations

from django.urls import URLPattern, path

from success_plans.views import draws, partners, pathways

urlpatterns: list[URLPattern] = [
    path("students/<uuid:public_id>/open-pathways", pathways.student_pathways, name="student_pathways"),
    path("students/<uuid:public_id>/open-pathways/<uuid:pathway>", pathways.pathway_join, name="pathway_join"),
    path(
        "students/<uuid:public_id>/open-pathways/<uuid:pathway>/suggest",
        pathways.pathway_suggest,
        name="pathway_suggest",
    ),
    path("memberships/<uuid:public_id>", pathways.membership, name="membership"),
    path("memberships/<uuid:public_id>/move/<uuid:pathway>", pathways.pathway_move, name="pathway_move"),
    path("memberships/<uuid:public_id>/leave", pathways.pathway_leave, name="pathway_leave"),
    path("memberships/<uuid:public_id>/answer", pathways.place_answer, name="place_answer"),
    path("pathways/<uuid:public_id>/places", draws.pathway_places, name="pathway_places"),
    path("draw-calls/<uuid:public_id>/hold", draws.draw_hold, name="draw_hold"),
    path("draws/<uuid:public_id>", draws.draw, name="draw"),
    path("draws/<uuid:public_id>/csv", draws.draw_csv, name="draw_csv"),
    path("partner", partners.partner, name="partner"),
    path("partner/students/<uuid:public_id>", partners.partner_student, name="partner_student"),
    path("students/<uuid:public_id>/partners", partners.student_partners, name="student_partners"),
    path("students/<uuid:public_id>/who-sees", partners.who_sees, name="who_sees"),
]
