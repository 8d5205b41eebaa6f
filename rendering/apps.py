"""The Django app of rendering: management commands, no models."""

from django.apps import AppConfig


class RenderingConfig(AppConfig):
    """Register rendering's management commands."""

    name = "rendering"
