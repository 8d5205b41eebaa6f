"""Renderers: JSON, and the browsable API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer

from designs.api.errors import MEDIA_TYPE


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
        """Add the response's images, and links to a design's other endpoints."""
        context: dict[str, Any] = super().get_context(data, accepted_media_type, renderer_context)
        rows = data.get("results", [data]) if isinstance(data, dict) else []
        if isinstance(data, dict) and {"id", "renditions"} <= set(data):
            pages = {"Renders": "renders", "Revisions": "revisions", "Events": "events", "Preview": "preview"}
            base = f"/api/v1/designs/{data['id']}"
            context["links"] = [{"name": name, "url": f"{base}/{page}"} for name, page in pages.items()]
        context["pictures"] = [
            {"url": row["thumbnail_url" if len(rows) > 1 else "preview_url"], "id": row["id"], "page": page}
            for row in rows
            if isinstance(row, dict) and {"id", "thumbnail_url"} <= set(row) and row.get("preview_url")
            for page in [
                f"{context['request'].path.rstrip('/')}/{row['id']}" if "results" in data else row["preview_url"]
            ]
        ]
        return context
