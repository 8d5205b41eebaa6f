"""Drops request headers that the sender has no right to set, before anything reads them."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from customify.accounts.addresses import is_trusted_proxy

# In logs, rows and responses: no line breaks, no markup, nothing long.
ID_PATTERN = re.compile(r"[A-Za-z0-9._-]{1,64}")
# A load balancer or orchestrator asks by the address of the process, which is no name of the site.
PROBES = ("/livez", "/readyz")
_ID_HEADERS = ("HTTP_X_REQUEST_ID", "HTTP_X_CORRELATION_ID")
_PROXY_HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")


class IncomingHeadersMiddleware:
    """Removes X-Forwarded-… of peers that are no proxy of ours, ids that are no plain word, and the hosts of probes.

    A request without an id gets one. It stands before all other middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Clean the request's headers and serve it."""
        headers = request.META
        if request.path_info in PROBES:
            headers["HTTP_HOST"] = _own_host()
        for name in _ID_HEADERS:
            if name in headers and not ID_PATTERN.fullmatch(headers[name]):
                del headers[name]
        if settings.TRUST_PROXY and not is_trusted_proxy(headers.get("REMOTE_ADDR", "")):
            for name in _PROXY_HEADERS:
                headers.pop(name, None)
        return self.get_response(request)


def _own_host() -> str:
    """Return a host name that the site answers to."""
    return next((host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"), "localhost")
