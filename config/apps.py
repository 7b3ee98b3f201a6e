"""The composition root: settings, addresses, workers, the demonstration."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The composition root: settings, addresses, workers, the demonstration."""

    name = "config"
