"""The JSON API and its contract."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

from assessments import api as assessments_api
from config.api_page import api_page

urlpatterns = [
    path("", api_page, name="api_page"),
    path("schema", SpectacularJSONAPIView.as_view(), name="api_schema"),
    path("evidence", assessments_api.evidence, name="api_evidence"),
    path("students/<uuid:public_id>/summaries", assessments_api.summaries, name="api_summaries"),
]
