"""Addresses of growth, portfolio, class maps and the files that show a piece."""

from __future__ import annotations

from django.urls import URLPattern, path

from assessments.views import pictures

urlpatterns: list[URLPattern] = [
    path("students/<uuid:public_id>/growth", pictures.student_growth, name="student_growth"),
    path("students/<uuid:public_id>/portfolio", pictures.student_portfolio, name="student_portfolio"),
    path("classes/<uuid:public_id>/map", pictures.class_map, name="class_map"),
    path("evidence/files/<uuid:public_id>", pictures.evidence_file, name="evidence_file"),
]
