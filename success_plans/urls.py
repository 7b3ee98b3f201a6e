"""Addresses of plans and of the day."""

from __future__ import annotations

from django.urls import URLPattern, path

from success_plans.views import today

urlpatterns: list[URLPattern] = [
    path("today", today.today, name="today"),
    path("today/board", today.today_board, name="today_board"),
]
