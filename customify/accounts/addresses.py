"""The address of the client that sent a request."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def get_client_address(request: HttpRequest) -> str:
    """Return the client's trustworthy address; for IPv6 its /64 network, because one client usually has all of it."""
    address = request.META.get("REMOTE_ADDR") or "unknown"
    if settings.TRUST_PROXY:
        # The proxy appends the last entry itself; a client may have sent the others.
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or address
    try:
        ip = ip_address(address)
    except ValueError:  # a unix socket, or a proxy that sends something else
        return address[:100]
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))
    return str(ip)
