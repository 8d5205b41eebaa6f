"""`manage.py smoke`: is this deployment healthy?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from customify.ops.smoke import checks
from customify.ops.smoke.render import TrialRender
from customify.ops.smoke.result import CheckResult, run_check, skipped_result


class Command(BaseCommand):
    """Try every part for real and say how each does."""

    help = "Try every part of this deployment: a tick, or a cross with its mend, for each. Exit code 1 for any cross."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how long a render may take."""
        parser.add_argument("--timeout", type=float, default=30, help="s for one render through the queue (default 30)")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Print a line a part as soon as it is known; CommandError (exit code 1) if any does not work."""
        if options["timeout"] <= 0:
            raise CommandError("--timeout must be above 0.")
        crosses = 0
        for outcome in run_checks(options["timeout"]):
            self.stdout.write(str(outcome))
            self.stdout.flush()
            crosses += not outcome.ok
        if crosses:
            raise CommandError(f"{crosses} of the parts do not work.")


def run_checks(timeout: float) -> Iterator[CheckResult]:
    """Try the parts, then a render through all of them (at most `timeout` s) where they work."""
    steps = [
        ("Database", "the database", checks.check_database),
        ("Redis", "Redis", checks.check_redis),
        ("Storage", "the storage", checks.check_storage),
        ("Fonts", "the fonts", checks.check_fonts),
    ]
    broken: list[str] = []
    for part, name, check in steps:
        outcome = run_check(part, check)
        yield outcome
        if not outcome.ok:
            broken.append(name)
    if broken:
        yield skipped_result("Worker", " and ".join(broken))
        yield skipped_result("Render", " and ".join(broken))
        return
    yield from _check_render(timeout)


def _check_render(timeout: float) -> Iterator[CheckResult]:
    trial = TrialRender(timeout)
    try:
        worker = run_check("Worker", trial.wait_for_worker)
        yield worker
        yield run_check("Render", trial.verify_render) if worker.ok else skipped_result("Render", "a worker")
    finally:
        trial.delete_design()
