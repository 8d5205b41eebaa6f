"""Checks of image layers."""

from collections.abc import Iterator, Mapping
from typing import Any

from rendering.engine.schema import Image
from rendering.engine.validation.context import CheckContext
from rendering.engine.validation.problems import UNKNOWN_ASSET, Problem
from rendering.engine.values import Area

CHARACTER_FIELDS = ()
_TOLERANCE = 1e-9  # rounding of the sum of two fractions


def check_fields(
    layer: Mapping[str, Any],
    pointer: str,
    bad: set[str],
    context: CheckContext,
    area: Area,  # noqa: ARG001  all kinds share one signature
) -> Iterator[Problem]:
    """Yield a problem if the layer names an unknown asset."""
    asset = layer.get("asset")
    if f"{pointer}/asset" not in bad and isinstance(asset, str) and asset not in context.pictures:
        yield Problem(f"{pointer}/asset", "unknown_asset", UNKNOWN_ASSET)


def find_conflicts(layer: Image, pointer: str) -> Iterator[Problem]:
    """Yield a problem if the crop extends beyond the picture."""
    crop = layer.crop
    if crop and (crop.x + crop.width > 1 + _TOLERANCE or crop.y + crop.height > 1 + _TOLERANCE):
        yield Problem(
            f"{pointer}/crop",
            "out_of_range",
            "The crop extends beyond the picture: x + width and y + height must be at most 1.",
        )
