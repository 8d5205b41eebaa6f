"""The address of the client that sent a request, and which peers are proxies of ours.

TRUST_PROXY is False (no proxy), True (exactly one proxy, at any address), or the networks of the proxies.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def get_client_address(request: HttpRequest) -> str:
    """Return the client's trustworthy address; for IPv6 its /64 network, because one client usually has all of it."""
    address = request.META.get("REMOTE_ADDR") or "unknown"
    if is_trusted_proxy(address):
        # Each proxy appends the address that it sees; a client may have sent the entries before those.
        entries = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        address = _find_client(entries) or address
    ip = _parse_address(address)
    if ip is None:  # a unix socket, or a proxy that sends something else
        return address[:100]
    return str(ip_network((ip, 64), strict=False)) if isinstance(ip, IPv6Address) else str(ip)


def is_trusted_proxy(address: str) -> bool:
    """Tell whether a peer's X-Forwarded-… headers count."""
    if isinstance(settings.TRUST_PROXY, bool):
        return settings.TRUST_PROXY
    ip = _parse_address(address)
    return ip is not None and any(ip in network for network in settings.TRUST_PROXY)


def _find_client(entries: list[str]) -> str:
    """Return the last entry that is no proxy of ours, "" if there is none."""
    if isinstance(settings.TRUST_PROXY, bool):  # one proxy: it appended the last
        return entries[-1]
    return next((entry for entry in reversed(entries) if entry and not is_trusted_proxy(entry)), "")


def _parse_address(address: str) -> IPv4Address | IPv6Address | None:
    try:
        ip = ip_address(address)
    except ValueError:
        return None
    return ip.ipv4_mapped or ip if isinstance(ip, IPv6Address) else ip
