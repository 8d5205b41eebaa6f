"""Answers that leave at once, also where a server has several processes."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

DESCRIPTOR_FOLDER = Path("/proc/self/fd")  # Linux


def set_tcp_nodelay() -> int:
    """Set TCP_NODELAY on every socket that this process listens on, for all that it will accept; return how many.

    A server writes an answer's head and its body apart. Without this the body waits until the client has acknowledged
    the head, which takes 40 ms. asyncio sets it by itself, but not on a socket that was bound before and handed on, as
    `uvicorn --workers` does (CPython's `_set_nodelay` looks at the socket's protocol number, which is 0 then).
    """
    descriptors = [int(one.name) for one in DESCRIPTOR_FOLDER.iterdir()] if DESCRIPTOR_FOLDER.is_dir() else []
    return sum(map(_set_nodelay, descriptors))


def _set_nodelay(descriptor: int) -> bool:
    try:
        is_socket = stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:  # the listing's own, closed by now
        return False
    if not is_socket:
        return False
    with socket.socket(fileno=os.dup(descriptor)) as copy:
        listens = copy.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        if not listens or copy.family not in {socket.AF_INET, socket.AF_INET6}:
            return False
        copy.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what is accepted inherits it
    return True
