"""Addresses of the learning side. Frameworks and competencies are open to everyone."""

from __future__ import annotations

from django.urls import URLPattern, path

from competencies.views import frameworks as views

urlpatterns: list[URLPattern] = [
    path("frameworks", views.frameworks, name="frameworks"),
    path("frameworks/import", views.framework_import, name="framework_import"),
    path("frameworks/imports/<uuid:public_id>", views.framework_import_detail, name="framework_import_detail"),
    path(
        "frameworks/imports/<uuid:public_id>/confirm", views.framework_import_confirm, name="framework_import_confirm"
    ),
    path("frameworks/imports/<uuid:public_id>/cancel", views.framework_import_cancel, name="framework_import_cancel"),
    path(
        "frameworks/imports/<uuid:public_id>/report.csv", views.framework_import_report, name="framework_import_report"
    ),
    path("frameworks/<uuid:public_id>", views.framework_detail, name="framework_detail"),
    path("competencies/<uuid:public_id>", views.competency_detail, name="competency_detail"),
    path("competencies/<uuid:public_id>/parts", views.competency_parts, name="competency_parts"),
]
