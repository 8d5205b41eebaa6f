"""`manage.py rqworker [LANE …]`."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandError, CommandParser
from django_rq.management.commands.rqworker import Command as RQWorkerCommand

from designs.models import Lane


class Command(RQWorkerCommand):
    """Run a worker."""

    help = (
        "Draw queued renders of the named lanes (preview, mockup, print), or of all lanes."
        " Runs until SIGTERM or Ctrl-C."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take RQ's own options. Jobs are JSON: a pickle lets whoever can write to Redis run code."""
        super().add_arguments(parser)  # type: ignore[no-untyped-call]  # django-rq has no types
        # Quiet by default: RQ's four lines a job would hide ours. -v 1 and -v 2 show them.
        parser.set_defaults(serializer="rq.serializers.JSONSerializer", verbosity=0)

    def handle(self, *lanes: str, **options: Any) -> None:
        """Work until SIGTERM or Ctrl-C: the current render is then finished, and the claimed others are released."""
        unknown = [lane for lane in lanes if lane not in Lane.values]
        if unknown:
            raise CommandError(f"There is no lane {unknown[0]!r}. The lanes are {', '.join(Lane.values)}.")
        if options["with_scheduler"]:
            raise CommandError("RQ's scheduler is not used here: `manage.py reconcile` does that work.")
        super().handle(*(lanes or Lane.values), **options)  # type: ignore[no-untyped-call]  # django-rq has no types
