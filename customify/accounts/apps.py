"""The Django app of API keys and designer sessions."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """API keys, designer sessions and their authentication."""

    name = "customify.accounts"
    default_auto_field = "django.db.models.BigAutoField"
