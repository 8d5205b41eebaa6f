"""What a layer of a picture is made of."""

from collections.abc import Iterator

from PIL import Image, ImageChops

from rendering.engine.geometry.viewport import Viewport
from rendering.engine.images.axis_aligned import AxisAlignedImage
from rendering.engine.images.resample import LANCZOS_OVERSAMPLING
from rendering.engine.images.rotated import RotatedImage
from rendering.engine.images.tint import tint_image
from rendering.engine.layout.image import ImageLayer
from rendering.engine.paint.fragment import Fragment
from rendering.engine.raster.polygons import FLATTEN_TOLERANCE, rasterize_polygons


def paint_layer(layer: ImageLayer, viewport: Viewport) -> Iterator[Fragment]:
    """Yield a picture's one stroke. Raises PictureError for a file that is not what it should be."""
    part = viewport.crop_to_rect(layer.visible_bounds) if layer.visible_bounds else None
    if part is None:
        return
    mapping, picture = layer.build_affine(viewport.zoom), layer.picture
    straight = AxisAlignedImage.is_axis_aligned(mapping, layer.crop_rect)
    level = layer.image_cache.get_level(
        picture.asset, mapping.width_px, mapping.height_px, LANCZOS_OVERSAMPLING if straight else 1.0
    )
    if straight:
        upright = AxisAlignedImage(mapping, layer.crop_rect, part)
        drawn = upright.render_level(level)
        mask = _clip_mask(layer, part) if layer.is_clipped else upright.render_mask()
    else:
        drawn = RotatedImage(level, mapping, layer.crop_rect).render_viewport(part)
        mask = _clip_mask(layer, part)
    if drawn.mode == "RGBa":
        drawn = drawn.convert("RGBA")
        mask = ImageChops.multiply(mask, drawn.getchannel("A"))
        drawn = drawn.convert("RGB")
    yield tint_image(drawn, layer.source), mask, part


def _clip_mask(layer: ImageLayer, part: Viewport) -> Image.Image:
    """Return the coverage of what a picture is seen in."""
    return rasterize_polygons(layer.clip_curves.to_polygons(layer.frame_transform, part.zoom, FLATTEN_TOLERANCE), part)
