"""TCP_NODELAY on sockets that a server passes to its worker processes."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

DESCRIPTOR_FOLDER = Path("/proc/self/fd")  # Linux


def set_tcp_nodelay() -> int:
    """Set TCP_NODELAY on every socket this process listens on; accepted sockets inherit it. Return their number.

    A server writes the head and the body of a response separately. Without this option the body waits until the client
    has acknowledged the head, which takes 40 ms. asyncio sets it, but not on a socket that another process has bound,
    as with `uvicorn --workers`: CPython's `_set_nodelay` checks the socket's protocol number, which is 0 then.
    """
    descriptors = [int(entry.name) for entry in DESCRIPTOR_FOLDER.iterdir()] if DESCRIPTOR_FOLDER.is_dir() else []
    return sum(map(_set_nodelay, descriptors))


def _set_nodelay(descriptor: int) -> bool:
    try:
        is_socket = stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:  # the descriptor of the listing, already closed
        return False
    if not is_socket:
        return False
    with socket.socket(fileno=os.dup(descriptor)) as copy:
        listens = copy.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        if not listens or copy.family not in {socket.AF_INET, socket.AF_INET6}:
            return False
        copy.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted sockets inherit it
    return True
