"""What a layer of a picture is made of."""

from collections.abc import Iterator

from PIL import Image, ImageChops

from rendering.engine.images.axis_aligned import Upright
from rendering.engine.images.resample import ENOUGH
from rendering.engine.images.rotated import Turned
from rendering.engine.images.tint import toned
from rendering.engine.layout.image import ImageLayer
from rendering.engine.paint.fragment import Stroke
from rendering.engine.raster.glyphs import View
from rendering.engine.raster.polygons import FINE, coverage


def image_strokes(layer: ImageLayer, view: View) -> Iterator[Stroke]:
    """Yield a picture's one stroke. Raises PictureError for a file that is not what it should be."""
    part = view.around(layer.shown) if layer.shown else None
    if part is None:
        return
    mapping, picture = layer.mapping(view.zoom), layer.picture
    straight = Upright.fits(mapping, layer.used)
    level = layer.album.level(picture.asset, mapping.across, mapping.down, ENOUGH if straight else 1.0)
    if straight:
        upright = Upright(mapping, layer.used, part)
        drawn = upright.drawn(level)
        mask = _silhouette(layer, part) if layer.rounded else upright.mask()
    else:
        drawn = Turned(level, mapping, layer.used).drawn(part)
        mask = _silhouette(layer, part)
    if drawn.mode == "RGBa":
        drawn = drawn.convert("RGBA")
        mask = ImageChops.multiply(mask, drawn.getchannel("A"))
        drawn = drawn.convert("RGB")
    yield toned(drawn, layer.source), mask, part


def _silhouette(layer: ImageLayer, part: View) -> Image.Image:
    """Return the coverage of what a picture is seen in."""
    return coverage(layer.silhouette.flattened(layer.onto, part.zoom, FINE), part)
