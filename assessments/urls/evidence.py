"""Addresses of pieces of evidence, and of why a level is what it is."""

from __future__ import annotations

from django.urls import URLPattern, path

from assessments.views import why

urlpatterns: list[URLPattern] = [
    path("students/<uuid:public_id>/competencies/<uuid:competency>", why.student_competency, name="student_competency"),
    path("evidence/<uuid:public_id>", why.evidence, name="evidence"),
    path("evidence/<uuid:public_id>/withdraw", why.evidence_withdraw, name="evidence_withdraw"),
]
