"""Addresses where frameworks come in from spreadsheets and leave as CASE."""

from __future__ import annotations

from django.urls import URLPattern, path

from competencies.views import exchange as views
from competencies.views import spreadsheets

CASE = "ims/case/<str:version>"

urlpatterns: list[URLPattern] = [
    path(
        "frameworks/imports/<uuid:public_id>/columns",
        spreadsheets.framework_import_columns,
        name="framework_import_columns",
    ),
    path(
        "frameworks/mappers/<uuid:public_id>/forget",
        spreadsheets.framework_mapper_forget,
        name="framework_mapper_forget",
    ),
    path("frameworks/<uuid:public_id>/case-<str:version>.json", views.framework_download, name="framework_download"),
    path(f"{CASE}/CFDocuments", views.case_documents, name="case_documents"),
    path(f"{CASE}/CFDocuments/<str:identifier>", views.case_document, name="case_document"),
    path(f"{CASE}/CFPackages/<str:identifier>", views.case_package, name="case_package"),
    path(f"{CASE}/CFItems/<str:identifier>", views.case_item, name="case_item"),
    path(f"{CASE}/CFItemAssociations/<str:identifier>", views.case_item_associations, name="case_item_associations"),
    path(f"{CASE}/CFAssociations/<str:identifier>", views.case_association, name="case_association"),
    path(f"{CASE}/CFRubrics/<str:identifier>", views.case_rubric, name="case_rubric"),
    path(f"{CASE}/<str:kind>/<str:identifier>", views.case_definition, name="case_definition"),
]
