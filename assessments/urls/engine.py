"""Addresses of judgements, methods, roll-ups, calibration of the engine."""

from __future__ import annotations

from django.urls import URLPattern, path

from assessments.views import calibration, crosswalks, judgements, methods

urlpatterns: list[URLPattern] = [
    path("students/<uuid:public_id>/competencies/<uuid:competency>/judgement", judgements.judgement, name="judgement"),
    path("judgements/<uuid:public_id>/end", judgements.judgement_end, name="judgement_end"),
    path("frameworks/<uuid:public_id>/method", methods.framework_method, name="framework_method"),
    path("method-changes/<uuid:public_id>", methods.method_change, name="method_change"),
    path("method-changes/<uuid:public_id>/confirm", methods.method_change_confirm, name="method_change_confirm"),
    path("method-changes/<uuid:public_id>/cancel", methods.method_change_cancel, name="method_change_cancel"),
    path("frameworks/<uuid:public_id>/crosswalks", crosswalks.framework_crosswalks, name="framework_crosswalks"),
    path("crosswalk-changes/<uuid:public_id>", crosswalks.crosswalk_change, name="crosswalk_change"),
    path(
        "crosswalk-changes/<uuid:public_id>/confirm",
        crosswalks.crosswalk_change_confirm,
        name="crosswalk_change_confirm",
    ),
    path(
        "crosswalk-changes/<uuid:public_id>/cancel", crosswalks.crosswalk_change_cancel, name="crosswalk_change_cancel"
    ),
    path("competencies/<uuid:public_id>/rollup", methods.rollup, name="rollup"),
    path("ops/calibration", calibration.calibration, name="calibration"),
]
