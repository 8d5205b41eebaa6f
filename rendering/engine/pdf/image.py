"""Image layers: photos at their own resolution. A JPEG is passed through where most of it is used."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image

from rendering.engine.geometry.rect import Rect
from rendering.engine.images.tint import tint_image
from rendering.engine.layout.image import ImageLayer
from rendering.engine.paint.surroundings import overlap
from rendering.engine.pdf.content import Content
from rendering.engine.pdf.objects import Ref
from rendering.engine.pdf.paths import Matrix, to_matrix, write_matrix, write_path, write_rect
from rendering.engine.pdf.pictures import add_jpeg, add_mask, add_photo, add_picture, join_bands
from rendering.engine.schema.image import Image as Source

_PASSED_THROUGH = 0.7  # of a photo's area that must be used; else the rest is cut off, so that nobody finds it
_BAND_PIXELS = 1 << 20  # that are converted at once
_MARGIN = 2  # px beyond the part that is used, for renderers that interpolate


class _Embedded(NamedTuple):
    """A picture in the file, and which part of the whole picture it shows, as fractions."""

    ref: Ref
    part: Rect


def write_layer(content: Content, layer: ImageLayer) -> Iterator[str]:
    """Yield the picture, clipped to its rectangle or its mask."""
    if layer.visible_bounds is None or not overlap(layer.visible_bounds, content.room):
        return
    ref, part = _embed_picture(content, layer)
    a, b, c, d, e, f = layer.build_affine(1.0)
    x, y = a * part.left + b * part.top + c, d * part.left + e * part.top + f
    a, b, d, e = a * part.width, b * part.height, d * part.width, e * part.height
    unit: Matrix = (a, d, -b, -e, b + x, e + y)  # the unit square of a picture has its y up
    yield f"{_write_clip(layer)}\nW n\n{write_matrix(unit)}\n{content.place_object(ref)}"


def _write_clip(layer: ImageLayer) -> str:
    if layer.is_clipped:
        return write_path(layer.clip_curves, to_matrix(layer.frame_transform))
    target = layer.target_rect
    corners = [(target.left, target.top), (target.right, target.top), (target.right, target.bottom)]
    corners.append((target.left, target.bottom))
    if layer.transform.is_unrotated:
        (left, top), (right, bottom) = layer.transform.map_point(*corners[0]), layer.transform.map_point(*corners[2])
        return write_rect(Rect(left, top, right, bottom))
    points = [layer.transform.map_point(*corner) for corner in corners]
    first, *others = (f"{x:.4f} {y:.4f}" for x, y in points)
    return "\n".join([f"{first} m", *(f"{other} l" for other in others), "h"])


def _embed_picture(content: Content, layer: ImageLayer) -> _Embedded:
    """Write a layer's picture. Raises PictureError for a file that does not match its record."""
    picture, source, crop = layer.picture, layer.source, layer.crop_rect
    is_whole = crop.width * crop.height >= _PASSED_THROUGH
    is_toned = source.grayscale or bool(source.tint and source.tint.amount)
    is_as_stored = is_whole and not is_toned and not content.colors.is_cmyk
    if is_as_stored and (data := layer.image_cache.read_jpeg(picture.asset)):
        ref = add_jpeg(content.writer, data, (picture.width, picture.height), content.colors.space)
        return _Embedded(ref, Rect(0, 0, 1, 1))
    image = layer.image_cache.load_full(picture.asset)
    part = _choose_part(crop, image.width, image.height, is_whole=is_whole)
    alpha = image.getchannel("A").crop(part) if image.mode == "RGBA" else None
    is_photo = image.format == "JPEG"
    fractions = Rect(
        part[0] / picture.width, part[1] / picture.height, part[2] / picture.width, part[3] / picture.height
    )
    size = part[2] - part[0], part[3] - part[1]
    bands = _tone_bands(content, image, part, source)
    del image
    if is_photo and alpha is None:
        return _Embedded(add_photo(content.writer, content.colors, join_bands(size, bands)), fractions)
    mask = add_mask(content.writer, alpha) if alpha else None
    return _Embedded(add_picture(content.writer, content.colors, join_bands(size, bands), mask), fractions)


def _tone_bands(
    content: Content, image: Image.Image, part: tuple[int, int, int, int], source: Source
) -> Iterator[Image.Image]:
    """Yield a part of a picture in bands, with the layer's tint, in the colours of the file."""
    left, top, right, bottom = part
    step = max(1, _BAND_PIXELS // (right - left))
    for upper in range(top, bottom, step):
        band = image.crop((left, upper, right, min(bottom, upper + step))).convert("RGB")
        yield content.colors.press.separate(tint_image(band, source))


def _choose_part(crop: Rect, width: int, height: int, *, is_whole: bool) -> tuple[int, int, int, int]:
    """Return the px to embed: left, top, right, bottom."""
    if is_whole:
        return 0, 0, width, height
    return (
        max(0, math.floor(crop.left * width) - _MARGIN),
        max(0, math.floor(crop.top * height) - _MARGIN),
        min(width, math.ceil(crop.right * width) + _MARGIN),
        min(height, math.ceil(crop.bottom * height) + _MARGIN),
    )
