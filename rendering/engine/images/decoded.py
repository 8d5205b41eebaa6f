"""The pictures of one drawing, each decoded once and no larger than the drawing needs.

A picture is stored as a full and a smaller working copy. The cache decodes the smaller one that suffices, and keeps
half-size levels (mipmaps) of it. They are averages, except of pictures with fine patterns, which that would falsify.
"""

import copy
import io
import math
import struct
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

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
_JPEG_START = b"\xff\xd8"
_DECODE_ERRORS = (OSError, SyntaxError, ValueError, LookupError, ArithmeticError, struct.error, zlib.error)
_SMALL_KEPT, _SMALL_PIXELS = 48, 400 * 400  # copies by which layers are judged, 0.6 MB each at most: 30 MB


class MipLevel(NamedTuple):
    """A decoded picture, RGB or RGBA, at one scale.

    `width` and `height` are the picture's exact size at that scale in px, a fraction less than the image's whole px.
    """

    image: Image.Image
    width: float
    height: float


_SmallKey: TypeAlias = tuple[str, int, int, CopyKind, int]
_small_copies: OrderedDict[_SmallKey, tuple[MipLevel, int]] = OrderedDict()
_small_lock = threading.Lock()


class _CachedCopy:
    """A decoded copy, reduced to 1/`reduction` of its size, and the levels that were made of it."""

    def __init__(self, level: MipLevel, reduction: int = 1) -> None:
        self.reduction = reduction
        self.size = level.image.width * level.image.height * _BYTES_PER_PIXEL
        self._levels = [level]
        if reduction > 1:
            self.is_fine = False

    @classmethod
    def reduce_level(cls, level: MipLevel, reduction: int) -> "_CachedCopy":
        """Return a copy for uses at 1/`reduction` of its size or less; a JPEG is reduced at once if it is not fine."""
        if reduction == 1 or level.image.format != "JPEG" or has_fine_detail(level.image):
            return cls(level)
        return cls(_average_level(level, reduction), reduction)

    @property
    def image(self) -> Image.Image:
        """The copy itself."""
        return self._levels[0].image

    @cached_property
    def is_fine(self) -> bool:
        """Whether averaging would falsify the picture."""
        return has_fine_detail(self._levels[0].image)

    def average_level(self, across: float, down: float, oversampling: float) -> MipLevel:
        """Return the smallest level with so many px per px drawn, made by averages whatever the picture is like."""
        if not self.is_fine:
            return self.find_level(across, down, oversampling)
        level = self._levels[0]
        scale = min(level.width / across, level.height / down) / (oversampling * _SUFFICIENT_SCALE)
        factor = 1 << math.frexp(max(1, scale))[1] - 1
        return _average_level(level, factor)

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
        self._small_caches: dict[bool, ImageCache] = {}
        self.announced: frozenset[tuple[str, CopyKind]] = frozenset()  # copies that the files are drawn from
        self.draws_small = False  # from the copies that the files need; these and their levels are shared with them
        self.only_averages = False  # of pictures that nobody looks at

    def __getitem__(self, asset: str) -> Picture:
        return self._pictures[asset]

    def expect_size(self, asset: str, across: float, down: float) -> None:
        """Announce that a whole picture will be drawn at `across` × `down` px, so that one decoding serves all uses."""
        which, scale = self._choose_copy(asset, across, down)
        self._expected[asset, which] = min(scale, self._expected.get((asset, which), scale))

    def for_small_pictures(self, *, exact: bool) -> "ImageCache":
        """Return a cache for drawing a few px of each picture, after all sizes of files have been announced.

        It uses the copies that the files are drawn from, so that none is decoded twice. Those depend on the sizes of
        the files; with `exact`, the pixels do not: the working copy is decoded once more, at a small scale.
        """
        if exact not in self._small_caches:
            self._small_caches[exact] = ImageCache(self._pictures, self._check_stop) if exact else copy.copy(self)
            self._small_caches[exact].draws_small = not exact
            self._small_caches[exact].announced = frozenset() if exact else frozenset(self._expected)
            self._small_caches[exact].only_averages = True
        return self._small_caches[exact]

    def read_jpeg(self, asset: str) -> bytes | None:
        """Return the file of a full copy if it is an RGB JPEG. Raises PictureError for one that does not match."""
        picture = self._pictures[asset]
        data = picture.full()
        if not data.startswith(_JPEG_START):
            return None
        try:
            image = _open_image(data)
        except _DECODE_ERRORS as error:
            raise PictureError(f"the file of asset {asset} is damaged: upload it again") from error
        if image.size != (picture.width, picture.height):
            raise PictureError(f"the file of asset {asset} is of another size than recorded: upload it again")
        return data if image.mode == "RGB" else None

    def read_alpha(self, asset: str) -> Image.Image | None:
        """Return the alpha of the working copy, which shows what the full one has; None for a picture without any."""
        picture = self._pictures[asset]
        if picture.working().startswith(_JPEG_START):
            return None
        image = decode_picture(picture, "working")[0].image
        return image.getchannel("A") if image.mode == "RGBA" else None

    def load_full(self, asset: str) -> Image.Image:
        """Decode a full copy at its own size, RGB or RGBA, for one use: it is not kept."""
        self._check_stop()
        return decode_picture(self._pictures[asset], "full")[0].image

    def get_level(self, asset: str, across: float, down: float, oversampling: float) -> MipLevel:
        """Return the level from which to draw a picture at `across` × `down` px for the whole of it.

        It is the smallest with at least `oversampling` px per px drawn, or the largest if none has as many.
        Raises PictureError for a file that does not match its Picture.
        """
        which, _ = self._choose_copy(asset, across, down)
        found = self._load_copy(asset, which, across, down)
        find = found.average_level if self.only_averages else found.find_level
        return find(across, down, oversampling)

    def decode_working(self, asset: str) -> Image.Image:
        """Return the whole working copy, which is not kept. Raises PictureError if it does not match its Picture."""
        cached = self._copies.get((asset, "working"))
        if cached and cached.reduction == 1:
            return cached.image
        self._check_stop()
        return decode_picture(self._pictures[asset], "working")[0].image

    def _choose_copy(self, asset: str, across: float, down: float) -> tuple[CopyKind, float]:
        """Return the copy to draw from, and its px per px drawn."""
        picture = self._pictures[asset]
        if self.draws_small and self._needs_only_full(asset):
            return "full", min(picture.width / across, picture.height / down)
        scale = min(picture.working_width / across, picture.working_height / down)
        if scale >= _SUFFICIENT_SCALE or (picture.working_width, picture.working_height) == (
            picture.width,
            picture.height,
        ):
            return "working", scale
        return "full", min(picture.width / across, picture.height / down)

    def _needs_only_full(self, asset: str) -> bool:
        """Tell whether the files need the full copy of a picture, and not the working copy, and it is cached."""
        picture = self._pictures[asset]
        fits = picture.width * picture.height * _BYTES_PER_PIXEL <= _CACHE_BYTES
        return fits and (asset, "full") in self._expected and (asset, "working") not in self._expected

    def _load_copy(self, asset: str, which: CopyKind, across: float, down: float) -> _CachedCopy:
        self.expect_size(asset, across, down)
        scale = self._expected[asset, which]
        reduction = next((factor for factor in _REDUCTIONS if factor * _SUFFICIENT_SCALE <= scale), 1)
        cached = self._copies.get((asset, which))
        if cached and cached.reduction <= reduction:
            return cached
        self._check_stop()
        if self.only_averages and (asset, which) not in self.announced:  # no file is drawn from this copy
            found = _CachedCopy(*decode_small(self._pictures[asset], which, reduction))
            found.is_fine = False  # nobody looks
        else:
            found = _CachedCopy.reduce_level(decode_picture(self._pictures[asset], which)[0], reduction)
        room = _CACHE_BYTES - sum(other.size for key, other in self._copies.items() if key != (asset, which))
        if found.size <= room:
            self._copies[asset, which] = found
        return found


