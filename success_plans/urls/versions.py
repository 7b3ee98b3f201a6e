"""Addresses of agreed versions, answers to them, templates and transfer packets."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
