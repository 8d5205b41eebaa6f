"""What a drawing is made from, as the engine's values, read from a stored snapshot."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from designs.drawing.asset_cache import asset_cache
from designs.drawing.timeouts import TooSlowError
from designs.renders.snapshot import design_bounds, snapshot_areas, snapshot_outputs
from designs.renders.watermark import load_watermark
from rendering import storage
from rendering.engine.request import DrawRequest
from rendering.engine.values import Picture, Rules
from rendering.storage import StorageUnavailable


class AssetUnavailable(StorageUnavailable):
    """The storage does not deliver an asset's file as it was stored; one wrong answer does not prove it lost."""


@dataclass(frozen=True, slots=True)
class DrawInputs:
    """A request to the engine, with the design's own pictures by asset id; fonts are the process's."""

    request: DrawRequest
    pictures: Mapping[str, Picture]


def snapshot_inputs(snapshot: Mapping[str, Any]) -> DrawInputs:
    """Read a stored snapshot; StorageUnavailable without the watermark's picture, ValueError where rules are wrong."""
    request = DrawRequest(
        snapshot["design_data"],
        Rules.from_json(snapshot["rules"]),
        snapshot_outputs(snapshot),
        snapshot_areas(snapshot),
        limits=design_bounds(),
        watermark=load_watermark(snapshot),
        with_placeholder=True,
        schema_version=snapshot.get("schema", 1),
    )
    # A render that an earlier version queued has no assets.
    return DrawInputs(request, build_pictures(snapshot.get("assets", {})))


def build_pictures(assets: Mapping[str, Mapping[str, Any]]) -> dict[str, Picture]:
    """Return the pictures of assets, given by id as a snapshot holds them; their bytes are read when they are drawn.

    Reading raises StorageUnavailable; AssetUnavailable where a file is missing or not what was stored.
    """
    return {pk: _build_picture(pk, asset) for pk, asset in assets.items()}


def _build_picture(asset_id: str, asset: Mapping[str, Any]) -> Picture:
    def read(copy: str, sha256: str) -> bytes:
        return asset_cache.get_or_fetch(asset[sha256], lambda: _fetch_copy(asset_id, asset[copy], asset[sha256]))

    return Picture(
        asset_id,
        asset["width"],
        asset["height"],
        asset["working_width"],
        asset["working_height"],
        asset["sha256"],
        full=lambda: read("full", "sha256"),
        working=lambda: read("working", "working_sha256"),
    )


def _fetch_copy(asset_id: str, key: str, sha256: str) -> bytes:
    """Return a copy's bytes; AssetUnavailable for a missing or wrong file, which a storage may deliver in an outage."""
    try:
        data = storage.read_file(key, alias="private").data
    except FileNotFoundError as error:
        raise AssetUnavailable(f"Asset {asset_id} is not in the storage: upload the picture again.") from error
    except TooSlowError as error:  # the drawing's time is up, and the design is not to blame
        raise StorageUnavailable(f"Asset {asset_id} was not read within the time allowed for drawing.") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise AssetUnavailable(f"The stored file of asset {asset_id} is not what was stored: upload the picture again.")
    return data
