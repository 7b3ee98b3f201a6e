"""Addresses of the running record, check-ins, contacts, working notes and holds."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
