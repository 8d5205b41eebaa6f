"""Example requests and responses of the operations."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from drf_spectacular.utils import OpenApiExample

from designs.api.representation import SCREEN_FILES
from rendering.engine import schema

HOST = "https://customify.example"
DESIGN_ID = "0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a81"
PIN_ID = "0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a82"
ASSET_ID = "0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a80"
CREATED_AT, UPDATED_AT = "2026-11-25T09:30:00.120000Z", "2026-11-25T09:30:00.185000Z"
SHORT_DATA: dict[str, Any] = {"text": "Test", "font": "Bebas-Bold", "color": "#FF0000", "fontSize": 48}


def example_sha256(text: str) -> str:
    """Return a plausible SHA-256 value for an example."""
    return sha256(text.encode()).hexdigest()


def _rendition(kind: str, name: str, side: int, size: int) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": name,
        "placement": "front",
        "revision": 1,
        "format": name.rsplit(".", 1)[1],
        "width": side,
        "height": side,
        "dpi": round(side / 300 * 25.4, 2),
        "bytes": size,
        "sha256": example_sha256(name),
        "url": f"{HOST}/media/designs/{DESIGN_ID}/1-1-5960bb8a/{name}",
    }


FINDING = {
    "code": "low_contrast",
    "severity": "warning",
    "message": "The text is hard to read on what is beneath it: its contrast is 2.1 : 1; 3 : 1 is needed. "
    "Choose a lighter or a darker colour.",
    "layer": 0,
    "measured": 2.1,
    "required": 3.0,
    "placement": "front",
    "box": {"x": 96.4, "y": 138.2, "width": 107.2, "height": 21.5},
    "operator_message": "Contrast 2.10 : 1 of #FF0000 on #C0392B; 3 : 1 is required.",
    "fix": None,
}
FACTS: dict[str, Any] = {
    "placement": "front",
    "layers": {"text": 1, "image": 0, "shape": 0, "qr": 0},
    "colors": ["#FF0000", "#FFFFFF"],
    "has_photos": False,
    "has_color_glyphs": False,
    "has_gradients": False,
    "has_transparency": False,
    "bounds": {"x": 0, "y": 0, "width": 300, "height": 300},
    "area_mm2": 90_000,
}
SUMMARY: dict[str, Any] = {
    "id": DESIGN_ID,
    "product_type": "t-shirt",
    "design_data": SHORT_DATA,
    "status": "published",
    "revision": 1,
    "published_revision": 1,
    "preview_url": f"{HOST}/media/designs/{DESIGN_ID}/1-1-5960bb8a/preview.png",
    "thumbnail_url": f"{HOST}/media/designs/{DESIGN_ID}/1-1-5960bb8a/thumbnail.png",
    "placeholder": "data:image/webp;base64,UklGRhoAAABXRUJQVlA4TA0AAAAvD8ADEAcQERGIiP4HAA==",
    "preflight": [FINDING],
    "score": 90,
    "printable": True,
    "facts": [FACTS],
    "error": None,
    "metadata": {"cart": "c-17"},
    "external_id": "order-1001",
    "customer": "customer-17",
    "copied_from": None,
    "created_at": CREATED_AT,
    "updated_at": UPDATED_AT,
    "expires_at": None,
    "etag": '"0.4.987654"',
}
LARGEST_FILE = {"name": "preview.png", "width": 600, "height": 600, "dpi": 50.8, "reason": SCREEN_FILES}
PUBLISHED: dict[str, Any] = {
    **SUMMARY,
    "renditions": [
        _rendition("preview", "preview.png", 600, 1994),
        _rendition("preview", "preview.webp", 600, 1344),
        _rendition("thumbnail", "thumbnail.png", 200, 1166),
        _rendition("thumbnail", "thumbnail-100.webp", 100, 180),
    ],
    "largest_file": LARGEST_FILE,
}
_UNPUBLISHED: dict[str, Any] = {
    "published_revision": None,
    "preview_url": None,
    "thumbnail_url": None,
    "placeholder": None,
    "preflight": [],
    "score": None,
    "printable": None,
    "facts": [],
    "renditions": [],
    "largest_file": None,
}
RENDERING: dict[str, Any] = {**PUBLISHED, **_UNPUBLISHED, "status": "rendering"}
DRAFT: dict[str, Any] = {**RENDERING, "status": "draft"}
FAILED: dict[str, Any] = {
    **RENDERING,
    "status": "failed",
    "error": {"code": "too_slow", "message": "It took longer than 10 s to draw. Simplify the design."},
}
RENDER: dict[str, Any] = {
    "number": 1,
    "revision": 1,
    "lane": "preview",
    "state": "succeeded",
    "attempts": 1,
    "reuses": None,
    "error": None,
    "preflight": [],
    "receipt": {"engine": "4", "inputs": example_sha256("inputs"), "drawing_ms": 12.54, "storing_ms": 5.44},
    "requested_at": CREATED_AT,
    "started_at": CREATED_AT,
    "finished_at": UPDATED_AT,
}
QUEUED: dict[str, Any] = {
    **RENDER,
    "number": 2,
    "state": "queued",
    "attempts": 0,
    "receipt": {},
    "started_at": None,
    "finished_at": None,
}
REVISION: dict[str, Any] = {
    "number": 1,
    "design_data": SHORT_DATA,
    "schema_version": 2,
    "sha256": example_sha256("data"),
    "created_at": CREATED_AT,
}
MODERATION = {"state": "approved", "reason": "", "decided_at": UPDATED_AT}
PIN_SUMMARY: dict[str, Any] = {
    "id": PIN_ID,
    "design": DESIGN_ID,
    "revision": 1,
    "order_id": "order-1001",
    "status": "ready",
    "error": None,
    "moderation": MODERATION,
    "created_at": UPDATED_AT,
}
PIN: dict[str, Any] = {
    **PIN_SUMMARY,
    "renditions": PUBLISHED["renditions"],
    "largest_file": LARGEST_FILE,
    "facts": [FACTS],
}
REVISION_FILES: dict[str, Any] = {
    **REVISION,
    "renditions": PUBLISHED["renditions"],
    "largest_file": LARGEST_FILE,
    "preflight": [FINDING],
    "score": 90,
    "printable": True,
    "overrides": [],
    "facts": [FACTS],
    "moderation": MODERATION,
    "pins": [PIN_ID],
}
ASSET: dict[str, Any] = {
    "id": ASSET_ID,
    "file_name": "photo.jpg",
    "format": "jpeg",
    "width": 3024,
    "height": 4032,
    "bytes": 2_411_724,
    "sha256": example_sha256("photo.jpg"),
    "colors": [{"color": "#2E5E8C", "share": 0.61}, {"color": "#F2D8B3", "share": 0.22}],
    "url": f"{HOST}/files/private/assets/{ASSET_ID}/full.jpg?signature=1vFq3b",
    "working_url": f"{HOST}/files/private/assets/{ASSET_ID}/working.jpg?signature=1vFq3c",
    "created_at": CREATED_AT,
}
PREVIEW: dict[str, Any] = {
    "picture": "data:image/webp;base64,UklGRhoAAABXRUJQVlA4TA0AAAAvD8ADEAcQERGIiP4HAA==",
    "format": "webp",
    "width": 600,
    "height": 600,
    "bytes": 1344,
    "preflight": [FINDING],
    "facts": [FACTS],
}
PREFLIGHT: dict[str, Any] = {"preflight": [FINDING], "score": 90, "printable": True, "facts": [FACTS]}
OVERRIDE = {
    "code": "low_resolution",
    "reason": "The customer knows, and wants the old photo.",
    "decided_by": "shop",
    "key": "back office (cfy_live_9f2c…)",
    "decided_at": UPDATED_AT,
}
LAYERED_DATA: dict[str, Any] = {
    "version": 1,
    "placements": {
        "front": {
            "background": {"type": "color", "color": "#FFF7EC"},
            "layers": [
                {"type": "image", "asset": ASSET_ID, "box": {"x": 30, "y": 30, "width": 240, "height": 220}},
                {
                    "type": "text",
                    "text": "Hello, Ada",
                    "font": "Pacifico-Regular",
                    "size": 24,
                    "color": "#1F3A5F",
                    "box": {"x": 30, "y": 270, "width": 240, "height": 60},
                },
            ],
        }
    },
}


SESSION_REQUEST: dict[str, Any] = {"origins": ["https://shop.example"], "expires_in": 3600}
SESSION: dict[str, Any] = {
    "id": "0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a82",
    "token": "cfy_session_eyJkZXNpZ24iOiAi…",
    "design": DESIGN_ID,
    "product_type": "t-shirt",
    "origins": ["https://shop.example"],
    "assets": [ASSET_ID],
    "etag": '"0.1.987654"',
    "expires_at": "2026-11-25T10:30:00Z",
}
SESSION_SUMMARY: dict[str, Any] = {
    "id": SESSION["id"],
    "state": "active",
    "origins": SESSION["origins"],
    "assets": SESSION["assets"],
    "created_at": CREATED_AT,
    "expires_at": SESSION["expires_at"],
    "revoked_at": None,
}


def request_example(name: str, value: dict[str, Any]) -> OpenApiExample:
    """Return an example of a request body."""
    return OpenApiExample(name, value, request_only=True)


def response_example(name: str, value: dict[str, Any], *statuses: int) -> OpenApiExample:
    """Return an example of the response with these statuses; for a list, `value` is one item."""
    return OpenApiExample(name, value, response_only=True, status_codes=[str(status) for status in statuses])


OPENED: dict[str, Any] = {
    **DRAFT,
    "design_data": {"version": 1, "placements": {"front": {"layers": []}}},
    "session": {**SESSION, "assets": []},
}
EMPTY_DRAFT = request_example(
    "An empty draft with a session", {"product_type": "t-shirt", "render": False, "session": SESSION_REQUEST}
)
ONE_LINE = request_example("One line of text", {"product_type": "t-shirt", "design_data": SHORT_DATA})
TEXT = request_example("A layer of text", {"product_type": "t-shirt", "design_data": schema.EXAMPLE})
PICTURE = request_example(
    "A picture under text",
    {
        "product_type": "t-shirt",
        "design_data": LAYERED_DATA,
        "metadata": {"cart": "c-17"},
        "external_id": "order-1001",
        "render": False,
    },
)
