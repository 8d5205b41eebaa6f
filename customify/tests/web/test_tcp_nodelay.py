"""A listening socket that a server was handed delays no answer."""

from __future__ import annotations

import socket

import pytest

from customify.web.tcp_nodelay import OPEN_FILES, hurry_listening_sockets


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="elsewhere than on Linux a process cannot list its sockets")
def test_what_is_accepted_on_a_socket_that_was_handed_on_does_not_wait() -> None:
    with socket.socket(socket.AF_INET) as listening:  # without a protocol number, as uvicorn makes it
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert hurry_listening_sockets() >= 1
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
        assert listening.fileno() >= 0
        before = len(list(OPEN_FILES.iterdir()))
        hurry_listening_sockets()
        assert len(list(OPEN_FILES.iterdir())) == before
