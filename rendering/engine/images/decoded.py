"""The pictures of one drawing, each decoded once and no larger than the drawing needs; gone with the drawing."""

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from PIL import Image, JpegImagePlugin, PngImagePlugin

from rendering.engine.values import Picture, PictureError

CopyKind = Literal["full", "working"]

_CACHE_BYTES = (
    100_000_000  # bytes; what the largest picture takes. What has no room beside others is decoded for each use
)
_BYTES_PER_PIXEL = 4  # of Pillow's RGB too
_SUFFICIENT_SCALE = 0.995  # px to one that is drawn: what rounding a copy's sides takes off is not missed
_DRAFTS = (8, 4, 2)  # by which libjpeg shrinks while it decodes
_DECODE_ERRORS = (OSError, SyntaxError, ValueError, LookupError, ArithmeticError, struct.error, zlib.error)


class MipLevel(NamedTuple):
    """A decoded picture, RGB or RGBA. All of it is width × height of the image's px, which may be a fraction less."""

    image: Image.Image
    width: float
    height: float


class _CachedCopy(NamedTuple):
    """A copy decoded at a fraction of its scale, the bytes that takes, and levels each half of the one before."""

    draft: int
    size: int
    levels: list[MipLevel]


class ImageCache:
    """Gives the pictures of a drawing, by asset id, at the scale that is asked for."""

    def __init__(self, pictures: Mapping[str, Picture], check_stop: Callable[[], None] = lambda: None) -> None:
        self._pictures, self._check_stop = pictures, check_stop
        self._expected: dict[tuple[str, CopyKind], float] = {}
        self._copies: dict[tuple[str, CopyKind], _CachedCopy] = {}

    def __getitem__(self, asset: str) -> Picture:
        return self._pictures[asset]

    def expect_size(self, asset: str, across: float, down: float) -> None:
        """Say beforehand that the whole picture will take so many px: what is decoded is to be enough for all uses."""
        which, scale = self._choose_copy(asset, across, down)
        self._expected[asset, which] = min(scale, self._expected.get((asset, which), scale))

    def get_level(self, asset: str, across: float, down: float, least: float) -> MipLevel:
        """Return a picture for its whole to take so many px.

        It is the smallest that has at least `least` times as many px, or where none has, the largest there is.
        Raises PictureError for a file that is not what the picture says.
        """
        which, _ = self._choose_copy(asset, across, down)
        levels = self._load_levels(asset, which, across, down)
        found = levels[0]
        for number in range(1, 16):
            smaller = MipLevel(found.image, found.width / 2, found.height / 2)
            if min(smaller.width / across, smaller.height / down) < least * _SUFFICIENT_SCALE:
                break
            if number == len(levels):
                levels.append(smaller._replace(image=found.image.reduce(2)))
            found = levels[number]
        return found

    def _choose_copy(self, asset: str, across: float, down: float) -> tuple[CopyKind, float]:
        """Return the copy to draw from, and how many of its px there are to one that is asked for."""
        picture = self._pictures[asset]
        scale = min(picture.working_width / across, picture.working_height / down)
        if scale >= _SUFFICIENT_SCALE or (picture.working_width, picture.working_height) == (
            picture.width,
            picture.height,
        ):
            return "working", scale
        return "full", min(picture.width / across, picture.height / down)

    def _load_levels(self, asset: str, which: CopyKind, across: float, down: float) -> list[MipLevel]:
        self.expect_size(asset, across, down)
        scale = self._expected[asset, which]
        draft = next((draft for draft in _DRAFTS if draft * _SUFFICIENT_SCALE <= scale), 1)
        kept = self._copies.get((asset, which))
        if kept and kept.draft <= draft:
            return kept.levels
        self._check_stop()
        level = decode_picture(self._pictures[asset], which, draft)
        size = level.image.width * level.image.height * _BYTES_PER_PIXEL
        found = _CachedCopy(draft, size, [level])
        room = _CACHE_BYTES - sum(one.size for key, one in self._copies.items() if key != (asset, which))
        if size <= room:
            self._copies[asset, which] = found
        return found.levels


def decode_picture(picture: Picture, which: CopyKind, draft: int = 1) -> MipLevel:
    """Return a copy of a picture, a JPEG shrunk by `draft`. Raises PictureError where the file is something else."""
    size = (picture.width, picture.height) if which == "full" else (picture.working_width, picture.working_height)
    data = picture.full() if which == "full" else picture.working()
    wrong = f"asset {picture.asset} is no picture of {size[0]} × {size[1]} px: upload it again"
    try:
        image = _open_image(data)
        if image.size != size:
            raise PictureError(wrong)
        draft = draft if image.format == "JPEG" else 1
        if draft > 1:
            image.draft(None, (size[0] // draft, size[1] // draft))
        image.load()
    except _DECODE_ERRORS as error:
        raise PictureError(wrong) from error
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return MipLevel(image if image.mode == mode else image.convert(mode), size[0] / draft, size[1] / draft)


def _open_image(data: bytes) -> Image.Image:
    if data[:2] == b"\xff\xd8":
        return JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    return PngImagePlugin.PngImageFile(io.BytesIO(data))
