"""Addresses of the cycle: work lists, class reviews, year end."""

from __future__ import annotations

from django.urls import URLPattern, path

from success_plans.views import class_reviews, cycle, year_end

urlpatterns: list[URLPattern] = [
    path("work", cycle.work_list, name="work_list"),
    path("steps/<uuid:public_id>", cycle.cycle_step, name="cycle_step"),
    path("schools/<uuid:public_id>/cycle", cycle.school_cycle, name="school_cycle"),
    path("classes/<uuid:public_id>/review", class_reviews.class_review, name="class_review"),
    path("classes/<uuid:public_id>/review/finish", class_reviews.class_review_finish, name="class_review_finish"),
    path("students/<uuid:public_id>/year-end", year_end.year_end, name="year_end"),
    path("students/<uuid:public_id>/year-end/next", year_end.year_end_next, name="year_end_next"),
]
