"""Settings, addresses and workers: the composition root."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
