"""Upgrades: what a document of an earlier schema version means, said in the fields of the newest one (decision 32)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from rendering.engine.kinds import GROUP

SCHEMA_VERSION = 2
LINE_HEIGHT_BEFORE_2 = 1.2  # ems; the default in schema version 1

RawLayer: TypeAlias = Mapping[str, Any]


def upgrade_document(data: Mapping[str, Any], schema_version: int) -> Mapping[str, Any]:
    """Return design_data of an earlier schema version, valid in that version, in the form of the newest one."""
    return _map_layers(data, _say_line_height) if schema_version < 2 else data


def _say_line_height(layer: RawLayer) -> RawLayer:
    return {"line_height": LINE_HEIGHT_BEFORE_2, **layer} if layer.get("type") == "text" else layer


def _map_layers(data: Mapping[str, Any], change: Callable[[RawLayer], RawLayer]) -> Mapping[str, Any]:
    """Return a document with each layer that is not a group changed; the short form has none."""
    placements = data.get("placements")
    if not isinstance(placements, Mapping):
        return data
    return {**data, "placements": {name: _map_content(content, change) for name, content in placements.items()}}


def _map_content(content: Any, change: Callable[[RawLayer], RawLayer]) -> Any:
    layers = content.get("layers") if isinstance(content, Mapping) else None
    if not isinstance(layers, Sequence) or isinstance(layers, str):
        return content
    return {**content, "layers": [_map_layer(layer, change) for layer in layers]}


def _map_layer(layer: Any, change: Callable[[RawLayer], RawLayer]) -> Any:
    if not isinstance(layer, Mapping):
        return layer
    return _map_content(layer, change) if layer.get("type") == GROUP else change(layer)
