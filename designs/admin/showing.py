"""How designs and their files look in the admin. No inline styles or scripts: a strict policy would drop them."""

from __future__ import annotations

import json

from django.utils.html import format_html
from django.utils.safestring import SafeString

from designs.models import Design, DesignStatus, Lane, Rendition
from rendering import storage

SMALL = 60  # px, longer side in the list
MARKS = {
    DesignStatus.DRAFT: "⚪",
    DesignStatus.RENDERING: "🔵",
    DesignStatus.PUBLISHED: "🟢",
    DesignStatus.FAILED: "🔴",
}


def address(rendition: Rendition, lane: str) -> str:
    """Return a file's URL; empty for a private file on local disk, which has none."""
    try:
        return storage.url(rendition.key, alias="private" if lane == Lane.PRINT else "default")
    except ValueError:
        return ""


def status_text(design: Design) -> str:
    """Return the status with its colour as a mark."""
    if design.deleted_at:
        return "⚫ deleted"
    return f"{MARKS[DesignStatus(design.status)]} {design.status}"


def thumbnail(design: Design) -> SafeString | str:
    """Return the published thumbnail as a small picture, from renditions that are fetched already."""
    if design.published_render is None:
        return "–"
    files = [file for file in design.published_render.renditions.all() if file.kind == "thumbnail"]
    if not files:
        return "–"
    file = min(files, key=lambda file: (file.format != "png", file.width))
    scale = SMALL / max(file.width, file.height)
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="" loading="lazy">',
        address(file, design.published_render.lane),
        round(file.width * scale),
        round(file.height * scale),
    )


def as_json(value: object) -> str:
    """Return a JSON value as people read it."""
    return json.dumps(value, indent=2, ensure_ascii=False)
