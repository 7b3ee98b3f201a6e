"""Addresses of the learning side. Frameworks, competencies and published pathways are open to everyone."""

from __future__ import annotations

from django.urls import URLPattern

from competencies.urls import authoring, continua, exchange, frameworks, pathways

urlpatterns: list[URLPattern] = [
    *authoring.urlpatterns,
    *exchange.urlpatterns,
    *continua.urlpatterns,
    *pathways.urlpatterns,
    *frameworks.urlpatterns,
]
