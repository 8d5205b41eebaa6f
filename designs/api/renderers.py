"""Renderers: JSON, and the browsable API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer

from designs.api.errors import MEDIA_TYPE

DESIGN_PAGES = ("renders", "revisions", "events", "preview")


class ApiRenderer(JSONRenderer):
    """Renders JSON; errors as `application/problem+json`."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return UTF-8 JSON, indented if the Accept header asks for it."""
        response = (renderer_context or {}).get("response")
        if response is not None and response.status_code >= 400 and response.accepted_renderer is self:
            response["Content-Type"] = MEDIA_TYPE
        return bytes(super().render(data, accepted_media_type, renderer_context))


class BrowsableRenderer(BrowsableAPIRenderer):
    """Renders the browsable API, with the images of designs."""

    template = "api/browsable.html"

    def get_context(
        self, data: Any, accepted_media_type: str | None, renderer_context: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Add the previews of designs, and links to a design's other endpoints."""
        context: dict[str, Any] = super().get_context(data, accepted_media_type, renderer_context)
        if isinstance(data, dict):
            context["images"] = _list_images(data, context["request"].path)
            if {"id", "renditions"} <= data.keys():
                base = f"/api/v1/designs/{data['id']}"
                context["links"] = [{"name": page.capitalize(), "url": f"{base}/{page}"} for page in DESIGN_PAGES]
        return context


def _list_images(data: dict[str, Any], path: str) -> list[dict[str, str]]:
    """Return the preview of a design, or those of a list; each with the URL that it links to."""
    rows = data.get("results", [data])
    url_field = "thumbnail_url" if len(rows) > 1 else "preview_url"
    images = []
    for row in rows:
        if isinstance(row, dict) and {"id", "thumbnail_url"} <= row.keys() and row.get("preview_url"):
            page = f"{path.rstrip('/')}/{row['id']}" if "results" in data else row["preview_url"]
            images.append({"url": row[url_field], "id": row["id"], "page": page})
    return images
