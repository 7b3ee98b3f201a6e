"""Addresses of the plan page, its texts, maps, family pages and the day."""

from __future__ import annotations

from django.urls import URLPattern, path

from success_plans.views import actions, blocks, family, goals, languages, maps, needs, plans, today, wording

urlpatterns: list[URLPattern] = [
    path("today", today.today, name="today"),
    path("today/board", today.today_board, name="today_board"),
    path("family", family.family, name="family"),
    path("family/<uuid:public_id>", family.family_child, name="family_child"),
    path("students/<uuid:public_id>/map", maps.student_map, name="student_map"),
    path("students/<uuid:public_id>/plan", plans.student_plan, name="student_plan"),
    path("students/<uuid:public_id>/statements", plans.statement_add, name="statement_add"),
    path("students/<uuid:public_id>/needs", needs.need_add, name="need_add"),
    path("students/<uuid:public_id>/goals", goals.goal_add, name="goal_add"),
    path("statements/<uuid:public_id>", plans.statement_edit, name="statement_edit"),
    path("statements/<uuid:public_id>/withdraw", plans.statement_withdraw, name="statement_withdraw"),
    path("needs/<uuid:public_id>/end", needs.need_end, name="need_end"),
    path("goals/<uuid:public_id>", goals.goal_edit, name="goal_edit"),
    path("goals/<uuid:public_id>/end", goals.goal_end, name="goal_end"),
    path("students/<uuid:public_id>/pathways", blocks.pathway_add, name="pathway_add"),
    path("follows/<uuid:public_id>", blocks.pathway_edit, name="pathway_edit"),
    path("students/<uuid:public_id>/pointers", blocks.pointer_add, name="pointer_add"),
    path("pointers/<uuid:public_id>", blocks.pointer_edit, name="pointer_edit"),
    path("students/<uuid:public_id>/actions", actions.action_add, name="action_add"),
    path("supports/<uuid:public_id>/change", actions.action_change, name="action_change"),
    path("texts/<str:noun>/<uuid:public_id>/ask", languages.language_ask, name="language_ask"),
    path("translations/<uuid:public_id>", languages.translation_answer, name="translation_answer"),
    path("words/check", wording.wording_check, name="wording_check"),
    path("words", wording.phrases, name="phrases"),
    path("words/<uuid:public_id>/end", wording.phrase_end, name="phrase_end"),
]
