"""Mends files that are missing or damaged: from a copy, from the asset's full copy, or by drawing the render again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from uuid import UUID

from designs import lifecycle
from designs.drawing.asset_reads import AssetUnavailable
from designs.drawing.draw import DrawnRender, draw_render, files_to_store
from designs.drawing.errors import UndrawableError
from designs.drawing.timeouts import TooSlowError, soft_limit, time_limit_check
from designs.integrity.compare import be_patient
from designs.integrity.copies import FolderCopy
from designs.integrity.deletions import is_asset_listed, is_design_listed, read_deletions
from designs.integrity.expected import ExpectedFile, is_still_expected
from designs.lifecycle import ClaimedRender, StoredRender
from designs.lifecycle.assets import MAX_DESIGNS_NAMED, designs_using
from designs.models import Asset, Render
from designs.renders.lanes import rules_for_lane, storage_alias
from designs.services.assets import upload_limits
from rendering import keys, storage
from rendering.ingest import clean
from rendering.storage import StorageUnavailable, StoredFile

COPIED, REMADE, DRAWN = "copied from the backup", "made from the full copy", "drawn again"
DISCARDED = "discarded: a newer render had replaced it"
DELETED = "deleted again: they had been deleted after the dump"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of broken files: whether they are mended (or not needed any more), how or why not, in words."""

    files: Sequence[ExpectedFile]
    is_mended: bool
    text: str

    def __str__(self) -> str:
        return f"{'repaired' if self.is_mended else 'lost':<8} {self.files[0].path}: {self.text}"


class LostFileError(Exception):
    """Broken files cannot be mended; the text says why, and what to do."""


@dataclass
class FileRepair:
    """Mends files; `copy` is where sound ones may be found. Raises StorageUnavailable in an outage."""

    copy: FolderCopy | None = None
    counts: Counter[str] = field(default_factory=Counter)

    def repair_files(self, broken: Sequence[ExpectedFile]) -> list[Outcome]:
        """Mend what can be mended, and return what became of each file; files of one render are mended together."""
        outcomes = []
        renders: dict[int, list[ExpectedFile]] = {}
        for file in broken:
            if be_patient(partial(self._copy_back, file)):
                outcomes.append(self._count(COPIED, [file]))
            elif file.asset_id is not None:
                outcomes.append(self._try_asset(file))
            else:
                renders.setdefault(file.render_id, []).append(file)
        return outcomes + [self._try_render(pk, files) for pk, files in renders.items()]

    def _count(self, how: str, files: Sequence[ExpectedFile], detail: str = "") -> Outcome:
        self.counts[how] += len(files)
        return Outcome(files, is_mended=True, text=f"{how}{detail}")

    def _copy_back(self, file: ExpectedFile) -> bool:
        path = self.copy.find_sound(file) if self.copy is not None else None
        return path is not None and store_asset_or_rendition(file, path)

    def _try_asset(self, file: ExpectedFile) -> Outcome:
        try:
            be_patient(partial(remake_working_copy, file))
        except LostFileError as error:
            if file.asset_id and is_asset_listed(self._deletions, file.asset_id):
                lifecycle.delete_lost_asset(file.asset_id)
                return self._count(DELETED, [file])
            return Outcome([file], is_mended=False, text=str(error))
        return self._count(REMADE, [file])

    def _try_render(self, render_id: int, files: Sequence[ExpectedFile]) -> Outcome:
        if lifecycle.discard_replaced_files(render_id):
            return self._count(DISCARDED, files)
        try:
            detail = be_patient(partial(redraw_files, render_id))
        except LostFileError as error:
            if self._delete_listed_design(files[0]):
                return self._count(DELETED, files)
            return Outcome(files, is_mended=False, text=str(error))
        return self._count(DRAWN, files, detail)

    @cached_property
    def _deletions(self) -> frozenset[str]:
        return read_deletions(self.copy.root) if self.copy is not None else frozenset()

    def _delete_listed_design(self, file: ExpectedFile) -> bool:
        """Delete the design of a file that cannot be drawn again, if it had been deleted after the dump."""
        design_id = keys.parse_key(file.key).design_id
        return is_design_listed(self._deletions, design_id) and lifecycle.delete_again(design_id)


