"""REDIS_URL with `rediss://`: every connection uses TLS and checks the certificate."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django_rq import get_queue
from limits import RateLimitItemPerSecond
from pytest_django import Settings
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from customify.testing.event_loops import run_coroutine
from designs.broker import client
from designs.broker.counters import RateCounters

HOST = "127.0.0.1"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A file with a certificate for HOST, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "server.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + pem)
    return file


@pytest.fixture
def tls_port(certificate: Path, redis_url: str) -> Iterator[int]:
    """A port that ends TLS in front of the run's Valkey."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    backend = (HOST, urlsplit(redis_url).port or 0)
    with socket.create_server((HOST, 0)) as server:
        threading.Thread(target=_accept_all, args=(server, context, backend), daemon=True).start()
        yield server.getsockname()[1]


def _accept_all(server: socket.socket, context: ssl.SSLContext, backend: tuple[str, int]) -> None:
    with suppress(OSError):
        while True:
            plain, _ = server.accept()
            threading.Thread(target=_serve, args=(plain, context, backend), daemon=True).start()


def _serve(plain: socket.socket, context: ssl.SSLContext, backend: tuple[str, int]) -> None:
    with (
        closing(plain),
        suppress(OSError),
        context.wrap_socket(plain, server_side=True) as secure,
        socket.create_connection(backend) as inner,
    ):
        back = threading.Thread(target=_copy, args=(inner, secure), daemon=True)
        back.start()
        _copy(secure, inner)
        inner.shutdown(socket.SHUT_RDWR)
        back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)


def test_every_connection_uses_tls(
    tls_port: int, certificate: Path, settings: Settings, empty_redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def write() -> None:
        async with client.connect_redis_async(socket_timeout=5.0) as redis:
            await redis.set("asynchronous", 1)

    database = empty_redis.connection_pool.connection_kwargs["db"]
    settings.REDIS_URL = f"rediss://{HOST}:{tls_port}/{database}?ssl_ca_certs={certificate}"
    monkeypatch.setattr("django_rq.settings.QUEUES", {"preview": {"URL": settings.REDIS_URL}})
    client.reset_for_tests()
    try:
        client.redis_connection().set("synchronous", 1)
        run_coroutine(write())
        get_queue("preview").connection.set("queue", 1)
        RateCounters().call(lambda storage: storage.incr(RateLimitItemPerSecond(1).key_for("limit"), 60))
    finally:
        client.reset_for_tests()
    keys = {key.decode() for key in empty_redis.scan_iter()}
    assert keys >= {"synchronous", "asynchronous", "queue"}
    assert any(key.startswith("limits") for key in keys)


def test_a_certificate_of_a_stranger_is_refused(tls_port: int, settings: Settings) -> None:
    settings.REDIS_URL = f"rediss://{HOST}:{tls_port}/0"
    client.reset_for_tests()
    try:
        with pytest.raises(RedisConnectionError, match=r"certificate verify failed|self.signed"):
            client.redis_connection().ping()
    finally:
        client.reset_for_tests()
