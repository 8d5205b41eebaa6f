"""A check of all files, page by page: it may be stopped and continued, and says what it does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice

from designs.integrity.compare import Comparison, FileComparer, Pace, Verdict, be_patient, find_existing
from designs.integrity.copies import FolderCopy
from designs.integrity.expected import ExpectedFile, Page, is_still_expected, read_asset_pages, read_rendition_pages
from designs.integrity.orphans import sort_files
from designs.integrity.repair import FileRepair, Outcome
from rendering import storage
from rendering.storage import ListedFile, StorageUnavailable

SECTIONS = ("assets", "renditions", "stored", "stored-private")
"""In this order, because renditions are drawn from assets, and the listing shows what a repair has left."""
LISTING_PAGE = 500
PROGRESS_EVERY = 5.0  # s
MIN_KNOWN_SHARE = 0.1  # of the listed files: with less, the rows are probably those of another installation


@dataclass(frozen=True, slots=True)
class Position:
    """Where a check continues: a section, and the last id or key that is done."""

    section: str = SECTIONS[0]
    after: str = ""

    def __str__(self) -> str:
        return f"{self.section}:{self.after}"

    @classmethod
    def parse(cls, text: str) -> Position:
        """Return the position that is written `SECTION:AFTER`; raises ValueError."""
        section, _, after = text.partition(":")
        if section not in SECTIONS:
            raise ValueError(f"{text!r} is no position: copy the one that an earlier run printed.")
        return cls(section, after)


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What to check and what to do about it; `rate` in files a second, 0 for no limit."""

    repair: bool = False
    with_hash: bool = True
    rate: float = 0
    since: datetime | None = None
    start: Position = Position()
    copy: FolderCopy | None = None
    with_orphans: bool = True
    delete_most: bool = False


@dataclass(slots=True)
class CheckReport:
    """What was found and done."""

    compared: int = 0
    missing: int = 0
    damaged: int = 0
    listed: int = 0
    known: int = 0
    orphans: int = 0
    orphans_deleted: int = 0
    orphans_kept: int = 0  # because nearly all files are orphans
    foreign: int = 0
    lost: list[Outcome] = field(default_factory=list)
    not_listed: str = ""  # why the storage could not be listed
    is_complete: bool = False

    @property
    def broken(self) -> int:
        """The number of files that are missing or damaged."""
        return self.missing + self.damaged


@dataclass(slots=True)
class FileCheck:
    """One check; `tell` gets a line for each problem and repair, `tell_progress` one from time to time."""

    options: CheckOptions
    tell: Callable[[str], None]
    tell_progress: Callable[[str], None]
    keep_going: Callable[[], bool] = lambda: True
    report: CheckReport = field(default_factory=CheckReport)
    position: Position = field(default_factory=Position)
    repair: FileRepair = field(default_factory=FileRepair)
    told_at: float = field(default_factory=time.monotonic)

    def run(self) -> CheckReport:
        """Check everything from the start position on, until all is done or `keep_going` says no.

        Raises StorageUnavailable; `position` says where to continue.
        """
        self.position, self.repair.copy = self.options.start, self.options.copy
        comparer = FileComparer(self.options.with_hash, Pace(self.options.rate))
        for section in SECTIONS[SECTIONS.index(self.position.section) :]:
            if self.position.section != section:
                self.position = Position(section)
            if section.startswith("stored"):
                done = not self.options.with_orphans or self._check_listing(section)
            else:
                done = self._check_rows(section, comparer)
            if not done:
                return self.report
        self.report.is_complete = True
        return self.report

    def _check_rows(self, section: str, comparer: FileComparer) -> bool:
        """Compare the files that rows of a section name; return False if it was stopped."""
        read_pages: Callable[[str, datetime | None], Iterator[Page]]
        read_pages = read_asset_pages if section == "assets" else read_rendition_pages
        for page in read_pages(self.position.after, self.options.since):
            if not self.keep_going():
                return False
            self._handle_page(comparer.compare_files(page.files))
            self.position = Position(section, page.last)
            self._tell_progress()
        return self.keep_going()

    def _handle_page(self, found: Sequence[Comparison]) -> None:
        broken = [one for one in found if one.verdict is not Verdict.SOUND and is_still_expected(one.file)]
        self.report.compared += len(found)
        self.report.missing += sum(one.verdict is Verdict.MISSING for one in broken)
        self.report.damaged += sum(one.verdict is Verdict.DAMAGED for one in broken)
        for one in broken:
            self.tell(str(one))
        if self.options.repair and broken:
            self._repair([one.file for one in broken])

    def _repair(self, files: Sequence[ExpectedFile]) -> None:
        for outcome in self.repair.repair_files(files):
            self.tell(str(outcome))
            if not outcome.is_mended:
                self.report.lost.append(outcome)

    def _check_listing(self, section: str) -> bool:
        """Look for stored files without a row; return False if it was stopped."""
        alias = "private" if section == "stored-private" else "default"
        pages = self._list_pages(alias)
        waiting: list[str] = []  # orphans, until enough files are known to belong to this database
        while files := self._next_page(pages):
            if not self.keep_going():
                return False
            self._sort_page(alias, files, waiting)
            if not waiting:
                self.position = Position(section, files[-1].key)
            self._tell_progress()
        self.report.orphans_kept += len(waiting)
        return self.keep_going()

    def _list_pages(self, alias: str) -> Iterator[list[ListedFile]]:
        listing, since = storage.list_files(alias=alias, after=self.position.after), self.options.since
        kept = (file for file in listing if since is None or file.modified >= since)
        while page := list(islice(kept, LISTING_PAGE)):
            yield page

    def _next_page(self, pages: Iterator[list[ListedFile]]) -> list[ListedFile]:
        try:
            return next(pages, [])
        except StorageUnavailable as error:
            if "AccessDenied" not in str(error):
                raise
            self.report.not_listed = f"{error} Looking for orphans needs s3:ListBucket."
            return []

    def _sort_page(self, alias: str, files: Sequence[ListedFile], waiting: list[str]) -> None:
        found = sort_files(alias, files)
        self.report.listed += len(files)
        self.report.known += len(found.known)
        # Garbage may have been collected between the listing and the queries.
        orphans = find_existing(found.orphans, alias)
        self.report.orphans += len(orphans)
        self.report.foreign += len(found.foreign)
        for key in orphans:
            self.tell(f"orphan   {'private/' if alias == 'private' else ''}{key}")
        if not self.options.repair:
            return
        waiting += orphans
        ours = self.report.known + self.report.orphans
        if waiting and (self.options.delete_most or self.report.known >= MIN_KNOWN_SHARE * ours):
            be_patient(partial(storage.delete_files, tuple(waiting), alias=alias))
            self.report.orphans_deleted += len(waiting)
            waiting.clear()

    def _tell_progress(self) -> None:
        if time.monotonic() - self.told_at >= PROGRESS_EVERY:
            self.told_at = time.monotonic()
            done, report = self.position, self.report
            found = f"{report.missing} missing, {report.damaged} damaged, {report.orphans} orphans"
            self.tell_progress(f"{report.compared} compared, {report.listed} listed; {found}; at {done}")
