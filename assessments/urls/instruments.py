"""Addresses of instruments, their versions, anchors and calibration."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
