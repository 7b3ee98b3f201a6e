"""Addresses of judgements, methods, roll-ups, calibration of the engine."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
