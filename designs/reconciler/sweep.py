"""Deletes from storage what nobody names any more, after the commit that gave it up."""

from __future__ import annotations

import logging

from designs import lifecycle
from rendering import storage
from rendering.storage import StorageUnavailable

MAX_ROUNDS = 50  # in one sweep, so that no backlog of garbage starves the rest of a tick
ASSETS_PER_SWEEP = 200  # assets

log = logging.getLogger(__name__)


def sweep_garbage() -> int:
    """Delete the files of due garbage; return how many attempts'. A storage that fails keeps its garbage for later."""
    swept = 0
    for _ in range(MAX_ROUNDS):
        sweeps = lifecycle.take_due_garbage()
        for sweep in sweeps:
            try:
                storage.delete_files(sweep.keys, alias=sweep.alias)
            except StorageUnavailable as error:
                log.warning("garbage stays until the storage is back: %s", error)
                lifecycle.postpone_garbage(sweep)
                return swept
            lifecycle.finish_garbage(sweep)
            swept += 1
        if not sweeps:
            break
    return swept


def sweep_assets() -> int:
    """Delete the files of deleted assets, then their rows; return how many. A storage that fails keeps the rows."""
    swept = 0
    for asset in lifecycle.deleted_assets().order_by("deleted_at")[:ASSETS_PER_SWEEP]:
        try:
            storage.delete_files(asset.keys.unique_keys(), alias="private")
        except StorageUnavailable as error:
            log.warning("files of deleted assets stay until the storage is back: %s", error)
            break
        lifecycle.drop_asset_row(asset.pk)
        swept += 1
    return swept
