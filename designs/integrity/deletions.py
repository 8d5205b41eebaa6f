"""What was deleted between a dump and the copy of its files: a list beside the copy, which a restore needs.

The dump names these files, and the storage has deleted them since, as it was told to. The backup lacks nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import UUID

from designs.integrity.expected import ExpectedFile, is_still_expected
from designs.models import Asset, Design, Rendition
from rendering import keys

LIST_NAME = "deleted-since-the-dump.txt"


def read_deletions(folder: Path) -> frozenset[str]:
    """Return the entries of a folder's list: `asset ID`, `design ID`, or `file KEY` of a render that was replaced."""
    try:
        return frozenset((folder / LIST_NAME).read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        return frozenset()


def add_deletions(folder: Path, entries: Iterable[str]) -> None:
    """Add entries to a folder's list. Those of earlier dumps stay: one of these may be the dump that is restored."""
    path, new = folder / LIST_NAME, frozenset(entries)
    if not new:
        return
    partial_file = path.with_name(f".{LIST_NAME}.partial")
    with partial_file.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{entry}\n" for entry in sorted(read_deletions(folder) | new))
        stream.flush()
        os.fsync(stream.fileno())
    partial_file.replace(path)


def is_asset_listed(deletions: frozenset[str], asset_id: UUID) -> bool:
    """Tell whether an asset was deleted after the dump."""
    return f"asset {asset_id}" in deletions


def is_design_listed(deletions: frozenset[str], design_id: UUID) -> bool:
    """Tell whether a design was deleted after the dump."""
    return f"design {design_id}" in deletions


def is_file_listed(deletions: frozenset[str], file: ExpectedFile) -> bool:
    """Tell whether a file, or what it belongs to, was deleted after the dump."""
    if file.asset_id is not None:
        return is_asset_listed(deletions, file.asset_id)
    return f"file {file.key}" in deletions or is_design_listed(deletions, _design_id(file))


def find_deletion(file: ExpectedFile) -> str:
    """Return the entry for a file that the storage lacks; "" where the database names it still, so that it is missing.

    Rows go before their files: one that is here after its file was not there tells a loss from a deletion.
    """
    if is_still_expected(file):
        return ""
    if file.asset_id is not None:
        return f"asset {file.asset_id}"
    design_id = _design_id(file)
    is_kept = Design.objects.filter(pk=design_id, deleted_at=None).exists()
    return f"file {file.key}" if is_kept else f"design {design_id}"


def knows_any(files: Iterable[Sequence[ExpectedFile]]) -> bool:
    """Tell whether the database names any of the files, given in pages; another installation's names none."""
    return any(map(_knows_page, files))


def _knows_page(page: Sequence[ExpectedFile]) -> bool:
    drawn = Rendition.objects.filter(key__in=[file.key for file in page if file.asset_id is None])
    return drawn.exists() or Asset.objects.filter(pk__in={file.asset_id for file in page if file.asset_id}).exists()


def _design_id(file: ExpectedFile) -> UUID:
    return keys.parse_key(file.key).design_id
