"""Addresses of evidence and of what it adds up to, one room for each kind of page."""

from __future__ import annotations

from django.urls import URLPattern

from assessments.urls import engine, evidence, imports, instruments, observations, views, work

urlpatterns: list[URLPattern] = [
    *evidence.urlpatterns,
    *instruments.urlpatterns,
    *work.urlpatterns,
    *observations.urlpatterns,
    *imports.urlpatterns,
    *engine.urlpatterns,
    *views.urlpatterns,
]
