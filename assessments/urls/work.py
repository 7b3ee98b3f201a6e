"""Addresses of assignments, students’ work, judging and moderation."""

from __future__ import annotations

from django.urls import URLPattern, path

from assessments.views import agreement, assignments, checks, moderation, scoring, submissions

urlpatterns: list[URLPattern] = [
    path("classes/<uuid:public_id>/work", assignments.section_assignments, name="section_assignments"),
    path("classes/<uuid:public_id>/new-work", assignments.assignment_add, name="assignment_add"),
    path("works/<uuid:public_id>", assignments.assignment, name="assignment"),
    path("works/<uuid:public_id>/close", assignments.assignment_close, name="assignment_close"),
    path("works/<uuid:public_id>/invite", assignments.assignment_invite, name="assignment_invite"),
    path("works/<uuid:public_id>/answers", checks.assignment_answers, name="assignment_answers"),
    path("students/<uuid:public_id>/work", submissions.student_work, name="student_work"),
    path("works/<uuid:public_id>/students/<uuid:student_id>", submissions.submission_edit, name="submission_edit"),
    path("works/<uuid:public_id>/students/<uuid:student_id>/score", scoring.score, name="score"),
    path("works/<uuid:public_id>/students/<uuid:student_id>/alone", scoring.scoring_alone, name="scoring_alone"),
    path("works/files/<uuid:public_id>", submissions.work_file, name="work_file"),
    path("scorings", scoring.my_scorings, name="my_scorings"),
    path("scorings/<uuid:public_id>", scoring.scoring, name="scoring"),
    path("scorings/<uuid:public_id>/undo", scoring.scoring_undo, name="scoring_undo"),
    path("scorings/<uuid:public_id>/talk", scoring.scoring_talk, name="scoring_talk"),
    path("moderations", moderation.moderations, name="moderations"),
    path("moderations/<uuid:public_id>", moderation.moderation, name="moderation"),
    path("instruments/<uuid:public_id>/agreement", agreement.instrument_agreement, name="instrument_agreement"),
]
