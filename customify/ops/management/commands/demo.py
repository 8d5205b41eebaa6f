"""`manage.py demo [--once] [--shop] [--port N] [--workers N] [--data DIR]`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from customify.ops.demo.folder import DemoError, DemoFolder
from customify.ops.demo.run import DemoOptions, run_demo


class Command(BaseCommand):
    """Run the whole service on this machine."""

    help = "Run the service on this machine (Valkey, SQLite, worker, reconciler, web server) and publish one design."
    # The demo creates the environment that the checks need; its processes run the checks.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("--once", action="store_true", help="stop when the first design has been published")
        parser.add_argument(
            "--port", type=int, default=8000, help="port of the web server (default 8000; 0: any free port)"
        )
        parser.add_argument(
            "--shop", action="store_true", help="also run the example shop, docs/examples/shop, on a free port"
        )
        parser.add_argument("--workers", type=int, default=1, help="number of workers (default 1)")
        parser.add_argument("--data", type=Path, default=Path(".demo"), help="folder for all its data (default .demo)")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Run until Ctrl-C, or until the first design has been published."""
        if not 0 <= options["port"] <= 65535:
            raise CommandError("--port must be from 0 to 65535.")
        if not 1 <= options["workers"] <= 16:
            raise CommandError("--workers must be from 1 to 16.")
        demo_options = DemoOptions(
            DemoFolder(options["data"].absolute()),
            options["port"],
            options["workers"],
            once=options["once"],
            shop=options["shop"],
        )
        try:
            run_demo(demo_options, self._write_line)
        except DemoError as error:
            raise CommandError(str(error)) from error

    def _write_line(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
