"""Routes of version 1, each with and without a trailing slash; the schema lists only the latter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path, register_converter
from drf_spectacular.views import SpectacularAPIView

from designs.api.assets import AssetViewSet
from designs.api.catalogue import Fonts, FontSample, FontSamples, Root
from designs.api.designs import DesignViewSet
from designs.api.events import DesignEvents
from designs.api.history import HistoryViewSet, PinViewSet
from designs.api.preflight import PreflightViewSet
from designs.api.preview import PreviewViewSet
from designs.api.print_files import PrintFileViewSet
from designs.api.products import OneProduct, Products
from designs.api.swagger import SwaggerView

View = Callable[..., HttpResponseBase]


def slash_routes(route: str, view: View, name: str) -> list[URLPattern]:
    """Return the route without and with a trailing slash; a redirect would lose the body of a POST."""
    return [path(route, view, name=name), path(f"{route}/", view, name=f"{name}-slash")]


def drop_slash_routes(endpoints: list[tuple[str, Any, Any, Any]]) -> list[tuple[str, Any, Any, Any]]:
    """Leave the routes with a trailing slash out of the schema (a preprocessing hook of drf-spectacular)."""
    return [endpoint for endpoint in endpoints if not endpoint[0].endswith("/")]


class AnyUUIDConverter:
    """Matches a UUID in either case, with or without dashes (RFC 9562, section 4)."""

    regex = "[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}"

    def to_python(self, value: str) -> UUID:
        """Parse the UUID."""
        return UUID(value)

    def to_url(self, value: UUID | str) -> str:
        """Return the canonical form."""
        return str(value)


register_converter(AnyUUIDConverter, "anyuuid")
design = "designs/<anyuuid:id>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", Root.as_view(), name="v1-root"),
    path("auth/", include("rest_framework.urls")),
    *slash_routes("designs", DesignViewSet.as_view({"get": "list", "post": "create"}, name="Designs"), "v1-designs"),
    *slash_routes(
        design,
        DesignViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        "v1-design",
    ),
    *slash_routes(f"{design}/render", DesignViewSet.as_view({"post": "render_again"}), "v1-design-render"),
    *slash_routes(f"{design}/finish", DesignViewSet.as_view({"post": "finish"}), "v1-design-finish"),
    *slash_routes(f"{design}/copy", DesignViewSet.as_view({"post": "copy"}), "v1-design-copy"),
    *slash_routes("designs/reassign", DesignViewSet.as_view({"post": "reassign"}), "v1-designs-reassign"),
    *slash_routes(f"{design}/renders", HistoryViewSet.as_view({"get": "renders"}), "v1-renders"),
    *slash_routes(f"{design}/revisions", HistoryViewSet.as_view({"get": "revisions"}), "v1-revisions"),
    *slash_routes(f"{design}/revisions/<int:number>", HistoryViewSet.as_view({"get": "revision"}), "v1-revision"),
    *slash_routes(
        f"{design}/revisions/<int:number>/moderation",
        HistoryViewSet.as_view({"put": "moderation"}),
        "v1-revision-moderation",
    ),
    *slash_routes(
        f"{design}/revisions/<int:number>/overrides/<slug:code>",
        HistoryViewSet.as_view({"put": "override", "delete": "remove_override"}),
        "v1-revision-override",
    ),
    *slash_routes(f"{design}/pin", HistoryViewSet.as_view({"post": "pin"}), "v1-design-pin"),
    *slash_routes(
        f"{design}/print-files",
        PrintFileViewSet.as_view({"get": "list", "post": "create"}, name="Print files"),
        "v1-print-files",
    ),
    *slash_routes(
        f"{design}/print-files/<anyuuid:print_file>", PrintFileViewSet.as_view({"get": "retrieve"}), "v1-print-file"
    ),
    *slash_routes(
        f"{design}/print-files/<anyuuid:print_file>/plates", PrintFileViewSet.as_view({"get": "plates"}), "v1-plates"
    ),
    *slash_routes("pins", PinViewSet.as_view({"get": "list"}, name="Pins"), "v1-pins"),
    *slash_routes("pins/<anyuuid:id>", PinViewSet.as_view({"get": "retrieve", "delete": "destroy"}), "v1-pin"),
    *slash_routes(f"{design}/preview", DesignViewSet.as_view({"get": "preview"}), "v1-design-preview"),
    *slash_routes(f"{design}/events", DesignEvents.as_view(), "v1-design-events"),
    *slash_routes(
        "preview", PreviewViewSet.as_view({"get": "retrieve", "post": "create"}, name="Preview"), "v1-preview"
    ),
    *slash_routes("preflight", PreflightViewSet.as_view({"post": "create"}, name="Preflight"), "v1-preflight"),
    *slash_routes("assets", AssetViewSet.as_view({"get": "list", "post": "create"}, name="Assets"), "v1-assets"),
    *slash_routes("assets/<anyuuid:id>", AssetViewSet.as_view({"get": "retrieve", "delete": "destroy"}), "v1-asset"),
    *slash_routes("products", Products.as_view(), "v1-products"),
    *slash_routes("products/<slug:slug>", OneProduct.as_view(), "v1-product"),
    *slash_routes("fonts", Fonts.as_view(), "v1-fonts"),
    *slash_routes("fonts/samples.webp", FontSamples.as_view(), "v1-font-samples"),
    *slash_routes("fonts/<str:name>/sample", FontSample.as_view(), "v1-font-sample"),
    *slash_routes("schema", SpectacularAPIView.as_view(), "v1-schema"),
    *slash_routes("docs", SwaggerView.as_view(url_name="v1-schema"), "v1-docs"),
]
