"""Headers that a client has no right to set reach neither logs, limits nor redirects."""

from __future__ import annotations

import http.client
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from ipaddress import ip_network

import pytest
from django.conf import settings as site_settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from customify.accounts.addresses import get_client_address
from customify.tests.support.web_server import Serve
from customify.web.incoming_headers import IncomingHeadersMiddleware

CSRF = "x" * 32
PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def clean(request: HttpRequest) -> HttpRequest:
    IncomingHeadersMiddleware(lambda _: HttpResponse())(request)
    return request


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", "8.8.8.8", "8.8.8.8"),
        ("10.0.0.1", "6.6.6.6, 8.8.8.8", "8.8.8.8"),
        ("10.0.0.1", "6.6.6.6, 8.8.8.8, 10.2.3.4", "8.8.8.8"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.2.3.4", "10.0.0.1"),
        ("::ffff:10.0.0.1", "8.8.8.8", "8.8.8.8"),
        ("fd00::1", "2001:db8:1:2::5", "2001:db8:1:2::/64"),
        ("9.9.9.9", "8.8.8.8", "9.9.9.9"),
        ("", "8.8.8.8", "unknown"),
    ],
)
def test_only_the_networks_of_our_proxies_may_say_who_the_client_is(
    peer: str, forwarded: str, client: str, settings: Settings
) -> None:
    settings.TRUST_PROXY = PROXIES
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded})
    assert get_client_address(clean(request)) == client


@pytest.mark.parametrize(("peer", "is_secure"), [("10.0.0.1", True), ("9.9.9.9", False)])
def test_only_our_proxies_may_say_that_a_request_was_encrypted(peer: str, is_secure: bool, settings: Settings) -> None:
    settings.TRUST_PROXY = PROXIES
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-Proto": "https"})
    assert clean(request).is_secure() is is_secure


def test_the_headers_are_cleaned_before_anything_reads_them() -> None:
    assert site_settings.MIDDLEWARE[0] == "customify.web.incoming_headers.IncomingHeadersMiddleware"


@pytest.mark.parametrize("name", ["X-Request-ID", "X-Correlation-ID"])
@pytest.mark.parametrize("value", ["x" * 65, "two words", "<script>", "a\nb", "ü", "a:b", ""])
def test_a_request_id_that_is_no_plain_word_is_replaced(name: str, value: str) -> None:
    request = RequestFactory().get("/", headers={name: value})
    assert name not in clean(request).headers


def test_a_plain_request_id_is_kept(client: Client) -> None:
    request_id = "shop-1.Order_" + "7" * 51
    assert client.get("/livez", headers={"X-Request-ID": request_id})["X-Request-ID"] == request_id
    assert client.get("/livez", headers={"X-Request-ID": "two words"})["X-Request-ID"] != "two words"


def copy_bytes(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65_536):
            target.sendall(part)


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
@pytest.mark.parametrize("allowed", [["shop.example"], [".shop.example"], ["*"]])
def test_probes_by_address_are_answered(
    client: Client, db: None, settings: Settings, path: str, allowed: list[str]
) -> None:
    settings.ALLOWED_HOSTS = allowed
    assert client.get(path, headers={"Host": "10.1.2.3:8000"}).status_code == 200


def test_other_paths_by_address_are_refused(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["shop.example"]
    assert client.get("/api/v1/products", headers={"Host": "10.1.2.3:8000"}).status_code == 400


class PassThrough:
    """A proxy that passes bytes on as they come, one connection after the other."""

    def __init__(self, port: int) -> None:
        self._target, self._listener = port, socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def post_wrong_log_in(self, forwarded_for: str) -> int:
        """Try a wrong password through the proxy; return the status."""
        form = f"username=staff&password=wrong&csrfmiddlewaretoken={CSRF}"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"csrftoken={CSRF}",
            "Connection": "close",
            "X-Forwarded-For": forwarded_for,
        }
        with ThreadPoolExecutor(1) as threads:
            passing = threads.submit(self._pass_on)
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
                connection.request("POST", "/api/v1/auth/login/", form, headers)
                status = connection.getresponse().status
            passing.result()
        return status

    def _pass_on(self) -> None:
        near, _ = self._listener.accept()
        far = socket.create_connection(("127.0.0.1", self._target), timeout=20)
        with closing(near), closing(far), ThreadPoolExecutor(1) as threads:
            threads.submit(copy_bytes, near, far)
            copy_bytes(far, near)
            with suppress(OSError):  # the client has left
                near.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()


@pytest.mark.django_db(transaction=True)
def test_log_ins_behind_a_pass_through_proxy_cannot_be_spread_over_made_up_addresses(serve: Serve) -> None:
    with serve(LOGIN_TRIES="3") as site, closing(PassThrough(site.port)) as proxy:
        statuses = [proxy.post_wrong_log_in(f"7.7.7.{number}") for number in range(4)]
    assert statuses == [200, 200, 200, 429]
