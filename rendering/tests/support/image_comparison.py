"""How much two images differ, in steps of 0 to 255."""

from PIL import Image, ImageChops, ImageStat


def mean_difference(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference over all pixels, of the channel that differs most."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def max_difference(one: Image.Image, other: Image.Image) -> int:
    """Return the largest difference of any pixel in any channel."""
    return max_value(ImageChops.difference(one, other))


def max_value(image: Image.Image) -> int:
    """Return the largest value of any channel."""
    return max(band.getextrema()[1] for band in image.split())  # type: ignore[return-value]


def flatten(image: Image.Image, color: str) -> Image.Image:
    """Return an RGB image of `image` over a plain background."""
    return Image.alpha_composite(Image.new("RGBA", image.size, color), image.convert("RGBA")).convert("RGB")
