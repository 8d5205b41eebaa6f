"""The storage proxy causes the requested faults, counts them, and repeats them by its seed."""

import http.client
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from customify.ops.embedded import HOST
from customify.ops.processes import accepts_connections, free_ports, start_process, wait_until
from customify.testing.chaos.proxy import FAULT_KINDS, FAULTS, LATE, PASS, REFUSE, FaultSettings, ProxyControl
from customify.testing.spawn import PROJECT, eventually_true


class Store(BaseHTTPRequestHandler):
    """Keeps complete uploads in memory."""

    kept: dict[str, bytes] = {}

    def do_PUT(self) -> None:
        wanted = int(self.headers["Content-Length"])
        body = self.rfile.read(wanted)
        if len(body) == wanted:
            self.kept[self.path] = body
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class' name
        """Say nothing."""


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, ProxyControl]]:
    """The proxy's port and control, in front of a store in this process."""
    tmp_path = tmp_path_factory.mktemp("proxy")
    port, control = free_ports(2)
    with ThreadingHTTPServer((HOST, 0), Store) as store:
        threading.Thread(target=store.serve_forever, daemon=True).start()
        command = [sys.executable, "-m", "customify.testing.chaos.proxy", "--port", str(port), "--seed", "1"]
        command += ["--control-port", str(control), "--upstream", str(store.server_port)]
        proxy = start_process("the proxy", command, log=tmp_path / "log", cwd=PROJECT)
        try:
            wait_until(
                lambda: accepts_connections(HOST, port) and accepts_connections(HOST, control), proxy, seconds=20
            )
            yield port, ProxyControl(control)
        finally:
            proxy.stop()
            store.shutdown()


@pytest.fixture
def clean_proxy(proxy: tuple[int, ProxyControl]) -> tuple[int, ProxyControl]:
    """The proxy with an empty store, passing everything."""
    Store.kept.clear()
    proxy[1](mode=PASS, only="")
    return proxy


def put(port: int, path: str) -> int | None:
    """Upload a file; return the status, or None without an answer."""
    with closing(http.client.HTTPConnection(HOST, port, timeout=10)) as connection:
        try:
            connection.request("PUT", path, b"content")
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None


def test_requests_pass_until_the_mode_is_changed(clean_proxy: tuple[int, ProxyControl]) -> None:
    port, control = clean_proxy
    assert put(port, "/passed") == 200
    before = control(mode=REFUSE).get("error", 0)
    assert put(port, "/refused") in {500, 503}
    assert set(Store.kept) == {"/passed"}
    assert control()["error"] == before + 1


@pytest.mark.parametrize(
    ("kind", "status", "stored"),
    [
        ("error", {500, 503}, False),
        ("stored_then_error", {500, 503}, True),
        ("hang", {None}, False),
        ("reset", {None}, False),
        ("slow", {200}, True),
        ("truncate", {None}, False),
        ("lose", {200}, False),
    ],
)
def test_each_fault_has_its_effect(
    clean_proxy: tuple[int, ProxyControl], kind: str, status: set[int | None], stored: bool
) -> None:
    port, control = clean_proxy
    before = control(mode=FAULTS, shares={kind: 1.0}, hang=0.1, slow=0.1).get(kind, 0)
    assert put(port, "/file") in status
    assert ("/file" in Store.kept) == stored
    assert control()[kind] == before + 1


def test_faults_hit_only_the_named_requests(clean_proxy: tuple[int, ProxyControl]) -> None:
    port, control = clean_proxy
    control(mode=FAULTS, shares={"error": 1.0}, only="PUT /private/")
    assert put(port, "/private/photo") in {500, 503}
    assert put(port, "/public/photo") == 200


def test_a_late_upload_is_stored_after_its_client_has_gone(clean_proxy: tuple[int, ProxyControl]) -> None:
    port, control = clean_proxy
    held = control(mode=LATE).get("held", 0)
    with closing(http.client.HTTPConnection(HOST, port, timeout=10)) as connection:
        connection.request("PUT", "/late", b"content")
        assert eventually_true(lambda: control().get("held", 0) == held + 1)
    assert Store.kept == {}
    control(mode=PASS)
    assert eventually_true(lambda: set(Store.kept) == {"/late"})


def test_an_unknown_mode_is_refused(clean_proxy: tuple[int, ProxyControl]) -> None:
    with pytest.raises(ValueError, match="mode"):
        clean_proxy[1](mode="sometimes")


def test_shares_divide_the_probabilities() -> None:
    faults = FaultSettings(shares=dict.fromkeys(FAULT_KINDS, 0.1))
    assert [faults.pick_kind(share / 10 + 0.05) for share in range(len(FAULT_KINDS) + 1)] == [*FAULT_KINDS, ""]
