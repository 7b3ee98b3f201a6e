"""Addresses of judgements, methods, roll-ups, calibration of the engine."""

from __future__ import annotations

from django.urls import URLPattern, path

from assessments.views import calibration, judgements, methods

urlpatterns: list[URLPattern] = [
    path("students/<uuid:public_id>/competencies/<uuid:competency>/judgement", judgements.judgement, name="judgement"),
    path("judgements/<uuid:public_id>/end", judgements.judgement_end, name="judgement_end"),
    path("frameworks/<uuid:public_id>/method", methods.framework_method, name="framework_method"),
    path("method-changes/<uuid:public_id>", methods.method_change, name="method_change"),
    path("method-changes/<uuid:public_id>/confirm", methods.method_change_confirm, name="method_change_confirm"),
    path("method-changes/<uuid:public_id>/cancel", methods.method_change_cancel, name="method_change_cancel"),
    path("competencies/<uuid:public_id>/rollup", methods.rollup, name="rollup"),
    path("ops/calibration", calibration.calibration, name="calibration"),
]
