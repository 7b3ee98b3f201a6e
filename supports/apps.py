"""What would help now: focus, flags, supports; all time-bound."""

from django.apps import AppConfig


class SupportsConfig(AppConfig):
    """What would help now: focus, flags, supports; all time-bound."""

    name = "supports"
