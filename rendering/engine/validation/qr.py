"""Checks of QR code layers."""

from collections.abc import Iterator, Mapping
from typing import Any

from rendering.engine.schema import Qr
from rendering.engine.schema.qr import BYTE_CAPACITY
from rendering.engine.validation.context import CheckContext
from rendering.engine.validation.problems import Problem
from rendering.engine.values import Area

CHARACTER_FIELDS = ("value",)


def check_fields(
    layer: Mapping[str, Any],
    pointer: str,
    bad: set[str],
    context: CheckContext,  # noqa: ARG001  every kind is called alike
    area: Area,  # noqa: ARG001
) -> Iterator[Problem]:
    """Yield a problem if the value is longer than any code of the level holds."""
    value, level = layer.get("value"), layer.get("level", "M")
    most = BYTE_CAPACITY.get(level) if isinstance(level, str) else None
    if f"{pointer}/value" in bad or not isinstance(value, str) or most is None:
        return
    if (size := len(value.encode(errors="replace"))) > most:
        message = f"No QR code of level {level} holds more than {most} bytes, and this has {size} in UTF-8."
        yield Problem(f"{pointer}/value", "too_long", message)


def find_conflicts(layer: Qr, pointer: str) -> Iterator[Problem]:  # noqa: ARG001  every kind is called alike
    """No two fields of a code can contradict each other."""
    yield from ()
