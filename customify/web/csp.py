"""What a browser may do with our answers: a strict Content-Security-Policy, and Permissions-Policy.

Settings import this module, so nothing here may import models or apps.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from csp.constants import HEADER, NONE, SELF
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

from rendering.storage_config import StorageConfig, bucket_url

DATA_SCHEME = "data:"  # the admin's and Swagger's own stylesheets hold small pictures
# What is no page loads nothing: JSON, probes, static files.
BARE_POLICY = "default-src 'none'; frame-ancestors 'none'"
# Files of users: should one ever be taken for a page, it may run nothing and is of no origin.
FILE_POLICY = "default-src 'none'; sandbox"
FILE_PATHS = ("/media/", "/files/")
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def build_directives(storage: StorageConfig) -> dict[str, Any]:
    """Return the policy of our pages, in django-csp's terms."""
    return {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, DATA_SCHEME, *picture_origins(storage)],
        "object-src": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }


def picture_origins(storage: StorageConfig) -> list[str]:
    """Return where else pictures on our pages come from: the bucket, and the CDN before it."""
    if storage.use_local:
        return []
    bucket = bucket_url(storage.bucket, storage.region, storage.endpoint_url)
    if storage.endpoint_url:
        bucket += "/"  # a path without it would match that path alone
    # Assets are always read from the bucket itself, whatever the CDN serves.
    return [bucket, f"https://{storage.cloudfront_domain}"] if storage.cloudfront_domain else [bucket]


class SecurityPolicyMiddleware(CSPMiddleware):
    """Gives pages the policy of settings, files of users a sandbox, and everything else no right at all."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the headers; a view may have said otherwise (django-csp's decorators)."""
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            return response  # a browser would put the header on the page that it has kept
        if request.path_info.startswith(FILE_PATHS):
            response.headers.setdefault(HEADER, FILE_POLICY)
        elif not response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault(HEADER, BARE_POLICY)
        else:
            response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
            return super().process_response(request, response)
        return response


def add_static_headers(headers: Any, path: str, url: str) -> None:  # noqa: ARG001
    """Add the policy to a static file's headers (WhiteNoise asks once a file)."""
    headers[HEADER] = BARE_POLICY
