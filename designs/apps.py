"""Django app of the domain: products, designs, their renders and files."""

from django.apps import AppConfig


class DesignsConfig(AppConfig):
    """Configuration of the app."""

    name = "designs"
    default_auto_field = "django.db.models.BigAutoField"
