"""Every failure of S3 is one error class whose message names the cause and the fix."""

import hashlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from uuid import UUID

import pytest

from rendering import keys, storage
from rendering.storage import StorageUnavailable, StoredFile, clients
from rendering.storage_config import StorageConfig
from rendering.tests.support.storage import FILE_NAMES, Bucket, UseStorage


@contextmanager
def answering(*answers: tuple[int, str]) -> Iterator[tuple[str, list[str]]]:
    """Run a server that gives these answers (status, error code) in turn, then the last one for ever."""
    left, asked = list(answers), []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            received = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append(self.command)
            status, code = left.pop(0) if len(left) > 1 else left[0]
            error = f"<Error><Code>{code}</Code><Message>As the test wants it.</Message></Error>"
            body = error.encode() if code else b""
            self.send_response(status)
            if self.command == "PUT" and status == 200:
                self.send_header("ETag", f'"{hashlib.md5(received).hexdigest()}"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def at(endpoint: str) -> StorageConfig:
    return StorageConfig(use_local=False, bucket="shop", access_key="a", secret_key="b", endpoint_url=endpoint)


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.0)


def test_a_wrong_secret_is_named(s3_config: StorageConfig, use: UseStorage, key: str) -> None:
    use(replace(s3_config, secret_key="wrong"))

    for ask in (lambda: storage.save_files([StoredFile(key, b"x")]), lambda: storage.file_exists(key)):
        with pytest.raises(StorageUnavailable, match=r"SignatureDoesNotMatch.*Set AWS_SECRET_ACCESS_KEY"):
            ask()


def test_an_unknown_key_is_named(s3_config: StorageConfig, use: UseStorage, key: str) -> None:
    use(replace(s3_config, access_key="nobody"))

    with pytest.raises(StorageUnavailable, match=r"InvalidAccessKeyId.*Set AWS_ACCESS_KEY_ID"):
        storage.read_file(key)


def test_a_missing_bucket_is_not_a_missing_file(
    bucket: Bucket, s3_config: StorageConfig, use: UseStorage, key: str
) -> None:
    server = bucket.server
    use(replace(s3_config, bucket="storage-nowhere", access_key=server.admin_key, secret_key=server.admin_secret))

    for ask in (storage.file_exists, storage.read_file, lambda name: storage.delete_files([name])):
        with pytest.raises(StorageUnavailable, match=r"NoSuchBucket.*Set S3_BUCKET_NAME"):
            ask(key)


def test_a_refused_connection_is_named(use: UseStorage, key: str) -> None:
    with socket.socket() as taken:  # bound but not listening: the port stays reserved, and connections are refused
        taken.bind(("127.0.0.1", 0))
        use(at(f"http://127.0.0.1:{taken.getsockname()[1]}"))

        with pytest.raises(StorageUnavailable, match="Check AWS_REGION, S3_ENDPOINT_URL and the network"):
            storage.save_files([StoredFile(key, b"x")])


def test_a_store_that_hangs_is_abandoned(use: UseStorage, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "READ_TIMEOUT", 0.1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(20)
        use(at(f"http://127.0.0.1:{silent.getsockname()[1]}"))

        with pytest.raises(StorageUnavailable, match=r"(?i)timeout.*retried later"):
            storage.save_files([StoredFile(key, b"x")])


def test_no_credentials_anywhere_are_named(use: UseStorage, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    use(StorageConfig(use_local=False, bucket="shop", region="eu-west-3", public_bucket=False))

    for ask in (lambda: storage.save_files([StoredFile(key, b"x")]), lambda: storage.file_url(key)):
        with pytest.raises(StorageUnavailable, match=r"credentials.*or give this machine a role"):
            ask()


def test_errors_of_the_store_are_tried_again(use: UseStorage, key: str) -> None:
    with answering((500, "InternalError"), (503, "SlowDown"), (200, "")) as (endpoint, asked):
        use(at(endpoint))
        storage.save_files([StoredFile(key, b"x")])

    assert asked == ["PUT"] * 3


def test_retries_are_bounded(use: UseStorage, key: str) -> None:
    with answering((503, "SlowDown")) as (endpoint, asked):
        use(at(endpoint))
        with pytest.raises(StorageUnavailable, match=r"SlowDown.*fewer requests"):
            storage.save_files([StoredFile(key, b"x")])

    assert asked == ["PUT"] * 3


def test_access_denied_means_missing_for_exists_but_not_for_reads(use: UseStorage, key: str) -> None:
    with answering((403, "AccessDenied")) as (endpoint, _):
        use(at(endpoint))

        assert not storage.file_exists(key)
        with pytest.raises(StorageUnavailable, match=r"AccessDenied.*s3:GetObject"):
            storage.read_file(key)


@pytest.mark.parametrize("code", ["ExpiredToken", "RequestTimeTooSkewed", "SignatureDoesNotMatch"])
def test_exists_does_not_take_wrong_credentials_for_a_missing_file(use: UseStorage, key: str, code: str) -> None:
    with answering((403, code)) as (endpoint, _):
        use(at(endpoint))
        with pytest.raises(StorageUnavailable, match=code):
            storage.file_exists(key)


def test_deleting_what_some_stores_call_missing_is_fine(use: UseStorage, key: str) -> None:
    with answering((404, "NoSuchKey")) as (endpoint, asked):
        use(at(endpoint))
        storage.delete_files([key])

    assert asked == ["DELETE"]


def test_an_unknown_error_still_names_its_code(use: UseStorage, key: str) -> None:
    with answering((418, "Teapot")) as (endpoint, _):
        use(at(endpoint))
        with pytest.raises(StorageUnavailable, match="Teapot"):
            storage.delete_files([key])


def test_after_a_failure_no_further_upload_starts(use: UseStorage, design_id: UUID) -> None:
    names = [f"preview-{number}.png" for number in range(200)]
    with answering((400, "InvalidRequest")) as (endpoint, asked):
        use(at(endpoint))
        with pytest.raises(StorageUnavailable):
            storage.save_files([StoredFile(keys.rendition_key(design_id, 1, 1, name), b"x") for name in names])

    assert len(FILE_NAMES) <= len(asked) < len(names)
