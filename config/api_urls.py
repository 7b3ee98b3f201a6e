"""The JSON API and its contract."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

from assessments import api as assessments_api
from assessments import api_results
from config.api_page import api_page

urlpatterns = [
    path("", api_page, name="api_page"),
    path("schema", SpectacularJSONAPIView.as_view(), name="api_schema"),
    path("evidence", assessments_api.evidence, name="api_evidence"),
    path("results", api_results.results, name="api_results"),
    path("xapi/statements", api_results.xapi_statements, name="api_xapi_statements"),
    path("caliper/events", api_results.caliper_events, name="api_caliper_events"),
    path("students/<uuid:public_id>/summaries", assessments_api.summaries, name="api_summaries"),
]
