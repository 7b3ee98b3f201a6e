"""Addresses of meetings, of what they decide, and of a student's own conference."""

from __future__ import annotations

from django.urls import URLPattern, path

from success_plans.views import conferences, decisions, meetings, pdf

urlpatterns: list[URLPattern] = [
    path("students/<uuid:public_id>/meetings", meetings.meetings, name="meetings"),
    path("students/<uuid:public_id>/meetings/plan", meetings.meeting_plan, name="meeting_plan"),
    path("students/<uuid:public_id>/conference", conferences.conference, name="conference"),
    path("students/<uuid:public_id>/conference/show", conferences.conference_show, name="conference_show"),
    path("meetings/<uuid:public_id>", meetings.meeting, name="meeting"),
    path("meetings/<uuid:public_id>/edit", meetings.meeting_edit, name="meeting_edit"),
    path("meetings/<uuid:public_id>/cancel", meetings.meeting_cancel, name="meeting_cancel"),
    path("meetings/<uuid:public_id>/print", meetings.meeting_print, name="meeting_print"),
    path("meetings/<uuid:public_id>/pdf", pdf.meeting_pdf, name="meeting_pdf"),
    path("students/<uuid:public_id>/plan/pdf", pdf.plan_pdf, name="plan_pdf"),
    path("students/<uuid:public_id>/conference/pdf", pdf.conference_pdf, name="conference_pdf"),
    path("students/<uuid:public_id>/timeline/pdf", pdf.timeline_pdf, name="timeline_pdf"),
    path("meetings/<uuid:public_id>/run", meetings.meeting_run, name="meeting_run"),
    path("decisions/<uuid:public_id>", decisions.decision_edit, name="decision_edit"),
]
