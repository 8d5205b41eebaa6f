"""The pictures of one drawing, each decoded once and no larger than the drawing needs.

A picture is stored as a full and a smaller working copy. The cache decodes the smaller one that suffices, and keeps
half-size levels (mipmaps) of it. They are averages, except of pictures with fine patterns, which that would falsify.
"""

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Literal, NamedTuple

from PIL import Image, JpegImagePlugin, PngImagePlugin

from rendering.engine.images.edges import extend_edges
from rendering.engine.images.fine_detail import has_fine_detail
from rendering.engine.values import Picture, PictureError

CopyKind = Literal["full", "working"]

# Enough for the largest picture that is accepted; copies that do not fit beside others are decoded again for each use.
_CACHE_BYTES = 100_000_000
_BYTES_PER_PIXEL = 4  # in Pillow, for RGB as well
_SUFFICIENT_SCALE = 0.995  # px of a copy per px drawn that suffice: a copy's sides were rounded to whole px
_REDUCTIONS = (8, 4, 2)  # by which a copy is reduced before it is kept
# Px of a level per px drawn from which LANCZOS gives the same as from the whole of a fine picture, within 1 of 255.
_FINE_OVERSAMPLING = 4.0
_DECODE_ERRORS = (OSError, SyntaxError, ValueError, LookupError, ArithmeticError, struct.error, zlib.error)


class MipLevel(NamedTuple):
    """A decoded picture, RGB or RGBA, at one scale.

    `width` and `height` are the picture's exact size at that scale in px, a fraction less than the image's whole px.
    """

    image: Image.Image
    width: float
    height: float


class _CachedCopy:
    """A decoded copy, and the levels that were made of it."""

    def __init__(self, level: MipLevel, reduction: int) -> None:
        """Keep a copy for uses at 1/`reduction` of its size or less; a JPEG is reduced at once if it is not fine."""
        self.reduction = 1
        if reduction > 1 and level.image.format == "JPEG" and not has_fine_detail(level.image):
            level = MipLevel(level.image.reduce(reduction), level.width / reduction, level.height / reduction)
            self.reduction, self.is_fine = reduction, False
        self.size = level.image.width * level.image.height * _BYTES_PER_PIXEL
        self._levels = [level]

    @cached_property
    def is_fine(self) -> bool:
        """Whether averaging would falsify the picture."""
        return has_fine_detail(self._levels[0].image)

    def find_level(self, across: float, down: float, oversampling: float) -> MipLevel:
        """Return the smallest level with so many px per px drawn, of a fine picture _FINE_OVERSAMPLING."""
        level = self._levels[0]
        for number in range(1, 16):
            half = MipLevel(level.image, level.width / 2, level.height / 2)
            scale = min(half.width / across, half.height / down) / _SUFFICIENT_SCALE
            if scale < oversampling or (self.is_fine and scale < _FINE_OVERSAMPLING):
                break
            if number == len(self._levels):
                image = _halve_filtered(level.image) if self.is_fine else level.image.reduce(2)
                self._levels.append(half._replace(image=image))
            level = self._levels[number]
        return level


class ImageCache:
    """Decodes and caches the pictures of a drawing, by asset id; lives as long as the drawing."""

    def __init__(self, pictures: Mapping[str, Picture], check_stop: Callable[[], None] = lambda: None) -> None:
        self._pictures, self._check_stop = pictures, check_stop
        self._expected: dict[tuple[str, CopyKind], float] = {}
        self._copies: dict[tuple[str, CopyKind], _CachedCopy] = {}

    def __getitem__(self, asset: str) -> Picture:
        return self._pictures[asset]

    def expect_size(self, asset: str, across: float, down: float) -> None:
        """Announce that a whole picture will be drawn at `across` × `down` px, so that one decoding serves all uses."""
        which, scale = self._choose_copy(asset, across, down)
        self._expected[asset, which] = min(scale, self._expected.get((asset, which), scale))

    def get_level(self, asset: str, across: float, down: float, oversampling: float) -> MipLevel:
        """Return the level from which to draw a picture at `across` × `down` px for the whole of it.

        It is the smallest with at least `oversampling` px per px drawn, or the largest if none has as many.
        Raises PictureError for a file that does not match its Picture.
        """
        which, _ = self._choose_copy(asset, across, down)
        return self._load_copy(asset, which, across, down).find_level(across, down, oversampling)

    def _choose_copy(self, asset: str, across: float, down: float) -> tuple[CopyKind, float]:
        """Return the copy to draw from, and its px per px drawn."""
        picture = self._pictures[asset]
        scale = min(picture.working_width / across, picture.working_height / down)
        if scale >= _SUFFICIENT_SCALE or (picture.working_width, picture.working_height) == (
            picture.width,
            picture.height,
        ):
            return "working", scale
        return "full", min(picture.width / across, picture.height / down)

    def _load_copy(self, asset: str, which: CopyKind, across: float, down: float) -> _CachedCopy:
        self.expect_size(asset, across, down)
        scale = self._expected[asset, which]
        reduction = next((factor for factor in _REDUCTIONS if factor * _SUFFICIENT_SCALE <= scale), 1)
        cached = self._copies.get((asset, which))
        if cached and cached.reduction <= reduction:
            return cached
        self._check_stop()
        copy = _CachedCopy(decode_picture(self._pictures[asset], which), reduction)
        room = _CACHE_BYTES - sum(other.size for key, other in self._copies.items() if key != (asset, which))
        if copy.size <= room:
            self._copies[asset, which] = copy
        return copy


def _halve_filtered(image: Image.Image) -> Image.Image:
    """Return an image at half its size as `reduce(2)` gives it, by a filter that keeps fine patterns out."""
    width, height = image.width + image.width % 2, image.height + image.height % 2
    if image.size != (width, height):
        image = extend_edges(image, (0, 0, width - image.width, height - image.height))
    if image.mode == "RGB":
        return image.resize((width // 2, height // 2), Image.Resampling.LANCZOS)
    return image.convert("RGBa").resize((width // 2, height // 2), Image.Resampling.LANCZOS).convert("RGBA")


def decode_picture(picture: Picture, which: CopyKind) -> MipLevel:
    """Decode a copy. Raises PictureError for a damaged or different file."""
    size = (picture.width, picture.height) if which == "full" else (picture.working_width, picture.working_height)
    data = picture.full() if which == "full" else picture.working()
    problem = f"the file of asset {picture.asset} is not an image of {size[0]} × {size[1]} px: upload it again"
    try:
        image = _open_image(data)
        if image.size != size:
            raise PictureError(problem)
        image.load()
    except _DECODE_ERRORS as error:
        raise PictureError(problem) from error
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return MipLevel(image if image.mode == mode else image.convert(mode), float(size[0]), float(size[1]))


def _open_image(data: bytes) -> Image.Image:
    """Open a JPEG or PNG by its plugin: stored copies have no other format, and no other decoder is tried."""
    if data[:2] == b"\xff\xd8":
        return JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    return PngImagePlugin.PngImageFile(io.BytesIO(data))
