"""How the service runs: health, demo, smoke."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """Commands and probes for whoever deploys."""

    name = "customify.ops"

    def ready(self) -> None:
        """Register the system checks and the request id in answers."""
        from customify import checks  # noqa: F401, PLC0415
        from customify.web import request_id  # noqa: F401, PLC0415
