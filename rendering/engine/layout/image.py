"""Placement of image layers: which part of a picture is used, and which rectangle it fills."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, Self, cast

from rendering.engine.geometry.affine import Affine
from rendering.engine.geometry.bezier import Curves
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.shape_paths import outline_fill
from rendering.engine.geometry.transform import Transform
from rendering.engine.images.decoded import ImageCache
from rendering.engine.layout.context import LayoutContext
from rendering.engine.layout.placed import Part, PlacedLayer
from rendering.engine.schema import Image, Shape
from rendering.engine.schema.base import Box
from rendering.engine.schema.image import Crop
from rendering.engine.schema.units import INCH_MM
from rendering.engine.values import Picture

_MIN_SIDE = 0.001  # mm; avoids divisions by nearly zero, and less is invisible


@dataclass(frozen=True)
class ImageLayer(PlacedLayer):
    """A placed picture: the part of it that is used, and the rectangle that this part fills."""

    source: Image
    transform: Transform
    box: Rect  # mm, before rotation
    picture: Picture
    crop_rect: Rect  # the part that is used, as fractions of the picture, y down
    target_rect: Rect  # the rectangle that this part fills, mm, before rotation
    image_cache: ImageCache

    @cached_property
    def visible_bounds(self) -> Rect | None:
        """The smallest upright rectangle around the rotated target rectangle, mm."""
        return self.transform.map_rect(self.target_rect)

    @property
    def parts(self) -> list[Part]:
        """The rectangle that the picture fills, or what is left of it if it is clipped."""
        bounds: Rect | None = self.transform.map_rect(self.target_rect)
        if self.is_clipped and not self.transform.is_unrotated:
            bounds = self.clip_curves.bounding_rect(self.frame_transform)
        return [Part(bounds, is_picture=True)] if bounds else []

    @property
    def asset_ids(self) -> tuple[str, ...]:
        """The asset of its picture."""
        return (self.picture.asset,)

    @property
    def is_clipped(self) -> bool:
        """Whether it is clipped to an ellipse or to rounded corners."""
        return self.source.mask == "circle" or self.source.radius > 0

    @cached_property
    def clip_curves(self) -> Curves:
        """The outline that it is clipped to, mm, with its origin at the centre of the target rectangle."""
        box = Box.model_construct(x=0.0, y=0.0, width=self.target_rect.width, height=self.target_rect.height)
        kind: Literal["ellipse", "rectangle"] = "ellipse" if self.source.mask == "circle" else "rectangle"
        shape = Shape.model_construct(type="shape", shape=kind, box=box, radius=self.source.radius)
        return cast("Curves", outline_fill(shape))  # None only for lines

    @cached_property
    def frame_transform(self) -> Transform:
        """Maps `clip_curves` to the frame."""
        return self.transform.compose_after(Transform().then_translate(*self.target_rect.center))

    @property
    def dpi(self) -> float:
        """Resolution of the full copy in print, px per inch, along the axis with the lower one."""
        horizontal = self.crop_rect.width * self.picture.width / self.target_rect.width
        vertical = self.crop_rect.height * self.picture.height / self.target_rect.height
        return min(horizontal, vertical) * INCH_MM

    def build_affine(self, zoom: float) -> Affine:
        """Return the map from the picture to output pixels at `zoom` px per mm."""
        crop, target, transform = self.crop_rect, self.target_rect, self.transform
        width, height = target.width / crop.width, target.height / crop.height  # of the uncropped picture, mm
        left, top = target.left - crop.left * width, target.top - crop.top * height
        if self.source.flip in {"horizontal", "both"}:
            left, width = target.right + crop.left * width, -width
        if self.source.flip in {"vertical", "both"}:
            top, height = target.bottom + crop.top * height, -height
        x, y = transform.map_point(left, top)
        cos, sin = transform.cos * zoom, transform.sin * zoom
        return Affine(width * cos, -height * sin, x * zoom, width * sin, height * cos, y * zoom)

    def in_small(self, *, exact: bool) -> Self:
        """Return the layer with a cache that decodes no copy for small pictures, or with `exact` always the same."""
        return replace(self, image_cache=self.image_cache.for_small_pictures(exact=exact))

    def expect_size(self, zoom: float) -> None:
        """Announce to the image cache that the picture will be drawn at `zoom` px per mm."""
        affine = self.build_affine(zoom)
        self.image_cache.expect_size(self.picture.asset, affine.width_px, affine.height_px)


def place_layer(path: tuple[int, ...], layer: Image, context: LayoutContext, transform: Transform) -> ImageLayer:
    """Apply crop, fit, focus and rotation to a picture."""
    spec, image_cache = context.spec, context.image_cache
    source_box, box = layer.box, Rect(0, 0, spec.width, spec.height)
    if source_box:
        width, height = max(source_box.width, _MIN_SIDE), max(source_box.height, _MIN_SIDE)
        box = Rect(source_box.x, source_box.y, source_box.x + width, source_box.y + height)
    rotated = transform.compose_after(Transform.from_rotation(box.center, layer.rotation))
    picture = image_cache[layer.asset]
    crop_rect = _resolve_crop(layer.crop, picture)
    aspect = crop_rect.width * picture.width / (crop_rect.height * picture.height)
    target_rect = box
    if layer.fit == "cover":
        crop_rect = _crop_to_cover(crop_rect, aspect / (box.width / box.height), layer)
    elif layer.fit == "contain":
        target_rect = _fit_inside(box, aspect, layer)
    return ImageLayer(path, layer, rotated, box, picture, crop_rect, target_rect, image_cache)


def _resolve_crop(crop: Crop | None, picture: Picture) -> Rect:
    """Return the part of a picture that is used, as fractions: at least one pixel."""
    if crop is None:
        return Rect(0, 0, 1, 1)
    width, height = max(crop.width, 1 / picture.width), max(crop.height, 1 / picture.height)
    left, top = min(crop.x, 1 - width), min(crop.y, 1 - height)
    return Rect(left, top, left + width, top + height)


def _crop_to_cover(crop_rect: Rect, aspect_ratio: float, layer: Image) -> Rect:
    """Return the largest part with the aspect of the box; `aspect_ratio` is the crop's aspect over the box's."""
    width, height = crop_rect.width / max(1, aspect_ratio), crop_rect.height * min(1, aspect_ratio)
    left = _center_on_focus(crop_rect.left, crop_rect.width, width, layer.focus.x)
    top = _center_on_focus(crop_rect.top, crop_rect.height, height, layer.focus.y)
    return Rect(left, top, left + width, top + height)


def _center_on_focus(start: float, length: float, part: float, focus: float) -> float:
    """Return the start of a part, of length `part`, whose centre is as near to the focus as the ends allow."""
    return start + min(max(focus * length - part / 2, 0), length - part)


def _fit_inside(box: Rect, aspect: float, layer: Image) -> Rect:
    """Return the largest rectangle of an aspect inside the box, aligned by the focus."""
    width, height = min(box.width, box.height * aspect), min(box.height, box.width / aspect)
    left = box.left + (box.width - width) * layer.focus.x
    top = box.top + (box.height - height) * layer.focus.y
    return Rect(left, top, left + width, top + height)
