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


def image_strokes(layer: ImageLayer, viewport: View) -> Iterator[Stroke]:
    """Yield a picture's one stroke. Raises PictureError for a file that is not what it should be."""
    part = viewport.crop_to_rect(layer.visible_bounds) if layer.visible_bounds else None
    if part is None:
        return
    mapping, picture = layer.build_affine(viewport.zoom), layer.picture
    straight = Upright.is_axis_aligned(mapping, layer.crop_rect)
    level = layer.image_cache.get_level(picture.asset, mapping.width_px, mapping.height_px, ENOUGH if straight else 1.0)
    if straight:
        upright = Upright(mapping, layer.crop_rect, part)
        drawn = upright.render_level(level)
        mask = _silhouette(layer, part) if layer.is_clipped else upright.render_mask()
    else:
        drawn = Turned(level, mapping, layer.crop_rect).render_viewport(part)
        mask = _silhouette(layer, part)
    if drawn.mode == "RGBa":
        drawn = drawn.convert("RGBA")
        mask = ImageChops.multiply(mask, drawn.getchannel("A"))
        drawn = drawn.convert("RGB")
    yield toned(drawn, layer.source), mask, part


def _silhouette(layer: ImageLayer, part: View) -> Image.Image:
    """Return the coverage of what a picture is seen in."""
    return coverage(layer.clip_curves.to_polygons(layer.frame_transform, part.zoom, FINE), part)
