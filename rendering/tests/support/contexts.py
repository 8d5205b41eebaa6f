"""What placing a layer takes beside the layer itself."""

from rendering.engine.images.decoded import ImageCache
from rendering.engine.layout.context import LayoutContext
from rendering.engine.raster.background import PlacedBackground
from rendering.engine.schema import Placement
from rendering.engine.text.fonts import load_faces
from rendering.engine.validation.parsed import PlacementSpec
from rendering.fonts.catalogue import installed_fonts


def layout_context(spec: PlacementSpec | None = None, image_cache: ImageCache | None = None) -> LayoutContext:
    """Return the context of a placement, of an empty one of 600 × 600 mm if none is given."""
    spec = spec or PlacementSpec("front", 600, 600, 1, Placement(layers=()))
    background = PlacedBackground(spec.width, spec.height)
    return LayoutContext(spec, background, installed_fonts(), load_faces, image_cache or ImageCache({}))
