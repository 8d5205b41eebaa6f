"""The kinds of layer, and the modules that handle them in each stage.

A stage (schema, validation, layout, paint, preflight) is a package with one module per kind of layer. The docstring of
the package says what such a module must define. A group is not a kind: it contains layers, and the stages handle it
themselves.
"""

from importlib import import_module
from typing import Any

LAYER_KINDS = ("text", "image", "shape", "qr")  # the values of a layer's `type`, in the order of the published schema
GROUP = "group"


def load_kind_modules(stage: str) -> dict[str, Any]:
    """Import the modules of a stage, by kind of layer."""
    return {kind: import_module(f"{__package__}.{stage}.{kind}") for kind in LAYER_KINDS}
