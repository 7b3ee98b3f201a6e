"""Addresses of quick observations, family and partner observations."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
