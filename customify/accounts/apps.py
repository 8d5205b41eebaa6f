"""Who calls: API keys."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """API keys and the authentication that reads them."""

    name = "customify.accounts"
    default_auto_field = "django.db.models.BigAutoField"
