"""Versions of the libraries that affect the pixels and bytes of a rendered file."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from PIL import features

_PACKAGES = ("pillow", "uharfbuzz", "skia-pathops", "isal", "numpy", "python-bidi", "icu4py", "regex", "segno")
_PILLOW_FEATURES = ("freetype2", "libjpeg_turbo", "webp", "avif", "littlecms2")


@cache
def library_versions() -> dict[str, str]:
    """Return name to version; libraries that are not installed are left out."""
    packages = {name: number for name in _PACKAGES if (number := _package_version(name))}
    bundled = {name: str(features.version(name)) for name in _PILLOW_FEATURES if features.check(name)}
    return {**packages, **bundled}


def _package_version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
