"""`manage.py reconcile [--once | --dry-run]`."""

from __future__ import annotations

import signal
import threading
from dataclasses import asdict
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from designs.reconciler import loops, tick

DRY_RUN_REPORT = """renders due: {woken}
to fail as poison: {poison}
to raise in priority after a long wait: {raised}
replaced renders whose files would be discarded: {given_up}
assets and attempts whose files would be deleted: {swept}
deleted designs whose rows would be purged: {purged}
idempotency keys that would be deleted: {forgotten_keys}
old designs of test keys that would be deleted: {deleted_tests}
assets that would be marked deleted (never stored, or old and of a test key): {given_up_assets}
deleted assets whose files would be discarded: {swept_assets}"""


class Command(BaseCommand):
    """Run the reconciler."""

    help = (
        "Find due renders and wake their lanes; fail renders that keep ending their worker; delete files that are no"
        " longer needed; purge deleted designs. Runs until SIGTERM or Ctrl-C, unless an option says otherwise."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --once and --dry-run."""
        parser.add_argument("--once", action="store_true", help="do what is due now, report it, and exit")
        parser.add_argument("--dry-run", action="store_true", help="report what is due now, change nothing, and exit")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Run the loops until SIGTERM or Ctrl-C."""
        if options["dry_run"]:
            self.stdout.write(DRY_RUN_REPORT.format(**asdict(tick.count_due())))
            return
        if options["once"]:
            report = tick.run_tick()
            self.stdout.write(str(report))
            if report.failed:
                raise CommandError(f"{report.failed} steps failed: see the log above.")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        loops.run_loops(stop, self._write_report if options["verbosity"] > 0 else lambda _: None)

    def _write_report(self, report: tick.TickReport) -> None:
        self.stdout.write(str(report))
