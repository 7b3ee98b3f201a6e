"""Addresses of the first look, voices, files, consents and proposals."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
