"""Which files the storage must hold, by the rows: the copies of assets, and the renditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from designs.models import Asset, Rendition
from designs.renders.lanes import storage_alias

PAGE_ROWS = 100


@dataclass(frozen=True, slots=True)
class ExpectedFile:
    """A file that a row names: place, size in bytes and SHA-256, and the ids of its row and of its render."""

    alias: str
    key: str
    size: int
    sha256: str
    asset_id: UUID | None = None
    rendition_id: int = 0
    render_id: int = 0

    @property
    def path(self) -> str:
        """Its place below STORAGE_ROOT, or in the bucket."""
        return f"private/{self.key}" if self.alias == "private" else self.key


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows' files; `last` is where the next page begins after."""

    files: Sequence[ExpectedFile]
    last: str


def read_asset_pages(after: str, since: datetime | None = None) -> Iterator[Page]:
    """Yield the files of usable assets by id, beginning after one; `since` keeps those stored at that time or later."""
    rows = Asset.objects.filter_usable().order_by("pk")
    if since is not None:
        rows = rows.filter(stored_at__gte=since)
    while page := list(rows.filter(pk__gt=UUID(after)) if after else rows)[:PAGE_ROWS]:
        after = str(page[-1].pk)
        yield Page([file for asset in page for file in asset_files(asset)], after)


def asset_files(asset: Asset) -> list[ExpectedFile]:
    """Return the files of an asset; a small picture has one copy only."""
    full = ExpectedFile("private", asset.keys.full, asset.bytes, asset.sha256, asset.pk)
    if not asset.has_working_copy:
        return [full]
    working = ExpectedFile("private", asset.keys.working, asset.working_bytes, asset.working_sha256, asset.pk)
    return [full, working]


def read_rendition_pages(after: str, since: datetime | None = None) -> Iterator[Page]:
    """Yield the files of renditions by id, beginning after one; `since` keeps those published at that time or later."""
    rows = Rendition.objects.order_by("pk")
    if since is not None:
        rows = rows.filter(created_at__gte=since)
    columns = ("pk", "key", "bytes", "sha256", "render_id", "render__lane")
    last = int(after or 0)
    while page := list(rows.filter(pk__gt=last).values(*columns)[:PAGE_ROWS]):
        last = page[-1]["pk"]
        yield Page([_rendition_file(row) for row in page], str(last))


def _rendition_file(row: Mapping[str, Any]) -> ExpectedFile:
    return ExpectedFile(
        storage_alias(row["render__lane"]),
        row["key"],
        row["bytes"],
        row["sha256"],
        rendition_id=row["pk"],
        render_id=row["render_id"],
    )


def is_still_expected(file: ExpectedFile) -> bool:
    """Tell whether a row names a file now: it may have been discarded since the row was read."""
    if file.asset_id is None:
        return Rendition.objects.filter(pk=file.rendition_id, key=file.key).exists()
    asset = Asset.objects.filter_usable().filter(pk=file.asset_id).first()
    return asset is not None and file in asset_files(asset)