def store_asset_or_rendition(file: ExpectedFile, content: bytes | Path) -> bool:
    """Store a file that a row names; False, and the file is deleted again, where the row is gone meanwhile."""
    storage.save_files([StoredFile(file.key, content)], alias=file.alias)
    if is_still_expected(file):
        return True
    storage.delete_files([file.key], alias=file.alias)
    return False


def remake_working_copy(file: ExpectedFile) -> None:
    """Make an asset's working copy again from its full copy. Raises LostFileError, StorageUnavailable."""
    asset = Asset.objects.filter_usable().filter(pk=file.asset_id or UUID(int=0)).first()
    if asset is None:
        raise LostFileError("the asset was deleted meanwhile")
    if file.key == asset.keys.full:
        raise LostFileError(_describe_lost_asset(asset))
    picture = _decode_full_copy(asset)
    data, sha256 = picture.working.data, hashlib.sha256(picture.working.data).hexdigest()
    remade = replace(file, size=len(data), sha256=sha256)
    storage.save_files([StoredFile(file.key, data)], alias=file.alias)
    # Another version of the libraries may write other bytes for the same picture: then the row says so.
    is_recorded = remade == file or lifecycle.replace_working_copy(asset, len(data), sha256)
    if not (is_recorded and is_still_expected(remade)):
        storage.delete_files([file.key], alias=file.alias)
        raise LostFileError("the asset was deleted meanwhile")


def _decode_full_copy(asset: Asset) -> clean.CleanPicture:
    try:
        full = storage.read_file(asset.keys.full, alias="private").data
    except FileNotFoundError:
        raise LostFileError(_describe_lost_asset(asset)) from None
    except StorageUnavailable:
        if storage.file_exists(asset.keys.full, alias="private"):
            raise
        raise LostFileError(_describe_lost_asset(asset)) from None
    if hashlib.sha256(full).hexdigest() != asset.sha256:
        raise LostFileError(_describe_lost_asset(asset))
    # It was accepted once, so that today's limits of uploads do not matter.
    limits = replace(
        upload_limits(),
        bytes=len(full),
        pixels=asset.width * asset.height,
        side_min=1,
        side_max=max(asset.width, asset.height),
        aspect=float(max(asset.width, asset.height)),
        working_side=max(asset.working_width, asset.working_height),
    )
    try:
        picture = clean.ingest_picture(full, limits)
    except (clean.PictureRefused, clean.DecoderBusy) as error:
        raise LostFileError(f"the full copy cannot be decoded: {error}") from error
    if (picture.working.width, picture.working.height) != (asset.working_width, asset.working_height):
        raise LostFileError("the full copy gives a working copy of another size")
    return picture


def _describe_lost_asset(asset: Asset) -> str:
    users = designs_using(asset.pk, MAX_DESIGNS_NAMED + 1)
    named = ", ".join(str(pk) for pk in users[:MAX_DESIGNS_NAMED]) + (" …" if len(users) > MAX_DESIGNS_NAMED else "")
    drawn = f"which designs {named} draw from" if users else "which no design draws from"
    return (
        f"there is no sound full copy of asset {asset.pk}, {drawn}:"
        " restore it from a backup (--from), or upload the picture again"
    )


def redraw_files(render_id: int) -> str:
    """Draw a render's files again and store them under new keys; return what changed, in words.

    Raises LostFileError, StorageUnavailable.
    """
    work = lifecycle.begin_redraw(render_id)
    if work is None:
        raise LostFileError("the render's files were discarded meanwhile")
    before = Render.objects.get(pk=render_id).receipt.get("engine", "an earlier one")
    drawn = _draw(work)
    storage.save_files(files_to_store(work, drawn), alias=storage_alias(work.lane))
    if not lifecycle.finish_redraw(StoredRender(work, drawn.rows, drawn.findings, drawn.receipt)):
        raise LostFileError("the render's files were discarded meanwhile")
    now = drawn.receipt["engine"]
    return "" if before == now else f" by engine {now}, before by {before}: look at it"


def _draw(work: ClaimedRender) -> DrawnRender:
    limit = rules_for_lane(work.lane).soft_limit
    try:
        with soft_limit(limit):
            return draw_render(work, time_limit_check(limit))
    except (UndrawableError, TooSlowError, AssetUnavailable) as error:
        which = f"render {work.number} of design {work.design_id}"
        raise LostFileError(f"{which} cannot be drawn again: {error}") from error
