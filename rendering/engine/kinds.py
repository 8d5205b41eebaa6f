"""The kinds of layer, and where each stage keeps what it does with them.

A stage (schema, validation, layout, paint, preflight) is a package with one module for each kind of layer. What such a
module must define stands in the `__init__` of its package. A group is no kind: it holds layers, and the stages handle
it themselves.
"""

from importlib import import_module
from typing import Any

LAYER_KINDS = ("text", "image", "shape", "qr")  # the values of a layer's `type`, in the order of the published schema
GROUP = "group"


def load_kind_modules(stage: str) -> dict[str, Any]:
    """Return the modules of a stage, by kind of layer."""
    return {kind: import_module(f"{__package__}.{stage}.{kind}") for kind in LAYER_KINDS}
