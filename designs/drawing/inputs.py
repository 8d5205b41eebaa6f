"""What a drawing is made from, as the engine's values, read from a stored snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from designs.drawing.asset_reads import AssetReader
from designs.renders.snapshot import design_bounds, snapshot_areas, snapshot_color, snapshot_outputs
from designs.renders.watermark import load_watermark
from rendering.engine.request import DrawRequest
from rendering.engine.values import Picture, Rules


@dataclass(frozen=True, slots=True)
class DrawInputs:
    """A request to the engine, with the design's own pictures by asset id; fonts are the process's."""

    request: DrawRequest
    pictures: Mapping[str, Picture]


def snapshot_inputs(snapshot: Mapping[str, Any], read_seconds: float) -> DrawInputs:
    """Read a stored snapshot; StorageUnavailable without the watermark's picture, ValueError where rules are wrong.

    Reading all its pictures may take `read_seconds`.
    """
    request = DrawRequest(
        snapshot["design_data"],
        Rules.from_json(snapshot["rules"]),
        snapshot_outputs(snapshot),
        snapshot_areas(snapshot),
        limits=design_bounds(),
        watermark=load_watermark(snapshot),
        with_placeholder=True,
        schema_version=snapshot.get("schema", 1),
        product_color=snapshot_color(snapshot),
        with_facts=True,
    )
    # A render that an earlier version queued has no assets.
    return DrawInputs(request, build_pictures(snapshot.get("assets", {}), read_seconds))


def build_pictures(assets: Mapping[str, Mapping[str, Any]], read_seconds: float) -> dict[str, Picture]:
    """Return the pictures of assets, given by id as a snapshot holds them; their bytes are read when they are drawn.

    Reading all of them may take `read_seconds`. It raises StorageUnavailable; AssetUnavailable where a file is missing
    or not what was stored.
    """
    reader = AssetReader(read_seconds)
    return {pk: _build_picture(pk, asset, reader) for pk, asset in assets.items()}


def _build_picture(asset_id: str, asset: Mapping[str, Any], reader: AssetReader) -> Picture:
    def read(copy: str, sha256: str) -> bytes:
        return reader.read_copy(asset_id, asset[copy], asset[sha256])

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
