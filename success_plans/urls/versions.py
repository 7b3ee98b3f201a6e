"""Addresses of agreed versions, answers to them, templates and transfer packets."""

from __future__ import annotations

from django.urls import URLPattern, path

from success_plans.views import conference_day, packets, templates, versions

urlpatterns: list[URLPattern] = [
    path("conferences", conference_day.conference_day, name="conference_day"),
    path("students/<uuid:public_id>/versions", versions.plan_versions, name="plan_versions"),
    path("students/<uuid:public_id>/versions/move", versions.plan_move, name="plan_move"),
    path("students/<uuid:public_id>/versions/agree", versions.version_agree, name="version_agree"),
    path("students/<uuid:public_id>/versions/compare", versions.plan_compare, name="plan_compare"),
    path("students/<uuid:public_id>/template", versions.plan_template, name="plan_template"),
    path("students/<uuid:public_id>/as-of", versions.plan_as_of, name="plan_as_of"),
    path("versions/<uuid:public_id>", versions.plan_version, name="plan_version"),
    path("versions/<uuid:public_id>/answer", versions.plan_agree, name="plan_agree"),
    path("students/<uuid:public_id>/packet", packets.packet_export, name="packet_export"),
    path("schools/<uuid:public_id>/packets", packets.packet_import, name="packet_import"),
    path("packets/<uuid:public_id>/closed-parts", packets.packet_open, name="packet_open"),
    path("packets/<uuid:public_id>", packets.packet_confirm, name="packet_confirm"),
    path("templates", templates.templates, name="templates"),
    path("templates/edit", templates.template_edit, name="template_edit"),
]
