"""The receipt of a drawing: what it was really made with, and what had changed since the render was requested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings

from designs.renders.snapshot import inputs_sha256
from designs.renders.watermark import watermark_sha256
from rendering.engine.draw import ENGINE_VERSION
from rendering.engine.values import Drawing, Finding
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts, hash_fallback_fonts
from rendering.versions import library_versions


def build_receipt(snapshot: Mapping[str, Any], drawing: Drawing) -> dict[str, Any]:
    """Return what a drawing was really made with: drawing with the same gives the same bytes."""
    every = (*installed_fonts().values(), *fallback_fonts(settings.RENDER_EMOJI_FONT))
    return {
        "engine": ENGINE_VERSION,
        "libraries": library_versions(),
        "inputs": inputs_sha256(snapshot),
        "fonts": {font.name: font.sha256 for font in every if font.name in drawing.fonts},
        "assets": {pk: snapshot["assets"][pk]["sha256"] for pk in drawing.assets},
        "watermark": watermark_sha256(snapshot),
    }


def find_changed_inputs(snapshot: Mapping[str, Any], drawing: Drawing) -> Iterator[Finding]:
    """Yield a warning where a font, the watermark or the engine differs from the snapshot: the picture may differ."""
    if changed := list(_changed_inputs(snapshot, drawing)):
        message = f"Changed between the request and the drawing: {', '.join(changed)}. Check the picture again."
        yield Finding("inputs_changed", "warning", message)
    if snapshot.get("drawn_by", "") not in {"", ENGINE_VERSION}:
        message = (
            f"This revision was drawn by engine {snapshot['drawn_by']} and is now drawn by engine {ENGINE_VERSION}:"
            " it may differ from what was approved."
        )
        yield Finding("engine_changed", "warning", message)


def _changed_inputs(snapshot: Mapping[str, Any], drawing: Drawing) -> Iterator[str]:
    fonts = installed_fonts()
    yield from (name for name, sha256 in snapshot["fonts"].items() if fonts[name].sha256 != sha256)
    substitutes = set(drawing.fonts) - set(snapshot["fonts"])
    if substitutes and snapshot.get("fallbacks") != hash_fallback_fonts(settings.RENDER_EMOJI_FONT):
        yield "fallback fonts"
    if watermark_sha256(snapshot) != (snapshot.get("watermark") or {}).get("picture", ""):
        yield "watermark"
    if snapshot["engine"] != ENGINE_VERSION:
        yield f"engine {snapshot['engine']}"
