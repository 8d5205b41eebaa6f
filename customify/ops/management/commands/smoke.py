"""`manage.py smoke`: is this deployment healthy?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from customify.ops.smoke import parts
from customify.ops.smoke.outcome import Outcome, attempt, not_tried
from customify.ops.smoke.render import Trial


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
        for outcome in outcomes(options["timeout"]):
            self.stdout.write(str(outcome))
            self.stdout.flush()
            crosses += not outcome.ok
        if crosses:
            raise CommandError(f"{crosses} of the parts do not work.")


def outcomes(timeout: float) -> Iterator[Outcome]:
    """Try the parts, then a render through all of them (at most `timeout` s) where they work."""
    checks = [
        ("Database", "the database", parts.database),
        ("Redis", "Redis", parts.redis),
        ("Storage", "the storage", parts.files),
        ("Fonts", "the fonts", parts.installed_fonts),
    ]
    broken: list[str] = []
    for part, named, check in checks:
        outcome = attempt(part, check)
        yield outcome
        if not outcome.ok:
            broken.append(named)
    if broken:
        yield not_tried("Worker", " and ".join(broken))
        yield not_tried("Render", " and ".join(broken))
        return
    yield from _render(timeout)


def _render(timeout: float) -> Iterator[Outcome]:
    trial = Trial(timeout)
    try:
        worker = attempt("Worker", trial.wait_for_worker)
        yield worker
        yield attempt("Render", trial.verify_render) if worker.ok else not_tried("Render", "a worker")
    finally:
        trial.delete_design()
