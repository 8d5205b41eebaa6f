"""`manage.py rqworker [LANE …]`: all lanes when none is named."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandError, CommandParser
from django_rq.management.commands.rqworker import Command as RQWorkerCommand

from designs.models import Lane


class Command(RQWorkerCommand):
    """Serve lanes of renders."""

    help = "Draw renders as they are asked for: all lanes, or those named (preview, mockup, print)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take RQ's own options; jobs are JSON, for a pickle is code execution for whoever can write to Redis."""
        super().add_arguments(parser)  # type: ignore[no-untyped-call]  # django-rq has no types
        # Quiet by default: RQ's four lines a job would bury ours. -v 1 and -v 2 bring them back.
        parser.set_defaults(serializer="rq.serializers.JSONSerializer", verbosity=0)

    def handle(self, *lanes: str, **options: Any) -> None:
        """Work until SIGTERM or Ctrl-C, which finish the design in hand and give the rest back."""
        unknown = [lane for lane in lanes if lane not in Lane.values]
        if unknown:
            raise CommandError(f"There is no lane {unknown[0]!r}. The lanes are {', '.join(Lane.values)}.")
        if options["with_scheduler"]:
            raise CommandError("Nothing here is scheduled through RQ; `manage.py reconcile` does that work.")
        super().handle(*(lanes or Lane.values), **options)  # type: ignore[no-untyped-call]  # django-rq has no types
