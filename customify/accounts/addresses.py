"""Where a request comes from."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def get_client_address(request: HttpRequest) -> str:
    """Return the client's address as far as it can be trusted; of IPv6 the network of 64 bits, which one client has."""
    address = request.META.get("REMOTE_ADDR") or "unknown"
    if settings.TRUST_PROXY:
        # The last entry is the proxy's own word; whatever stands before it may be the client's.
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or address
    try:
        ip = ip_address(address)
    except ValueError:  # a unix socket, or a proxy with its own ideas
        return address[:100]
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))
    return str(ip)
