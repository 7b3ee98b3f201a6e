"""People, schools, rosters, sign-in, who may see what, what was seen."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, schools, rosters, sign-in, who may see what, what was seen."""

    name = "accounts"
