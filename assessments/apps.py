"""What we have seen, and what it adds up to."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """What we have seen, and what it adds up to."""

    name = "assessments"
