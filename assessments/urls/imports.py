"""Addresses of evidence imports and their mappers."""

from __future__ import annotations

from django.urls import URLPattern, path

from assessments.views import imports

urlpatterns: list[URLPattern] = [
    path("imports/evidence", imports.evidence_imports, name="evidence_imports"),
    path("imports/evidence/<uuid:public_id>", imports.evidence_import, name="evidence_import"),
    path("imports/evidence/<uuid:public_id>/columns", imports.evidence_import_columns, name="evidence_import_columns"),
    path("imports/evidence/<uuid:public_id>/confirm", imports.evidence_import_confirm, name="evidence_import_confirm"),
    path("imports/evidence/<uuid:public_id>/cancel", imports.evidence_import_cancel, name="evidence_import_cancel"),
    path("imports/evidence/<uuid:public_id>/rows", imports.evidence_import_rows, name="evidence_import_rows"),
    path("imports/evidence/<uuid:public_id>/report", imports.evidence_import_report, name="evidence_import_report"),
    path("imports/mappers/<uuid:public_id>/forget", imports.evidence_mapper_forget, name="evidence_mapper_forget"),
]
