"""Colours as a print file names them: sRGB by its profile, or CMYK through the profile of a press."""

import functools
import io
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageFilter

from rendering.engine.color.icc import SRGB_PROFILE
from rendering.engine.color.srgb import BLACK, RGB
from rendering.engine.pdf.objects import Name, PdfWriter, Ref, Value, format_number
from rendering.engine.values import PressError

_GRID = 33  # colours a side of the table from RGB to CMYK, between which Pillow interpolates
_FULL = 255.0


@dataclass(frozen=True)
class Press:
    """How colours are separated: `profile` is the ICC profile of a CMYK press, None for RGB.

    `max_ink` is the sum of all inks that the paper takes, percent.
    """

    profile: bytes | None = field(default=None, repr=False)
    max_ink: float = 300.0

    def separate(self, picture: Image.Image) -> Image.Image:
        """Return an RGB picture in the inks of the press; unchanged without a profile."""
        return picture.filter(build_separation(self.profile, self.max_ink)) if self.profile else picture


@functools.lru_cache(4)
def build_separation(profile: bytes, max_ink: float) -> ImageFilter.Color3DLUT:
    """Return the table from sRGB to the inks of a press, relative colorimetric with black point compensation.

    Within the limit of ink; where it is exceeded, cyan, magenta and yellow give way and black stays. A table is
    interpolated with whole numbers, and so gives the same inks on every machine.
    """
    levels = np.rint(np.linspace(0, 255, _GRID)).astype(np.uint8)
    blue, green, red = np.meshgrid(levels, levels, levels, indexing="ij")  # red changes first
    grid = np.stack([red, green, blue], axis=-1).reshape(-1, 1, 3)
    picture = Image.fromarray(np.ascontiguousarray(grid))
    try:
        target = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(SRGB_PROFILE)),
            target,
            "RGB",
            "CMYK",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        inks = ImageCms.applyTransform(picture, transform)
    except (ImageCms.PyCMSError, OSError) as error:
        raise PressError("the profile of the press is no ICC profile of a CMYK printer") from error
    if inks is None:
        raise PressError("the profile of the press cannot be used")
    limited = _limit_ink(np.asarray(inks, np.float64).reshape(-1, 4), max_ink * _FULL / 100)
    return ImageFilter.Color3DLUT(_GRID, limited.ravel() / _FULL, channels=4, target_mode="CMYK")


def _limit_ink(inks: NDArray[np.float64], limit: float) -> NDArray[np.float64]:
    colored = inks[:, :3].sum(axis=1)
    room = np.maximum(limit - inks[:, 3], 0)
    inks[:, :3] *= np.minimum(1, room / np.maximum(colored, 1))[:, None]
    return inks


class PdfColors:
    """The colours of one file."""

    def __init__(self, writer: PdfWriter, press: Press) -> None:
        self.press, self._writer = press, writer
        self._known: dict[RGB, tuple[float, ...]] = {}

    @functools.cached_property
    def space(self) -> Value:
        """The colour space of fills, pictures and shadings."""
        if self.press.profile:
            return Name("DeviceCMYK")
        profile = self._writer.add_stream({"N": 3, "Alternate": Name("DeviceRGB")}, SRGB_PROFILE)
        return self._writer.add([Name("ICCBased"), profile])

    @property
    def is_cmyk(self) -> bool:
        """Tell whether colours are inks."""
        return self.press.profile is not None

    def convert(self, color: RGB) -> tuple[float, ...]:
        """Return a colour as the numbers of its space; black is black ink alone, which shows no misregistration."""
        if not self.is_cmyk:
            return tuple(value / _FULL for value in color)
        if color == BLACK:
            return 0.0, 0.0, 0.0, 1.0
        if color not in self._known:
            inks = self.press.separate(Image.new("RGB", (1, 1), color)).tobytes()
            self._known[color] = tuple(value / _FULL for value in inks)
        return self._known[color]

    def write_fill(self, color: RGB) -> str:
        """Return the operators that choose a colour for fills."""
        values = " ".join(map(format_number, self.convert(color)))
        return f"{values} k" if self.is_cmyk else f"/Cs cs {values} sc"

    def add_gradient(self, colors: NDArray[np.uint8]) -> Ref:
        """Write the function from 0 to 1 that runs through colours, shape (n, 3), evenly spread (7.10.2)."""
        if self.is_cmyk:
            picture = Image.fromarray(np.ascontiguousarray(colors.reshape(1, -1, 3)))
            colors = np.asarray(self.press.separate(picture))[0]
        count = colors.shape[1]
        entries: dict[str, Value] = {
            "FunctionType": 0,
            "Domain": [0, 1],
            "Range": [0, 1] * count,
            "Size": [len(colors)],
            "BitsPerSample": 8,
        }
        return self._writer.add_stream(entries, np.ascontiguousarray(colors).tobytes())
