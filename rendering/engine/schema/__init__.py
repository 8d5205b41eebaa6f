"""The schema of design_data as the API publishes it: the short form, and the layers that everything is drawn from.

What a product allows (its rules, its fonts) is no part of it: those are values, which an administrator changes
(`rendering.engine.validation.parse`). A module of a kind of layer defines `LAYER_MODEL`, a subclass of `Layer` whose
`type` is the kind.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, Union

from pydantic import ConfigDict, Field, RootModel

from rendering.engine.kinds import load_kind_modules
from rendering.engine.schema.base import (
    COLOR_PATTERN,
    NAME_LENGTH,
    TAG_PATTERN,
    Background,
    Layer,
    Length,
    LinearGradient,
    RadialGradient,
    Solid,
    Stop,
    Strict,
    Transparent,
)
from rendering.engine.schema.image import ASSET_PATTERN, Image
from rendering.engine.schema.qr import Qr
from rendering.engine.schema.shape import Shape, Stroke
from rendering.engine.schema.text import SIZE_CEILING, TEXT_CEILING, Outline, Shadow, ShortForm, Text

__all__ = [
    "ASSET_PATTERN",
    "COLOR_PATTERN",
    "DEPTH_CEILING",
    "EXAMPLE",
    "LAYERS_CEILING",
    "LAYER_MODELS",
    "NAME_LENGTH",
    "PLACEMENTS_CEILING",
    "SCHEMA_VERSION",
    "SIZE_CEILING",
    "TAG_PATTERN",
    "TEXT_CEILING",
    "AnyLayer",
    "Background",
    "DesignData",
    "Group",
    "Image",
    "Layer",
    "LinearGradient",
    "LongForm",
    "Outline",
    "Placement",
    "Qr",
    "RadialGradient",
    "Shadow",
    "Shape",
    "ShortForm",
    "Solid",
    "Stop",
    "Stroke",
    "Text",
    "Transparent",
    "iter_leaves",
]

SCHEMA_VERSION = 1
LAYERS_CEILING = 100  # a placement, those in groups included
PLACEMENTS_CEILING = 10
DEPTH_CEILING = 4  # groups in groups


class Point(Strict):
    """A place in mm from the top left of the frame."""

    x: Length
    y: Length


class Group(Layer):
    """Layers moved, turned and faded together."""

    type: Literal["group"]
    x: Length = 0
    """How far to the right its layers are moved, mm."""
    y: Length = 0
    """How far down its layers are moved, mm."""
    center: Point | None = None
    """What it is turned about, before it is moved. Without one: the middle of the frame."""
    layers: "tuple[AnyLayer, ...]" = Field(max_length=LAYERS_CEILING, strict=False)
    """From the bottom to the top."""


LAYER_MODELS: tuple[type[Layer], ...] = (
    *(module.LAYER_MODEL for module in load_kind_modules("schema").values()),
    Group,
)

if TYPE_CHECKING:
    AnyLayer: TypeAlias = Layer
else:
    AnyLayer = Annotated[Union[LAYER_MODELS], Field(discriminator="type")]  # noqa: UP007  the kinds are a table


def iter_leaves(layers: "tuple[AnyLayer, ...]") -> "Iterator[AnyLayer]":
    """Yield layers from the bottom, and those of groups in place of their groups."""
    for layer in layers:
        if isinstance(layer, Group):
            yield from iter_leaves(layer.layers)
        else:
            yield layer


class Placement(Strict):
    """What goes on one side of a product."""

    frame: Literal["area", "square"] = "area"
    """What is drawn on: the whole print area, or the largest square in its middle, as the short form does."""
    background: Background = Transparent(type="transparent")
    layers: tuple[AnyLayer, ...] = Field(max_length=LAYERS_CEILING, strict=False)
    """From the bottom to the top."""


class LongForm(Strict):
    """Layers on one or more placements of a product."""

    model_config = ConfigDict(title="LongForm")

    version: Literal[1]
    """Of this schema."""
    placements: dict[str, Placement] = Field(min_length=1, max_length=PLACEMENTS_CEILING)
    """By the name of the product's placement: front, back, wrap."""


class DesignData(RootModel[ShortForm | LongForm]):
    """What is drawn: one line of text in the short form, or layers on a product's placements in the long one."""

    model_config = ConfigDict(title="DesignData")


EXAMPLE: dict[str, Any] = {
    "version": 1,
    "placements": {
        "front": {
            "background": {"type": "color", "color": "#1F3A5F"},
            "layers": [
                {
                    "type": "text",
                    "text": "Slow\nmornings",
                    "font": "Pacifico-Regular",
                    "size": 30,
                    "color": "#FFD166",
                    "box": {"x": 30, "y": 60, "width": 240, "height": 200},
                    "fit": "shrink",
                }
            ],
        }
    },
}
