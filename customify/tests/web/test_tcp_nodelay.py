"""Connections on an inherited listening socket have TCP_NODELAY."""

from __future__ import annotations

import socket

import pytest

from customify.web.tcp_nodelay import DESCRIPTOR_FOLDER, set_tcp_nodelay


@pytest.mark.skipif(not DESCRIPTOR_FOLDER.is_dir(), reason="elsewhere than on Linux a process cannot list its sockets")
def test_connections_accepted_on_an_inherited_socket_have_nodelay() -> None:
    with socket.socket(socket.AF_INET) as listening:  # without a protocol number, as uvicorn makes it
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert set_tcp_nodelay() >= 1
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
        assert listening.fileno() >= 0
        before = len(list(DESCRIPTOR_FOLDER.iterdir()))
        set_tcp_nodelay()
        assert len(list(DESCRIPTOR_FOLDER.iterdir())) == before
