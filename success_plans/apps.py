"""What we agreed with the student and the family."""

from django.apps import AppConfig


class SuccessPlansConfig(AppConfig):
    """What we agreed with the student and the family."""

    name = "success_plans"
