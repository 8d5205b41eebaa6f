"""Checks of image layers."""

from collections.abc import Iterator, Mapping
from typing import Any

from rendering.engine.schema import Image
from rendering.engine.validation.context import CheckContext
from rendering.engine.validation.problems import Problem
from rendering.engine.values import Area

CHARACTER_FIELDS = ()
_TOLERANCE = 1e-9  # rounding of the sum of two fractions


def check_fields(
    layer: Mapping[str, Any],
    pointer: str,
    bad: set[str],
    context: CheckContext,
    area: Area,  # noqa: ARG001  every kind is called alike
) -> Iterator[Problem]:
    """Yield a problem if the layer names an asset that is not there."""
    asset = layer.get("asset")
    if f"{pointer}/asset" not in bad and isinstance(asset, str) and asset not in context.pictures:
        message = "You have no such asset; upload the picture first, and name the id that the answer gives."
        yield Problem(f"{pointer}/asset", "unknown_asset", message)


def find_conflicts(layer: Image, pointer: str) -> Iterator[Problem]:
    """Yield a problem if the crop is not inside the picture."""
    crop = layer.crop
    if crop and (crop.x + crop.width > 1 + _TOLERANCE or crop.y + crop.height > 1 + _TOLERANCE):
        yield Problem(
            f"{pointer}/crop",
            "out_of_range",
            "The crop reaches out of the picture: x + width, and y + height, are at most 1.",
        )