def _average_level(level: MipLevel, factor: int) -> MipLevel:
    return MipLevel(level.image.reduce(factor), level.width / factor, level.height / factor)


def _halve_filtered(image: Image.Image) -> Image.Image:
    """Return an image at half its size as `reduce(2)` gives it, by a filter that keeps fine patterns out."""
    width, height = image.width + image.width % 2, image.height + image.height % 2
    if image.size != (width, height):
        image = extend_edges(image, (0, 0, width - image.width, height - image.height))
    if image.mode == "RGB":
        return image.resize((width // 2, height // 2), Image.Resampling.LANCZOS)
    return image.convert("RGBa").resize((width // 2, height // 2), Image.Resampling.LANCZOS).convert("RGBA")


def decode_picture(picture: Picture, which: CopyKind, draft: int = 1) -> tuple[MipLevel, int]:
    """Decode a copy, a JPEG at 1/`draft` of its size; return it and its part of the size.

    Raises PictureError for a damaged or different file.
    """
    size = (picture.width, picture.height) if which == "full" else (picture.working_width, picture.working_height)
    data = picture.full() if which == "full" else picture.working()
    problem = f"the file of asset {picture.asset} is not an image of {size[0]} × {size[1]} px: upload it again"
    try:
        image = _open_image(data)
        if image.size != size:
            raise PictureError(problem)
        draft = draft if image.format == "JPEG" else 1
        if draft > 1:
            image.draft(None, (size[0] // draft, size[1] // draft))
        image.load()
    except _DECODE_ERRORS as error:
        raise PictureError(problem) from error
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return MipLevel(image if image.mode == mode else image.convert(mode), size[0] / draft, size[1] / draft), draft


def decode_small(picture: Picture, which: CopyKind, draft: int) -> tuple[MipLevel, int]:
    """Decode a copy as `decode_picture` does; the small ones that were used last are kept, by the file's hash."""
    key = (picture.sha256, picture.working_width, picture.working_height, which, draft)
    with _small_lock:
        if found := _small_copies.get(key):
            _small_copies.move_to_end(key)
            return found
    found = decode_picture(picture, which, draft)
    image = found[0].image
    if image.width * image.height <= _SMALL_PIXELS:
        with _small_lock:
            _small_copies[key] = found
            while len(_small_copies) > _SMALL_KEPT:
                _small_copies.popitem(last=False)
    return found


def _open_image(data: bytes) -> Image.Image:
    """Open a JPEG or PNG by its plugin: stored copies have no other format, and no other decoder is tried."""
    if data.startswith(_JPEG_START):
        return JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    return PngImagePlugin.PngImageFile(io.BytesIO(data))
