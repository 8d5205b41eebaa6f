"""The libraries that decide how a picture comes out, with their versions."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from PIL import features

_PACKAGES = ("pillow", "uharfbuzz", "skia-pathops", "isal", "numpy", "python-bidi", "icu4py", "regex", "segno")
_PILLOW_FEATURES = ("freetype2", "libjpeg_turbo", "webp", "avif", "littlecms2")


@cache
def library_versions() -> dict[str, str]:
    """Return name to version; what is not installed is left out."""
    found = {name: known for name in _PACKAGES if (known := _package_version(name))}
    inside = {name: str(features.version(name)) for name in _PILLOW_FEATURES if features.check(name)}
    return {**found, **inside}


def _package_version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
