"""Addresses of pathways: the public ones, and where they are designed."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
