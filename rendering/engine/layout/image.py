"""A layer of one picture: what of it is used, and where that lies."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, cast

from rendering.engine.geometry.affine import Affine
from rendering.engine.geometry.bezier import Curves
from rendering.engine.geometry.rect import Rect
from rendering.engine.geometry.shape_paths import outline_fill
from rendering.engine.geometry.transform import Transform
from rendering.engine.images.decoded import ImageCache
from rendering.engine.layout.context import LayoutContext
from rendering.engine.layout.placed import PlacedLayer
from rendering.engine.schema import Image, Shape
from rendering.engine.schema.base import Box
from rendering.engine.schema.image import Crop
from rendering.engine.values import Picture

_MM_PER_INCH = 25.4
_MIN_SIDE = 0.001  # mm; a box of less could not be reckoned with, nor seen


@dataclass(frozen=True)
class ImageLayer(PlacedLayer):
    """A placed picture: what is used of it (fractions), and the box that this fills, mm."""

    source: Image
    transform: Transform
    box: Rect
    picture: Picture
    crop_rect: Rect  # fractions of the picture, y down
    target_rect: Rect  # mm, not yet turned
    image_cache: ImageCache

    @cached_property
    def visible_bounds(self) -> Rect | None:
        """Return a box around what is seen of it."""
        return self.transform.map_rect(self.target_rect)

    @property
    def asset_ids(self) -> tuple[str, ...]:
        """Its one picture."""
        return (self.picture.asset,)

    @property
    def is_clipped(self) -> bool:
        """Tell whether it is seen in anything but its own rectangle."""
        return self.source.mask == "circle" or self.source.radius > 0

    @cached_property
    def clip_curves(self) -> Curves:
        """What it is seen in, mm, about the middle of what it fills."""
        place = Box.model_construct(x=0.0, y=0.0, width=self.target_rect.width, height=self.target_rect.height)
        kind: Literal["ellipse", "rectangle"] = "ellipse" if self.source.mask == "circle" else "rectangle"
        shape = Shape.model_construct(type="shape", shape=kind, box=place, radius=self.source.radius)
        return cast("Curves", outline_fill(shape))  # lines alone have no inside

    @cached_property
    def frame_transform(self) -> Transform:
        """What takes its silhouette to the frame."""
        return self.transform.compose_after(Transform().then_translate(*self.target_rect.center))

    @property
    def dpi(self) -> float:
        """How many of the full copy's px are printed on an inch, along the axis that has fewer."""
        across = self.crop_rect.width * self.picture.width / self.target_rect.width
        down = self.crop_rect.height * self.picture.height / self.target_rect.height
        return min(across, down) * _MM_PER_INCH

    def build_affine(self, zoom: float) -> Affine:
        """Return where the picture's places lie at so many px a mm."""
        used, filled, pose = self.crop_rect, self.target_rect, self.transform
        wide, high = filled.width / used.width, filled.height / used.height  # mm that the whole picture takes
        left, top = filled.left - used.left * wide, filled.top - used.top * high
        if self.source.flip in {"horizontal", "both"}:
            left, wide = filled.right + used.left * wide, -wide
        if self.source.flip in {"vertical", "both"}:
            top, high = filled.bottom + used.top * high, -high
        x, y = pose.map_point(left, top)
        cos, sin = pose.cos * zoom, pose.sin * zoom
        return Affine(wide * cos, -high * sin, x * zoom, wide * sin, high * cos, y * zoom)

    def expect_size(self, zoom: float) -> None:
        """Let the album know that this will be drawn at so many px a mm."""
        mapping = self.build_affine(zoom)
        self.image_cache.expect_size(self.picture.asset, mapping.width_px, mapping.height_px)


def place_layer(index: int, layer: Image, context: LayoutContext, transform: Transform) -> ImageLayer:
    """Return a picture with the part of it that is used, and the rectangle which that fills."""
    spec, image_cache = context.spec, context.image_cache
    given, box = layer.box, Rect(0, 0, spec.width, spec.height)
    if given:
        box = Rect(given.x, given.y, given.x + max(given.width, _MIN_SIDE), given.y + max(given.height, _MIN_SIDE))
    turned = transform.compose_after(Transform.from_rotation(box.center, layer.rotation))
    picture = image_cache[layer.asset]
    used = _resolve_crop(layer.crop, picture)
    aspect = used.width * picture.width / (used.height * picture.height)
    filled = box
    if layer.fit == "cover":
        used = _crop_to_cover(used, aspect / (box.width / box.height), layer)
    elif layer.fit == "contain":
        filled = _fit_inside(box, aspect, layer)
    return ImageLayer(index, layer, turned, box, picture, used, filled, image_cache)


def _resolve_crop(crop: Crop | None, picture: Picture) -> Rect:
    """Return what of a picture is used: a pixel at least."""
    if crop is None:
        return Rect(0, 0, 1, 1)
    width, height = max(crop.width, 1 / picture.width), max(crop.height, 1 / picture.height)
    left, top = min(crop.x, 1 - width), min(crop.y, 1 - height)
    return Rect(left, top, left + width, top + height)


def _crop_to_cover(crop_rect: Rect, wider: float, layer: Image) -> Rect:
    """Return as much of what is used as has the box's aspect; `wider` is how much wider the picture's is."""
    width, height = crop_rect.width / max(1, wider), crop_rect.height * min(1, wider)
    left = _center_on_focus(crop_rect.left, crop_rect.width, width, layer.focus.x)
    top = _center_on_focus(crop_rect.top, crop_rect.height, height, layer.focus.y)
    return Rect(left, top, left + width, top + height)


def _center_on_focus(start: float, length: float, part: float, focus: float) -> float:
    """Return where a part of a stretch begins if its middle is as near to the focus as the stretch's ends allow."""
    return start + min(max(focus * length - part / 2, 0), length - part)


def _fit_inside(box: Rect, aspect: float, layer: Image) -> Rect:
    """Return the largest box of an aspect in another."""
    width, height = min(box.width, box.height * aspect), min(box.height, box.width / aspect)
    left = box.left + (box.width - width) * layer.focus.x
    top = box.top + (box.height - height) * layer.focus.y
    return Rect(left, top, left + width, top + height)
