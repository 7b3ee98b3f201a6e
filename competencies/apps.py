"""What can be learned: frameworks, levels, continua."""

from django.apps import AppConfig


class CompetenciesConfig(AppConfig):
    """What can be learned: frameworks, levels, continua."""

    name = "competencies"
