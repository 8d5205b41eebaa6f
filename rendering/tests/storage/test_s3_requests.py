"""S3 storage against moto's AWS: what shows only with AWS' own URLs."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from rendering import storage
from rendering.storage import StoredFile, clients
from rendering.storage_config import StorageConfig
from rendering.tests.support.storage import UseStorage

REGION = "eu-central-1"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, use: UseStorage) -> Iterator[list[str]]:
    """A bucket of moto in one region, with credentials from boto3's chain; yields the URLs of all requests."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "ASIA",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_SESSION_TOKEN": "token",
    }.items():
        monkeypatch.setenv(name, value)
    # moto patches clients when they are made: one from an earlier test would go to the network.
    monkeypatch.setattr(clients, "_clients", {})
    monkeypatch.setattr(clients, "_sessions", {})
    with mock_aws():
        boto3.client("s3", region_name=REGION).create_bucket(
            Bucket="shop-files", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        use(StorageConfig(use_local=False, bucket="shop-files", region=REGION, public_bucket=False))
        sent: list[str] = []
        access = clients.S3Access(REGION)
        clients.get_client(access).meta.events.register("before-send.s3", lambda request, **_: sent.append(request.url))
        yield sent


def test_requests_go_to_the_buckets_own_host_in_its_region(aws: list[str], key: str) -> None:
    storage.save_files([StoredFile(key, b"x")])

    assert aws == [f"https://shop-files.s3.eu-central-1.amazonaws.com/{key}"]


def test_a_file_is_saved_read_and_deleted(aws: list[str], key: str) -> None:
    assert not storage.file_exists(key)
    storage.save_files([StoredFile(key, b"x")])
    assert storage.file_exists(key)
    assert storage.read_file(key).data == b"x"
    storage.delete_files([key])
    assert not storage.file_exists(key)


def test_no_access_control_list_is_sent(aws: list[str], key: str) -> None:
    headers: list[dict[str, str]] = []
    client = clients.get_client(clients.S3Access(REGION))
    client.meta.events.register("before-call.s3.PutObject", lambda params, **_: headers.append(params["headers"]))
    storage.save_files([StoredFile(key, b"x")])

    assert len(headers) == 1
    assert not any("acl" in name.lower() for name in headers[0])


def test_urls_are_signed_with_the_chains_temporary_credentials(aws: list[str], key: str) -> None:
    assert "X-Amz-Security-Token=token" in storage.file_url(key)


def test_temporary_keys_given_by_name_find_their_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIA")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    named = clients.S3Access(REGION, None, "ASIA", "s")
    other = clients.S3Access(REGION, None, "AKIA", "s")

    assert clients.get_credentials(named).token == "token"
    assert clients.get_credentials(other).token is None
