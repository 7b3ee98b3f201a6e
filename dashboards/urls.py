"""Addresses of administrators and operators."""

from __future__ import annotations

from django.urls import URLPattern, path

from dashboards.views import calendar, pages, setup

urlpatterns: list[URLPattern] = [
    path("schools", pages.schools, name="schools"),
    path("schools/<uuid:public_id>", pages.school, name="school"),
    path("ops", pages.operations, name="operations"),
    path("ops/quarantine/release", pages.quarantine_release, name="quarantine_release"),
    path("frameworks/working/<uuid:public_id>/publish", pages.working_publish, name="working_publish"),
    path("district", setup.district_setup, name="district_setup"),
    path("district/frameworks/<uuid:public_id>/use", setup.framework_use, name="framework_use"),
    path("district/calendar", calendar.school_calendar, name="school_calendar"),
    path("district/calendar/days", calendar.school_calendar_days, name="school_calendar_days"),
    path("district/calendar/years", calendar.school_year_add, name="school_year_add"),
    path("district/calendar/years/<uuid:public_id>", calendar.school_year_edit, name="school_year_edit"),
]
