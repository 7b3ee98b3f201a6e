"""Addresses of flags, supports and classes."""

from __future__ import annotations

from django.urls import URLPattern, path

from supports.views import flags

urlpatterns: list[URLPattern] = [
    path("flags/<uuid:public_id>/seen", flags.flag_acknowledge, name="flag_acknowledge"),
    path("flags/<uuid:public_id>/dismiss", flags.flag_dismiss, name="flag_dismiss"),
    path("flags/<uuid:public_id>/support", flags.flag_support, name="flag_support"),
    path("flags/next", flags.flags_next, name="flags_next"),
]
