"""`manage.py verify_files [--repair [--from FOLDER]] [--since TIME] [--start-at POSITION] …`."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from designs.integrity.copies import FolderCopy
from designs.integrity.run import CheckOptions, CheckReport, FileCheck, Position
from rendering.storage import StorageUnavailable

STOPPED = 130  # exit code of a program that Ctrl-C ended


class Command(BaseCommand):
    """Compare stored files with rows."""

    help = (
        "Compare every stored file with the row that names it, by size and SHA-256, and look for stored files that no"
        " row names. With --repair, mend what can be: renders are drawn again under new keys, working copies are"
        " made from full ones, orphans are deleted. Safe while the service runs. Ctrl-C stops it; it says how to"
        " continue. Exit code 0: all is well, or mended. 1: something is missing, damaged or superfluous. 130: stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the options."""
        parser.add_argument("--repair", action="store_true", help="mend what can be, and name what cannot")
        parser.add_argument(
            "--from",
            type=Path,
            dest="copy",
            metavar="FOLDER",
            help="with --repair: a backup of STORAGE_ROOT or of the bucket, from which files are copied back first",
        )
        parser.add_argument(
            "--since",
            type=parse_since,
            metavar="TIME",
            help="only files stored since: 2026-11-30, 2026-11-30T18:00Z, 36h or 7d",
        )
        parser.add_argument(
            "--quick", action="store_true", help="compare sizes only: reads one byte of each file instead of all"
        )
        parser.add_argument("--rate", type=float, default=200, help="files a second, 0 for no limit (default: 200)")
        parser.add_argument(
            "--start-at", type=parse_position, default=Position(), metavar="POSITION", help="continue an earlier run"
        )
        parser.add_argument("--no-orphans", action="store_true", help="do not list the storage")
        parser.add_argument(
            "--delete-most",
            action="store_true",
            help="with --repair: delete orphans even if nearly all stored files are orphans",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Print a line for each problem and each repair, then a summary."""
        check = FileCheck(self._read_options(options), self.stdout.write, self._tell_progress(options["verbosity"]))
        with stop_on_signal() as stop:
            check.keep_going = lambda: not stop.is_set()
            try:
                report = check.run()
            except StorageUnavailable as error:
                raise CommandError(f"{error} Continue with --start-at {check.position}") from error
        for line in summarise(report, check):
            self.stdout.write(line)
        if not report.is_complete:
            raise CommandError(f"Stopped. Continue with --start-at {check.position}", returncode=STOPPED)
        if problem := find_rest(report, repaired=options["repair"]):
            raise CommandError(problem)

    def _read_options(self, options: dict[str, Any]) -> CheckOptions:
        folder = options["copy"]
        if folder is not None and not (options["repair"] and folder.is_dir()):
            problem = "needs --repair" if not options["repair"] else f"needs a folder, and {folder} is none"
            raise CommandError(f"--from {problem}.")
        return CheckOptions(
            repair=options["repair"],
            with_hash=not options["quick"],
            rate=options["rate"],
            since=options["since"],
            start=options["start_at"],
            copy=FolderCopy(folder) if folder else None,
            with_orphans=not options["no_orphans"],
            delete_most=options["delete_most"],
        )

    def _tell_progress(self, verbosity: int) -> Any:
        return self.stderr.write if verbosity > 0 else lambda _: None


def summarise(report: CheckReport, check: FileCheck) -> Iterator[str]:
    """Yield the lines of the summary."""
    by = "size and SHA-256" if check.options.with_hash else "size"
    yield f"Compared {report.compared} files by {by}: {report.missing} missing, {report.damaged} damaged."
    if report.listed or not report.not_listed:
        foreign = f", {report.foreign} not ours and left alone" if report.foreign else ""
        yield f"Listed {report.listed} stored files: {report.orphans} orphans{foreign}."
    if report.not_listed:
        yield f"Not looked for orphans: {report.not_listed}"
    if check.options.repair:
        done = [f"{count} files {how}" for how, count in check.repair.counts.items()]
        done += [f"{report.orphans_deleted} orphans deleted"] if report.orphans_deleted else []
        yield f"Repaired: {', '.join(done) or 'nothing'}."


def find_rest(report: CheckReport, *, repaired: bool) -> str:
    """Return what is still wrong, and what to do, "" if nothing is."""
    if not repaired:
        wrong = report.broken + report.orphans
        return f"{wrong} files are missing, damaged or orphans. --repair mends what can be." if wrong else ""
    rest = []
    if report.lost:
        count = sum(len(outcome.files) for outcome in report.lost)
        rest.append(f"{count} files cannot be repaired: see the lines that begin with 'lost'.")
    if report.orphans_kept:
        rest.append(
            f"Only {report.known} of {report.listed} stored files belong to this database: is it the right one?"
            f" {report.orphans_kept} orphans were kept; --delete-most deletes them."
        )
    return " ".join(rest)


@contextmanager
def stop_on_signal() -> Iterator[threading.Event]:
    """Yield an event that SIGINT and SIGTERM set, instead of ending the process; a second SIGINT ends it."""
    stop = threading.Event()

    def request_stop(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, signal.default_int_handler)

    before = {number: signal.signal(number, request_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def parse_position(text: str) -> Position:
    """Return a position."""
    try:
        return Position.parse(text)
    except ValueError as error:
        raise CommandError(str(error)) from error


def parse_since(text: str) -> datetime:
    """Return the time that a date, a time or a duration stands for; times without a zone are UTC."""
    if match := re.fullmatch(r"(\d{1,5})([hd])", text):
        amount = int(match[1])
        return timezone.now() - (timedelta(hours=amount) if match[2] == "h" else timedelta(days=amount))
    try:
        day = parse_date(text)
        found = datetime(day.year, day.month, day.day) if day else parse_datetime(text)  # noqa: DTZ001  # made aware below
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"{text!r} is no time: write 2026-11-30, 2026-11-30T18:00Z, 36h or 7d.")
    return found if timezone.is_aware(found) else timezone.make_aware(found, timezone.get_default_timezone())
