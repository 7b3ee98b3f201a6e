"""Addresses of the people side."""

from __future__ import annotations

from django.urls import path

from accounts import views

urlpatterns = [
    path("demo", views.demo_sign_in, name="demo_sign_in"),
    path("demo/<uuid:public_id>", views.demo_sign_in_as, name="demo_sign_in_as"),
    path("students/<uuid:public_id>/purpose", views.student_purpose, name="student_purpose"),
    path("styleguide", views.styleguide, name="styleguide"),
]
