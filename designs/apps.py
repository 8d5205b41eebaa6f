"""The domain: what people make, and its life."""

from django.apps import AppConfig


class DesignsConfig(AppConfig):
    """Designs, their revisions, renders, renditions and events."""

    name = "designs"
    default_auto_field = "django.db.models.BigAutoField"
