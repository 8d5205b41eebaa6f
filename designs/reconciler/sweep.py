"""Deletes discarded files from storage, after the commit that discarded them."""

from __future__ import annotations

import logging

from designs import lifecycle
from rendering import storage
from rendering.storage import StorageUnavailable

MAX_ROUNDS = 50  # in one sweep, so that a backlog of garbage does not starve the rest of a tick
ASSETS_PER_SWEEP = 200

log = logging.getLogger(__name__)


def sweep_garbage() -> int:
    """Delete the files of due garbage; return of how many attempts. If the storage fails, the garbage is kept."""
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
    """Delete the files of deleted assets, then their rows; return of how many. If the storage fails, rows are kept."""
    swept = 0
    for asset in lifecycle.deleted_assets().order_by("deleted_at")[:ASSETS_PER_SWEEP]:
        try:
            storage.delete_files(asset.keys.unique_keys(), alias="private")
        except StorageUnavailable as error:
            log.warning("files of deleted assets are kept until the storage is back: %s", error)
            break
        lifecycle.drop_asset_row(asset.pk)
        swept += 1
    return swept
