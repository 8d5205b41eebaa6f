"""Finds colours that subsampling would smear: red letters on blue.

4:2:0 keeps one colour for each 2 × 2 px, and in most pictures nobody sees it.
"""

from PIL import Image, ImageChops

_STEP = 32  # of 255, between a px's colour difference (Cb or Cr) and the mean of its four
_TILE = 16  # of those means that make a tile, along each axis
_SHARE = 0.1  # of a tile, from which it is smeared visibly; sharp photos have up to 0.07
_IS_STEP = [0] * (_STEP + 1) + [255] * (255 - _STEP)


def has_fine_colors(image: Image.Image) -> bool:
    """Tell whether colours change so sharply, in some part of an image, that each px needs its own."""
    planes = (image if image.mode == "RGB" else image.convert("RGB")).convert("YCbCr").split()[1:]
    steps = [_find_steps(plane) for plane in planes]
    return ImageChops.lighter(*steps).reduce(_TILE).getextrema()[1] >= 255 * _SHARE  # type: ignore[operator]


def _find_steps(plane: Image.Image) -> Image.Image:
    means = plane.reduce(2)
    return ImageChops.difference(means, plane.resize(means.size, Image.Resampling.NEAREST)).point(_IS_STEP)
