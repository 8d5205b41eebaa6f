"""The mark over pictures that are shown before they are paid for: which one a design gets, frozen and thawed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.conf import settings

from rendering.engine.paint.watermark import build_watermark
from rendering.engine.text.fonts import load_faces
from rendering.engine.values import PictureError, Watermark
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts

_TEST_WATERMARK = {"text": "TEST", "font": "Roboto-Bold", "place": "tiled", "opacity": 0.5, "scale": 0.3}


def choose_watermark(*, is_test: bool) -> dict[str, Any] | None:
    """Return the mark a new render freezes, as JSON values; None where there is none.

    That of the settings. What a test key made is never without one, so that it cannot be sold.
    """
    style = {
        "place": settings.RENDER_WATERMARK_PLACE,
        "opacity": settings.RENDER_WATERMARK_OPACITY,
        "scale": settings.RENDER_WATERMARK_SCALE,
    }
    if settings.RENDER_WATERMARK_PICTURE:
        return {"picture": _read_picture(settings.RENDER_WATERMARK_PICTURE)[1], **style}
    if settings.RENDER_WATERMARK:
        return {"text": settings.RENDER_WATERMARK, "font": settings.RENDER_WATERMARK_FONT, **style}
    return _TEST_WATERMARK if is_test else None


def load_watermark(snapshot: Mapping[str, Any]) -> Watermark | None:
    """Return the mark a render froze, with the picture that there is now; raises PictureError where there is none."""
    # A render that an earlier version queued has none.
    mark = snapshot.get("watermark")
    if not mark:
        return None
    if "picture" not in mark:
        return Watermark(**mark)
    if not settings.RENDER_WATERMARK_PICTURE:
        raise PictureError("the watermark's picture is no longer named by RENDER_WATERMARK_PICTURE: render again")
    return Watermark(**{**mark, "picture": _read_picture(settings.RENDER_WATERMARK_PICTURE)[0]})


def watermark_sha256(snapshot: Mapping[str, Any]) -> str:
    """Return the hash of the picture that a render's mark is drawn from now, "" where it has none."""
    drawn = "picture" in (snapshot.get("watermark") or {}) and settings.RENDER_WATERMARK_PICTURE
    return _read_picture(settings.RENDER_WATERMARK_PICTURE)[1] if drawn else ""


def check_watermark_settings() -> None:
    """Raise FontError or PictureError where the mark of the settings cannot be drawn."""
    if mark := load_watermark({"watermark": choose_watermark(is_test=False)}):
        build_watermark(mark, 300, 300, installed_fonts(), partial(load_faces, fallbacks=fallback_fonts()))


@cache  # like every setting it is read once; a new file takes a restart
def _read_picture(path: Path) -> tuple[bytes, str]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PictureError(f"the watermark's picture cannot be read: {error.strerror}") from error
    return data, hashlib.sha256(data).hexdigest()
