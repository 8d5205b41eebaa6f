"""The Django app of operations: health probes, demo, smoke test, dashboard of the queues."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """Commands, probes and pages for operators."""

    name = "customify.ops"

    def ready(self) -> None:
        """Register the system checks, and the signal handler that adds the request id to responses."""
        from customify import checks  # noqa: F401, PLC0415
        from customify.web import request_id  # noqa: F401, PLC0415
