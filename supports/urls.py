"""Addresses of flags, supports and classes."""

from __future__ import annotations

from django.urls import URLPattern, path

from supports.views import classes, delivery, flags, focus, grades, observations, records, showings, voices, what_next

urlpatterns: list[URLPattern] = [
    path("flags/<uuid:public_id>/seen", flags.flag_acknowledge, name="flag_acknowledge"),
    path("flags/<uuid:public_id>/dismiss", flags.flag_dismiss, name="flag_dismiss"),
    path("flags/<uuid:public_id>/support", flags.flag_support, name="flag_support"),
    path("flags/next", flags.flags_next, name="flags_next"),
    path("classes", classes.classes, name="classes"),
    path("classes/<uuid:public_id>", classes.class_grid, name="class_grid"),
    path("classes/<uuid:public_id>/cells/<uuid:student_id>", classes.class_cell, name="class_cell"),
    path("classes/<uuid:public_id>/levels", classes.class_levels, name="class_levels"),
    path("classes/<uuid:public_id>/focus", focus.class_focus, name="class_focus"),
    path("classes/<uuid:public_id>/focus/<uuid:focus_id>/end", focus.class_focus_end, name="class_focus_end"),
    path("students/<uuid:public_id>/record", records.student_record, name="student_record"),
    path("students/<uuid:public_id>/observe", observations.student_observe, name="student_observe"),
    path("students/<uuid:public_id>/at-home", voices.family_observe, name="family_observe"),
    path("students/<uuid:public_id>/competencies/<uuid:competency>/next", what_next.student_next, name="student_next"),
    path("students/<uuid:public_id>/competencies/<uuid:competency>/my-view", voices.my_view, name="my_view"),
    path("students/<uuid:public_id>/competencies/<uuid:competency>/show", showings.showing_ask, name="showing_ask"),
    path("students/<uuid:public_id>/showings", showings.showings, name="showings"),
    path("showings/<uuid:public_id>", showings.showing_answer, name="showing_answer"),
    path("showings/<uuid:public_id>/done", showings.showing_done, name="showing_done"),
    path("showings/<uuid:public_id>/take-back", showings.showing_take_back, name="showing_take_back"),
    path("classes/<uuid:public_id>/observe", observations.class_observe, name="class_observe"),
    path("classes/<uuid:public_id>/next", what_next.class_next, name="class_next"),
    path("classes/<uuid:public_id>/grades", grades.grades_export, name="grades_export"),
    path("observations/waiting", voices.observations_waiting, name="observations_waiting"),
    path("observations/sync", observations.observation_sync, name="observation_sync"),
    path("observations/<uuid:public_id>", voices.observation_answer, name="observation_answer"),
    path("observations/<uuid:key>/undo", observations.observation_undo, name="observation_undo"),
    path("sessions", delivery.session_add, name="session_add"),
    path("sessions/<uuid:public_id>/undo", delivery.session_undo, name="session_undo"),
    path("supports/<uuid:public_id>", delivery.support_detail, name="support"),
    path("supports/<uuid:public_id>/referral", delivery.support_referral, name="support_referral"),
    path("supports/<uuid:public_id>/end", delivery.support_end, name="support_end"),
]
