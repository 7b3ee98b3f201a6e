"""Addresses of meetings, support sessions, referrals and printed pages."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
