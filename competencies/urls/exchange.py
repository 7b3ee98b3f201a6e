"""Addresses where frameworks come in from spreadsheets and leave as CASE."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
