"""What `place_layer` needs besides the layer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rendering.engine.images.decoded import ImageCache
from rendering.engine.raster.background import PlacedBackground
from rendering.engine.text.fonts import Faces
from rendering.engine.validation.parsed import PlacementSpec
from rendering.engine.values import Font

FaceLoader: TypeAlias = Callable[[Font], Faces]
"""Returns the face of a font and the faces of its fallbacks."""


@dataclass(frozen=True, slots=True)
class LayoutContext:
    """A placement, its background, and the fonts and pictures for its layers."""

    spec: PlacementSpec
    background: PlacedBackground
    fonts: Mapping[str, Font]
    load_faces: FaceLoader
    image_cache: ImageCache
