"""Painting of image layers."""

from collections.abc import Iterator

from PIL import Image, ImageChops

from rendering.engine.color.srgb import BLACK
from rendering.engine.geometry.affine import Affine
from rendering.engine.geometry.viewport import Viewport
from rendering.engine.images.axis_aligned import AxisAlignedImage
from rendering.engine.images.decoded import MipLevel
from rendering.engine.images.pixelated import RotatedPixels, enlarge_region
from rendering.engine.images.resample import LANCZOS_OVERSAMPLING, resize_region
from rendering.engine.images.rotated import RotatedImage
from rendering.engine.images.tint import tint_image
from rendering.engine.layout.image import ImageLayer
from rendering.engine.paint.fragment import Fragment
from rendering.engine.raster.polygons import FLATTEN_TOLERANCE, rasterize_polygons


def paint_layer(layer: ImageLayer, viewport: Viewport) -> Iterator[Fragment]:
    """Yield the layer's one fragment. Raises PictureError for a file that does not match its record."""
    part = viewport.crop_to_rect(layer.visible_bounds) if layer.visible_bounds else None
    if part is None:
        return
    affine, picture = layer.build_affine(viewport.zoom), layer.picture
    is_axis_aligned = AxisAlignedImage.is_axis_aligned(affine, layer.crop_rect)
    level = layer.image_cache.get_level(
        picture.asset, affine.width_px, affine.height_px, LANCZOS_OVERSAMPLING if is_axis_aligned else 1.0
    )
    is_pixelated = layer.source.sampling == "pixelated" and _is_enlarged(level, affine)
    if is_axis_aligned:
        resampler = AxisAlignedImage(affine, layer.crop_rect, part, enlarge_region if is_pixelated else resize_region)
        image = resampler.render_level(level)
        mask = _clip_mask(layer, part) if layer.is_clipped else resampler.render_mask()
    else:
        rotate = RotatedPixels if is_pixelated else RotatedImage
        image = rotate(level, affine, layer.crop_rect).render_viewport(part)
        mask = _clip_mask(layer, part)
    if image.mode == "RGBa":
        image = image.convert("RGBA")
        mask = ImageChops.multiply(mask, image.getchannel("A"))
        image = image.convert("RGB")
    yield tint_image(image, layer.source), mask, part


def paint_coverage(layer: ImageLayer, viewport: Viewport) -> Iterator[Fragment]:
    """Yield what a picture without transparency covers, in black; the picture is not decoded."""
    part = viewport.crop_to_rect(layer.visible_bounds) if layer.visible_bounds else None
    if part is None:
        return
    affine = layer.build_affine(viewport.zoom)
    if layer.is_clipped or not AxisAlignedImage.is_axis_aligned(affine, layer.crop_rect):
        yield BLACK, _clip_mask(layer, part), part
    else:
        yield BLACK, AxisAlignedImage(affine, layer.crop_rect, part, resize_region).render_mask(), part


def _is_enlarged(level: MipLevel, affine: Affine) -> bool:
    """Tell whether a px drawn is at most as large as one of the picture."""
    return level.width <= affine.width_px and level.height <= affine.height_px


def _clip_mask(layer: ImageLayer, part: Viewport) -> Image.Image:
    """Return the coverage of the outline that the picture is clipped to."""
    return rasterize_polygons(layer.clip_curves.to_polygons(layer.frame_transform, part.zoom, FLATTEN_TOLERANCE), part)
