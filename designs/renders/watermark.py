"""The watermark of previews: which one a render gets, as JSON for its snapshot and as the engine's value."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.conf import settings

from rendering.engine.paint.watermark import build_watermark
from rendering.engine.text.fonts import load_faces
from rendering.engine.values import Watermark
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.storage import StorageUnavailable

_TEST_WATERMARK = {"text": "TEST", "font": "Roboto-Bold", "place": "tiled", "opacity": 0.5, "scale": 0.3}


def choose_watermark(*, is_test: bool) -> dict[str, Any] | None:
    """Return the watermark for a new render's snapshot, as JSON values; None where there is none.

    It is the one of the settings. Without one there, designs of test keys get "TEST", so that they cannot be sold.
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
    """Return the watermark of a snapshot, with today's picture file; StorageUnavailable where that is missing.

    That is for the operator to fix, and renders wait for it.
    """
    # A render that an earlier version queued has no watermark.
    mark = snapshot.get("watermark")
    if not mark:
        return None
    if "picture" not in mark:
        return Watermark(**mark)
    if not settings.RENDER_WATERMARK_PICTURE:
        raise StorageUnavailable("The watermark needs a picture, but RENDER_WATERMARK_PICTURE is no longer set.")
    return Watermark(**{**mark, "picture": _read_picture(settings.RENDER_WATERMARK_PICTURE)[0]})


def watermark_sha256(snapshot: Mapping[str, Any]) -> str:
    """Return the hash of the picture file that a snapshot's watermark is drawn from today, "" without one."""
    has_picture = "picture" in (snapshot.get("watermark") or {}) and settings.RENDER_WATERMARK_PICTURE
    return _read_picture(settings.RENDER_WATERMARK_PICTURE)[1] if has_picture else ""


def check_watermark_settings() -> None:
    """Raise FontError, PictureError or StorageUnavailable where the watermark of the settings cannot be drawn."""
    if mark := load_watermark({"watermark": choose_watermark(is_test=False)}):
        build_watermark(mark, 300, 300, installed_fonts(), partial(load_faces, fallbacks=fallback_fonts()))


@cache  # read once, like every setting: a new file needs a restart
def _read_picture(path: Path) -> tuple[bytes, str]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StorageUnavailable(f"The watermark's picture cannot be read: {error.strerror}.") from error
    return data, hashlib.sha256(data).hexdigest()
