"""Addresses of caseloads, handovers and the list of one's own students."""

from __future__ import annotations

from django.urls import URLPattern, path

from success_plans.views import caseloads, students

urlpatterns: list[URLPattern] = [
    path("students", students.students, name="students"),
    path("schools/<uuid:public_id>/caseloads", caseloads.caseload, name="caseload"),
    path("schools/<uuid:public_id>/caseloads/cap", caseloads.caseload_cap, name="caseload_cap"),
    path("schools/<uuid:public_id>/caseloads/balance", caseloads.caseload_balance, name="caseload_balance"),
    path(
        "schools/<uuid:public_id>/caseloads/<uuid:person_id>", caseloads.caseload_navigator, name="caseload_navigator"
    ),
    path("handovers", caseloads.handovers, name="handovers"),
    path("students/<uuid:public_id>/handover", caseloads.handover_offer, name="handover_offer"),
    path("handovers/<uuid:public_id>/answer", caseloads.handover_answer, name="handover_answer"),
    path("handovers/<uuid:public_id>/withdraw", caseloads.handover_withdraw, name="handover_withdraw"),
]
