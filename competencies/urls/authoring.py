"""Addresses where the next version of a framework is written, read by others and published."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
