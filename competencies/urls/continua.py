"""Addresses of continua: pictures of what comes before what."""

from __future__ import annotations

from django.urls import URLPattern, path

from competencies.views import continua

urlpatterns: list[URLPattern] = [
    path("frameworks/<uuid:public_id>/continuum", continua.framework_continuum, name="framework_continuum"),
    path("frameworks/<uuid:public_id>/cycles", continua.framework_cycles, name="framework_cycles"),
]
