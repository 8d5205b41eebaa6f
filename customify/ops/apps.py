"""The Django app of operations: health probes, demo, smoke test, dashboard of the queues."""

import gc

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """Commands, probes and pages for operators."""

    name = "customify.ops"

    def ready(self) -> None:
        """Register the system checks, and the signal handler that adds the request id to responses.

        The programs turn garbage collection off while modules are loaded: they live as long as the process, and
        looking through them again and again took 0.2 of the 0.9 s of a start. From here on it never looks at them.
        """
        from customify import checks  # noqa: F401, PLC0415
        from customify.web import request_id  # noqa: F401, PLC0415

        gc.freeze()
        gc.enable()
