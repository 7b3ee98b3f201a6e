"""The composition root: settings, addresses, workers, the demonstration."""

from django.apps import AppConfig

# Imported for its effect: services send tasks through Celery's current application, and this makes it ours.
from config.celery import app as celery_app

__all__ = ["ConfigConfig", "celery_app"]


class ConfigConfig(AppConfig):
    """The composition root: settings, addresses, workers, the demonstration."""

    name = "config"
