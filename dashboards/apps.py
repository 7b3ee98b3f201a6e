"""The read side for administrators: derived records only."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """The read side for administrators: derived records only."""

    name = "dashboards"
