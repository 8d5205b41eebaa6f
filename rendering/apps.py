"""The app that owns ``manage.py smoke_storage``; pictures need no models."""

from django.apps import AppConfig


class RenderingConfig(AppConfig):
    """Register rendering's management commands."""

    name = "rendering"
