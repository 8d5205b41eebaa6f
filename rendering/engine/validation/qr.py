"""Checks of QR code layers."""

from collections.abc import Iterator, Mapping
from typing import Any

from rendering.engine.schema import Qr
from rendering.engine.schema.qr import BYTE_CAPACITY
from rendering.engine.validation.context import CheckContext
from rendering.engine.validation.problems import UNKNOWN_ASSET, Problem
from rendering.engine.values import Area

CHARACTER_FIELDS = ("value",)


def check_fields(
    layer: Mapping[str, Any],
    pointer: str,
    bad: set[str],
    context: CheckContext,
    area: Area,  # noqa: ARG001  all kinds share one signature
) -> Iterator[Problem]:
    """Yield a problem if the value does not fit into the largest code of the level, or the logo's asset is unknown."""
    logo = layer.get("logo")
    asset = logo.get("asset") if isinstance(logo, Mapping) else None
    if isinstance(asset, str) and f"{pointer}/logo/asset" not in bad and asset not in context.pictures:
        yield Problem(f"{pointer}/logo/asset", "unknown_asset", UNKNOWN_ASSET)
    value, level = layer.get("value"), layer.get("level", "M")
    capacity = BYTE_CAPACITY.get(level) if isinstance(level, str) else None
    if f"{pointer}/value" in bad or not isinstance(value, str) or capacity is None:
        return
    if (size := len(value.encode(errors="replace"))) > capacity:
        message = f"The value has {size} bytes in UTF-8; a QR code of level {level} holds at most {capacity}."
        yield Problem(f"{pointer}/value", "too_long", message)


def find_conflicts(layer: Qr, pointer: str) -> Iterator[Problem]:  # noqa: ARG001  all kinds share one signature
    """Yield nothing: the fields of a QR code cannot contradict each other."""
    yield from ()
