"""Addresses of plans, a file for each noun."""

from __future__ import annotations

from django.urls import URLPattern

from success_plans.urls import caseloads, cycle, entry, meetings, pathways, plans, record, versions

urlpatterns: list[URLPattern] = [
    *plans.urlpatterns,
    *entry.urlpatterns,
    *record.urlpatterns,
    *versions.urlpatterns,
    *cycle.urlpatterns,
    *meetings.urlpatterns,
    *caseloads.urlpatterns,
    *pathways.urlpatterns,
]
