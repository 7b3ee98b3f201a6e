"""Addresses of the cycle: work lists, class reviews, year end."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
