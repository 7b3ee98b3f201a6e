"""Addresses of instruments, their versions, anchors and calibration."""

from __future__ import annotations

from django.urls import URLPattern, path

from assessments.views import anchors, contributions, instrument_parts, instruments

urlpatterns: list[URLPattern] = [
    path("instruments", instruments.instruments, name="instruments"),
    path("instruments/add", instruments.instrument_add, name="instrument_add"),
    path("instruments/<uuid:public_id>", instruments.instrument, name="instrument"),
    path("instruments/<uuid:public_id>/edit", instruments.instrument_edit, name="instrument_edit"),
    path("instruments/<uuid:public_id>/publish", instruments.instrument_publish, name="instrument_publish"),
    path("instruments/<uuid:public_id>/draft", instruments.instrument_draft, name="instrument_draft"),
    path("instruments/<uuid:public_id>/copy", instruments.instrument_copy, name="instrument_copy"),
    path("instruments/<uuid:public_id>/share", instruments.instrument_share, name="instrument_share"),
    path("instruments/<uuid:public_id>/retire", instruments.instrument_retire, name="instrument_retire"),
    path(
        "instruments/<uuid:public_id>/competencies",
        instrument_parts.instrument_competencies,
        name="instrument_competencies",
    ),
    path("instruments/<uuid:public_id>/criteria/add", instrument_parts.criterion_add, name="criterion_add"),
    path("criteria/<uuid:public_id>", instrument_parts.criterion_edit, name="criterion_edit"),
    path("criteria/<uuid:public_id>/change", instrument_parts.criterion_change, name="criterion_change"),
    path("instruments/<uuid:public_id>/items", instrument_parts.instrument_items, name="instrument_items"),
    path("instruments/<uuid:public_id>/forms/add", instrument_parts.instrument_form_add, name="instrument_form_add"),
    path("instrument-forms/<uuid:public_id>", instrument_parts.instrument_form_edit, name="instrument_form_edit"),
    path(
        "instrument-forms/<uuid:public_id>/remove",
        instrument_parts.instrument_form_remove,
        name="instrument_form_remove",
    ),
    path("instruments/<uuid:public_id>/say", contributions.instrument_say, name="instrument_say"),
    path("contributions/<uuid:public_id>", contributions.contribution_answer, name="contribution_answer"),
    path("instruments/<uuid:public_id>/anchors/add", anchors.anchor_add, name="anchor_add"),
    path("anchors/<uuid:public_id>", anchors.calibrate, name="calibrate"),
    path("anchors/<uuid:public_id>/picture", anchors.anchor_picture, name="anchor_picture"),
    path("anchors/<uuid:public_id>/retire", anchors.anchor_retire, name="anchor_retire"),
]
