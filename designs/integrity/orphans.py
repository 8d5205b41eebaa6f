"""Finds stored files that no row accounts for.

A listing is taken first, and the rows are asked afterwards. Whatever stores a file has written a row before: a running
render, or the row of an asset. That row is replaced by a rendition or by garbage in one transaction, and garbage leaves
the table once its files are deleted. So a file that was listed, still exists, and that none of these names now, belongs
to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from uuid import UUID

from designs import lifecycle
from designs.models import Asset, Garbage, Render, RenderState, Rendition
from rendering import keys
from rendering.storage import ListedFile

PROBE_AGE = timedelta(hours=1)  # render number 0: a health check stores it, and deletes it at once


@dataclass(frozen=True, slots=True)
class Sorting:
    """Keys of listed files: those that rows account for, those that none does, and those that are none of ours."""

    known: Sequence[str]
    orphans: Sequence[str]
    foreign: Sequence[str]


def sort_files(alias: str, files: Sequence[ListedFile]) -> Sorting:
    """Sort some listed files of one storage."""
    ours = {file.key: owner for file in files if (owner := _find_owner(alias, file)) is not None}
    accounted = _find_accounted(ours)
    return Sorting(
        [key for key in ours if key in accounted],
        [key for key in ours if key not in accounted],
        [file.key for file in files if file.key not in ours],
    )


def _find_owner(alias: str, file: ListedFile) -> UUID | None:
    """Return the design or asset that a key names, None for other keys and for a recent file of a health check."""
    try:
        parts = keys.parse_key(file.key)
    except ValueError:
        return _find_asset_id(file.key) if alias == "private" else None
    is_probe = parts.number == 0 and file.modified > datetime.now(UTC) - PROBE_AGE
    return None if is_probe else parts.design_id


def _find_asset_id(key: str) -> UUID | None:
    folder = PurePosixPath(key).parent
    try:
        asset_id = UUID(folder.name)
        return asset_id if key.startswith(keys.asset_prefix(asset_id)) and folder.parent.name == "assets" else None
    except ValueError:
        return None


def _find_accounted(owners: dict[str, UUID]) -> set[str]:
    """Return those of the keys that a row names. The order of the queries matters: states follow each other so."""
    ids = set(owners.values())
    accounted = _keys_of_running(ids) | _keys_of_assets(ids)
    accounted |= set(Rendition.objects.filter(key__in=list(owners)).values_list("key", flat=True))
    if owners.keys() <= accounted:
        return accounted
    left = {owner for key, owner in owners.items() if key not in accounted}
    for row in Garbage.objects.filter(design_id__in=left):
        accounted.update(lifecycle.garbage_keys(row))
    return accounted


def _keys_of_running(ids: Iterable[UUID]) -> set[str]:
    rows = Render.objects.filter(design_id__in=list(ids), state=RenderState.RUNNING)
    prefixes = [
        (keys.attempt_prefix(row.design_id, row.number, row.attempt, row.attempt_nonce), row.frozen["outputs"])
        for row in rows
    ]
    return {prefix + output["name"] for prefix, outputs in prefixes for output in outputs}


def _keys_of_assets(ids: Iterable[UUID]) -> set[str]:
    return {key for asset in Asset.objects.filter(pk__in=list(ids)) for key in asset.keys.unique_keys()}
