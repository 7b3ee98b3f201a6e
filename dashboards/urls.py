"""Addresses of administrators and operators."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboards import views

urlpatterns: list[URLPattern] = [
    path("schools", views.schools, name="schools"),
    path("schools/<uuid:public_id>", views.school, name="school"),
    path("ops", views.operations, name="operations"),
    path("ops/quarantine/release", views.quarantine_release, name="quarantine_release"),
    path("frameworks/working/<uuid:public_id>/publish", views.working_publish, name="working_publish"),
]
