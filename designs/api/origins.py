"""How a web origin is spelled (RFC 6454), and which ones a designer session may be bound to."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings

ORIGIN_LENGTH = 255  # characters
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

_HOST_LABEL = "[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"
_ORIGIN_PATTERN = re.compile(
    rf"https?://(?:{_HOST_LABEL}(?:\.{_HOST_LABEL})*|\[[0-9a-f:.]+\])"
    r"(?::(?!0)(?:[0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
)
_INVALID_ORIGIN = (
    "An origin is a scheme, a host in lower case, and a port if it is not the default: https://shop.example"
)
_IP_HOST = re.compile(r":|(?:^|\.)[0-9]+$")  # browsers take a host that ends in a number for an IPv4 address
_DEFAULT_PORTS = {"http": 80, "https": 443}


def explain_invalid_origin(origin: str) -> str:
    """Return why a session cannot be bound to this text, "" if it is a valid origin (RFC 6454, section 6.2)."""
    if not _ORIGIN_PATTERN.fullmatch(origin):
        return _INVALID_ORIGIN
    try:
        parts = urlsplit(origin)
        if _IP_HOST.search(parts.hostname or ""):
            ip_address(parts.hostname or "")
    except ValueError:
        return _INVALID_ORIGIN
    if parts.port == _DEFAULT_PORTS[parts.scheme]:
        return "Leave out the default port, as browsers do."
    if parts.scheme == "https" or (
        parts.scheme == "http" and (not settings.SECURE or parts.hostname in LOOPBACK_HOSTS)
    ):
        return ""
    return "Use https: over http others could read the session's token. On localhost http is accepted."


def origin_of_url(url: str) -> str:
    """Return the origin of a URL as browsers spell it, "" for what has none."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in {None, _DEFAULT_PORTS[parts.scheme]} else "")
