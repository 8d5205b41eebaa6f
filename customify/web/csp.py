"""The security policy of our responses: a strict Content-Security-Policy, and a Permissions-Policy.

Settings import this module, so nothing here may import models or apps.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from csp.constants import HEADER, NONE, SELF
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

from rendering.storage_config import StorageConfig, public_bucket_url

DATA_SCHEME = "data:"  # the stylesheets of the admin and of Swagger contain small images
# JSON, probes and static files load nothing.
BARE_POLICY = "default-src 'none'; frame-ancestors 'none'"
# User files: should a browser ever show one as a page, it runs nothing and has an opaque origin.
FILE_POLICY = "default-src 'none'; sandbox"
FILE_PATHS = ("/media/", "/files/")
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def build_directives(storage: StorageConfig) -> dict[str, Any]:
    """Return the policy of our pages as django-csp directives."""
    return {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, DATA_SCHEME, *image_origins(storage)],
        "object-src": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }


def image_origins(storage: StorageConfig) -> list[str]:
    """Return the other sources of images on our pages: the bucket and its CDN."""
    if storage.use_local:
        return []
    bucket = public_bucket_url(storage)
    if storage.endpoint_url:
        bucket += "/"  # without a slash at its end, CSP matches exactly that path
    # Assets are always read from the bucket itself, whatever the CDN serves.
    return [bucket, f"https://{storage.cloudfront_domain}"] if storage.cloudfront_domain else [bucket]


class SecurityPolicyMiddleware(CSPMiddleware):
    """Sets the policy of the settings on pages, FILE_POLICY on user files and BARE_POLICY on the rest."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the headers; django-csp's decorators on a view take precedence."""
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            return response  # a browser would apply the header to the page in its cache
        if request.path_info.startswith(FILE_PATHS):
            response.headers.setdefault(HEADER, FILE_POLICY)
        elif not response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault(HEADER, BARE_POLICY)
        else:
            response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
            return super().process_response(request, response)
        return response


def add_static_headers(headers: Any, path: str, url: str) -> None:  # noqa: ARG001
    """Add the policy to a static file's headers; WhiteNoise calls this once for each file."""
    headers[HEADER] = BARE_POLICY
