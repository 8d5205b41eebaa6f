"""The schema of design_data, as the API publishes it: the short form, and the layers of the long form.

A product's rules and fonts are not part of the schema: administrators change them. They are checked by
`rendering.engine.validation`. The module of a layer kind defines `LAYER_MODEL`, a subclass of `Layer` whose `type` is
that kind.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, Union

from pydantic import ConfigDict, Field, RootModel

from rendering.engine.kinds import load_kind_modules
from rendering.engine.schema.base import (
    COLOR_PATTERN,
    NAME_LENGTH,
    SKU_LENGTH,
    TAG_PATTERN,
    Background,
    Language,
    Layer,
    Length,
    LinearGradient,
    RadialGradient,
    Sku,
    Solid,
    Stop,
    Strict,
    Transparent,
)
from rendering.engine.schema.image import ASSET_PATTERN, Image
from rendering.engine.schema.qr import Qr
from rendering.engine.schema.shape import Shape, Stroke
from rendering.engine.schema.text import SIZE_CEILING, TEXT_CEILING, Outline, Shadow, ShortForm, Text
from rendering.engine.schema.upgrades import SCHEMA_VERSION, upgrade_document

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
    "SKU_LENGTH",
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
    "upgrade_document",
]

LAYERS_CEILING = 100  # per placement, including layers in groups
PLACEMENTS_CEILING = 10
DEPTH_CEILING = 4  # levels of nested groups


class Point(Strict):
    """A point, mm from the top left of the frame."""

    x: Length
    y: Length


class Group(Layer):
    """Layers that are moved, rotated and blended together."""

    type: Literal["group"]
    x: Length = 0
    """Horizontal offset of its layers, mm; positive values move them right."""
    y: Length = 0
    """Vertical offset of its layers, mm; positive values move them down."""
    center: Point | None = None
    """Centre of the rotation, which comes before the offset. Default: the centre of the frame."""
    layers: "tuple[AnyLayer, ...]" = Field(max_length=LAYERS_CEILING, strict=False)
    """From bottom to top."""


LAYER_MODELS: tuple[type[Layer], ...] = (
    *(module.LAYER_MODEL for module in load_kind_modules("schema").values()),
    Group,
)

if TYPE_CHECKING:
    AnyLayer: TypeAlias = Layer
else:
    AnyLayer = Annotated[Union[LAYER_MODELS], Field(discriminator="type")]  # noqa: UP007  built from a table of kinds


def iter_leaves(layers: "tuple[AnyLayer, ...]") -> "Iterator[AnyLayer]":
    """Yield the layers from bottom to top, with each group replaced by its layers."""
    for layer in layers:
        if isinstance(layer, Group):
            yield from iter_leaves(layer.layers)
        else:
            yield layer


class Placement(Strict):
    """The content of one placement of a product."""

    frame: Literal["area", "square"] = "area"
    """The area to draw on: `area` is the whole print area, `square` the largest square centred in it."""
    background: Background = Transparent(type="transparent")
    layers: tuple[AnyLayer, ...] = Field(max_length=LAYERS_CEILING, strict=False)
    """From bottom to top."""


class LongForm(Strict):
    """Layers on one or more placements of a product."""

    model_config = ConfigDict(title="LongForm")

    version: Literal[1]
    """Version of this schema."""
    language: Language | None = None
    """Language of the design's texts, a BCP 47 tag; a text layer may have its own. Default: none in particular, and Han
    characters as the kana or hangul beside them tell."""
    variant: Sku | None = None
    """SKU of the variant that is printed on, from `/api/v1/products/{product_type}`: its colour is what shows where a
    placement is transparent. Default: none in particular."""
    placements: dict[str, Placement] = Field(min_length=1, max_length=PLACEMENTS_CEILING)
    """Content by placement; the product defines the names, such as front, back or wrap."""


class DesignData(RootModel[ShortForm | LongForm]):
    """The design: one line of text (short form), or layers on a product's placements (long form)."""

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
