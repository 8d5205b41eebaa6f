"""HTML of designs and files in the admin, without inline styles or scripts, which the CSP blocks."""

from __future__ import annotations

import json
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from designs.models import Design, DesignStatus, Rendition
from designs.renders.lanes import storage_alias
from rendering import storage

THUMBNAIL_SIDE = 60  # px, longer side in the list
ICONS = {  # from Django's admin
    DesignStatus.DRAFT: "icon-unknown",
    DesignStatus.RENDERING: "icon-changelink",
    DesignStatus.PUBLISHED: "icon-yes",
    DesignStatus.FAILED: "icon-no",
}


def file_url(rendition: Rendition, lane: str) -> str:
    """Return the URL of a rendition; a private one expires."""
    return storage.file_url(rendition.key, alias=storage_alias(lane))


def status_html(design: Design) -> SafeString:
    """Return the status with an icon."""
    icon, text = ICONS[DesignStatus(design.status)], design.status
    if design.deleted_at:
        icon, text = "icon-deletelink", "deleted"
    return format_html('<img src="{}" alt=""> {}', static(f"admin/img/{icon}.svg"), text)


def thumbnail_html(design: Design) -> SafeString | str:
    """Return the published thumbnail as an `img` element; the renditions must be prefetched."""
    if design.published_render is None:
        return "–"
    files = [file for file in design.published_render.renditions.all() if file.kind == "thumbnail"]
    if not files:
        return "–"
    file = min(files, key=lambda file: (file.format != "png", file.width))
    scale = THUMBNAIL_SIDE / max(file.width, file.height)
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="" loading="lazy">',
        file_url(file, design.published_render.lane),
        round(file.width * scale),
        round(file.height * scale),
    )


def load_newest_data(design: Design) -> dict[str, Any]:
    """Return the newest revision's data, from the prefetch of the list or by a query."""
    fetched = getattr(design, "newest_revisions", None)
    revision = fetched[0] if fetched else design.revisions.get(number=design.revision)
    data: dict[str, Any] = revision.design_data
    return data


def format_json(value: object) -> str:
    """Return indented JSON with non-ASCII characters as they are."""
    return json.dumps(value, indent=2, ensure_ascii=False)
