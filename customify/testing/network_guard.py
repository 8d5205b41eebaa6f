"""Refuses connections of tests to other machines."""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest


class OutsideConnectionError(RuntimeError):
    """A test tried to connect to another machine."""


def is_loopback(address: object) -> bool:
    """Tell whether a socket address is on this machine; unix sockets are."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0]).split("%")[0]
    if host in {"", "localhost"}:
        return True
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_loopback


def _allow_loopback_only(original: Callable[[socket.socket, Any], object]) -> Callable[[socket.socket, Any], object]:
    def connect(self: socket.socket, address: object) -> object:
        if is_loopback(address):
            return original(self, address)
        raise OutsideConnectionError(f"a test tried to connect to {address}: tests may only connect to this machine")

    return connect


@pytest.fixture(autouse=True, scope="session")
def no_outside_connections() -> Iterator[None]:
    """Refuse connections of Python sockets to other machines, for the whole run."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _allow_loopback_only(getattr(socket.socket, name)))
        yield
