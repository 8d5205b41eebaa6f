"""`manage.py reconcile [--once]`."""

from __future__ import annotations

import signal
import threading
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from designs.reconciler import tick

DRY_RUN_REPORT = """renders due: {woken}
to end as poison: {poison}
to raise for having waited long: {raised}
renders whose replaced files would be given up: {given_up}
attempts whose files would be deleted: {swept}
deleted designs whose rows would be purged: {purged}
idempotency keys that would be forgotten: {forgotten_keys}
test keys' designs that would be deleted for their age: {deleted_tests}
assets that would be given up (never stored, or old and a test key's): {given_up_assets}
deleted assets whose files would be deleted: {swept_assets}"""


class Command(BaseCommand):
    """Wake lanes, end poison, collect garbage, purge deleted designs."""

    help = "Find work that is due and wake its lane again; end poison; delete garbage; purge deleted designs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --once and --dry-run."""
        parser.add_argument("--once", action="store_true", help="do what is due now, say what it was, and end")
        parser.add_argument("--dry-run", action="store_true", help="say what is due now, do nothing, and end")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Tick until SIGTERM or Ctrl-C."""
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
        while not stop.wait(settings.RENDER_RECONCILE_INTERVAL):
            report = tick.run_tick()
            if not report.is_idle and options["verbosity"] > 0:
                self.stdout.write(str(report))
