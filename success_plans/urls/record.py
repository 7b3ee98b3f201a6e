"""Addresses of the running record, check-ins, contacts, working notes and holds."""

from __future__ import annotations

from django.urls import URLPattern, path

from success_plans.views import check_ins, contacts, records

urlpatterns: list[URLPattern] = [
    path("students/<uuid:public_id>/timeline", records.student_timeline, name="student_timeline"),
    path("students/<uuid:public_id>/timeline/<str:about>/<uuid:entry>", records.timeline_entry, name="timeline_entry"),
    path("students/<uuid:public_id>/holds", records.holds, name="holds"),
    path("holds/<uuid:public_id>/end", records.hold_end, name="hold_end"),
    path("students/<uuid:public_id>/check-in", check_ins.check_in, name="check_in"),
    path("check-in", check_ins.check_in_group, name="check_in_group"),
    path("check-in/sync", check_ins.check_in_sync, name="check_in_sync"),
    path("check-in/offline", check_ins.check_in_shell, name="check_in_shell"),
    path("check-in-worker.js", check_ins.check_in_worker, name="check_in_worker"),
    path("check-ins/<uuid:public_id>/undo", check_ins.check_in_undo, name="check_in_undo"),
    path("students/<uuid:public_id>/contacts", contacts.contact_add, name="contact_add"),
    path("students/<uuid:public_id>/notes", contacts.notes, name="notes"),
    path("notes/<uuid:public_id>", contacts.note_edit, name="note_edit"),
    path("notes/<uuid:public_id>/enter", contacts.note_enter, name="note_enter"),
]
