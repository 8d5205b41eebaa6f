"""`manage.py smoke`: tests a deployment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from customify.ops.smoke import probes
from customify.ops.smoke.render import TrialRender
from customify.ops.smoke.result import CheckResult, run_check, skipped_result


class Command(BaseCommand):
    """Test every part of a deployment and print the results."""

    help = "Test every part of this deployment, with a hint for each failure. Exit code 1 if any part fails."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the time limit."""
        parser.add_argument(
            "--timeout", type=float, default=30, help="seconds for one render through the queue (default 30)"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Print each result at once; raise CommandError (exit code 1) if any part fails."""
        if options["timeout"] <= 0:
            raise CommandError("--timeout must be above 0.")
        failures = 0
        for result in run_checks(options["timeout"]):
            self.stdout.write(str(result))
            self.stdout.flush()
            failures += not result.ok
        if failures:
            raise CommandError(f"{failures} of the parts do not work.")


def run_checks(timeout: float) -> Iterator[CheckResult]:
    """Check the parts; if all work, test a render through them for at most `timeout` s."""
    steps = [
        ("Database", "the database", probes.check_database),
        ("Redis", "Redis", probes.check_redis),
        ("Storage", "the storage", probes.check_storage),
        ("Temporary files", "temporary files", probes.check_temporary_files),
        ("Fonts", "the fonts", probes.check_fonts),
    ]
    broken: list[str] = []
    for part, name, check in steps:
        result = run_check(part, check)
        yield result
        if not result.ok:
            broken.append(name)
    if broken:
        yield skipped_result("Worker", " and ".join(broken))
        yield skipped_result("Render", " and ".join(broken))
    else:
        yield from _check_render(timeout)
    # Last, so that one which has just been started had time for its first heartbeat.
    needs_database = steps[0][1] in broken
    yield (
        skipped_result("Reconciler", steps[0][1])
        if needs_database
        else run_check("Reconciler", probes.check_reconciler)
    )


def _check_render(timeout: float) -> Iterator[CheckResult]:
    trial = TrialRender(timeout)
    try:
        worker = run_check("Worker", trial.wait_for_worker)
        yield worker
        yield run_check("Render", trial.verify_render) if worker.ok else skipped_result("Render", "a worker")
    finally:
        trial.delete_design()
