"""The URL of a file for each configuration of the storage, and who may read it there."""

import json
import time
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from django.core.files.storage import storages

from rendering import storage
from rendering.storage import StoredFile
from rendering.storage.private_urls import has_valid_signature
from rendering.storage_config import StorageConfig
from rendering.tests.support.http import http_get
from rendering.tests.support.storage import Bucket, UseStorage

AWS = StorageConfig(use_local=False, bucket="shop-files", region="eu-central-1", access_key="AKIA", secret_key="s")


def test_local_files_have_an_absolute_path(local_config: StorageConfig, use: UseStorage, key: str) -> None:
    use(local_config)

    assert storage.file_url(key) == f"/media/{key}"
    assert storage.signed_file_url(key, 60) == f"/media/{key}"


def test_private_local_files_have_signed_urls(local_config: StorageConfig, use: UseStorage, key: str) -> None:
    use(local_config)

    for address, least, most in (
        (storage.file_url(key, alias="private"), 1800, 3600),
        (storage.signed_file_url(key, 60, alias="private"), 30, 60),
    ):
        parts = urlsplit(address)
        query = dict(parse_qsl(parts.query))
        assert parts.path == f"/files/{key}"
        assert least - 1 <= int(query["until"]) - time.time() <= most
        assert has_valid_signature(key, query["until"], query["signature"])


def test_a_public_bucket_has_plain_urls(use: UseStorage, key: str) -> None:
    use(AWS)

    assert storage.file_url(key) == f"https://shop-files.s3.eu-central-1.amazonaws.com/{key}"


def test_china_has_a_domain_of_its_own(use: UseStorage, key: str) -> None:
    use(replace(AWS, region="cn-north-1"))

    assert storage.file_url(key) == f"https://shop-files.s3.cn-north-1.amazonaws.com.cn/{key}"


def test_another_store_has_path_style_urls(use: UseStorage, key: str) -> None:
    use(replace(AWS, endpoint_url="https://s3.example.com/"))

    assert storage.file_url(key) == f"https://s3.example.com/shop-files/{key}"


@pytest.mark.parametrize("public_bucket", [True, False])
def test_urls_have_the_public_address_of_the_endpoint(use: UseStorage, key: str, public_bucket: bool) -> None:
    use(
        replace(
            AWS, endpoint_url="http://s3:8333", public_url="https://files.example.com/", public_bucket=public_bucket
        )
    )

    for address in (storage.file_url(key), storage.signed_file_url(key, 300)):
        assert address.partition("?")[0] == f"https://files.example.com/shop-files/{key}"
    assert storage.file_url(key, alias="private").startswith("https://files.example.com/shop-files/private/")


def test_a_url_of_another_host_is_signed_for_that_host(s3_config: StorageConfig, use: UseStorage, key: str) -> None:
    """The store checks the signature against the Host header that a proxy passes on."""
    use(replace(s3_config, public_bucket=False, public_url="https://files.example.com"))
    storage.save_files([StoredFile(key, b"data")])
    url = urlsplit(storage.file_url(key))
    there = f"{s3_config.endpoint_url}{url.path}?{url.query}"

    assert http_get(there, Host="files.example.com")[::2] == (HTTPStatus.OK, b"data")
    assert http_get(there)[0] == HTTPStatus.FORBIDDEN


def test_a_private_bucket_has_presigned_urls(use: UseStorage, key: str) -> None:
    use(replace(AWS, public_bucket=False, signed_url_seconds=600))
    address = urlsplit(storage.file_url(key))
    query = parse_qs(address.query)

    assert address._replace(query="").geturl() == f"https://shop-files.s3.eu-central-1.amazonaws.com/{key}"
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["600"]
    assert query["X-Amz-Credential"][0].endswith("/eu-central-1/s3/aws4_request")


@pytest.mark.parametrize("public_bucket", [True, False])
def test_a_cloudfront_domain_has_plain_urls(use: UseStorage, key: str, public_bucket: bool) -> None:
    use(replace(AWS, cloudfront_domain="cdn.example.com", public_bucket=public_bucket))

    assert storage.file_url(key) == f"https://cdn.example.com/{key}"


@pytest.mark.parametrize("public_bucket", [True, False])
def test_a_cloudfront_key_pair_signs_urls(use: UseStorage, key: str, public_bucket: bool, rsa_pem: str) -> None:
    signing = replace(AWS, cloudfront_key_id="K2JCJMDEHXQW5F", cloudfront_private_key=rsa_pem)
    use(replace(signing, cloudfront_domain="cdn.example.com", public_bucket=public_bucket))
    address = urlsplit(storage.file_url(key))

    assert address._replace(query="").geturl() == f"https://cdn.example.com/{key}"
    assert set(parse_qs(address.query)) == {"Expires", "Signature", "Key-Pair-Id"}


def test_private_files_are_presigned_by_s3_whatever_cloudfront_may_read(use: UseStorage, rsa_pem: str) -> None:
    signing = replace(AWS, cloudfront_key_id="K2JCJMDEHXQW5F", cloudfront_private_key=rsa_pem)
    use(replace(signing, cloudfront_domain="cdn.example.com"))
    address = storage.file_url("assets/photo.png", alias="private")

    assert address.startswith("https://shop-files.s3.eu-central-1.amazonaws.com/private/assets/photo.png?")
    assert "X-Amz-Signature=" in address


def test_urls_are_built_without_a_client_or_a_request(
    use: UseStorage, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(replace(AWS, public_bucket=False))
    monkeypatch.setattr("rendering.storage.clients._new_client", lambda access: pytest.fail(f"a client of {access}"))

    assert storage.file_url(key)
    assert storage.signed_file_url(key, 60)


def test_a_signed_url_can_be_made_for_a_public_bucket(use: UseStorage, key: str) -> None:
    for config in (AWS, replace(AWS, cloudfront_domain="cdn.example.com")):
        use(config)
        assert "X-Amz-Signature=" in storage.signed_file_url(key, 60)


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("config", ["s3"], indirect=True)
def test_only_get_requests_can_be_signed(key: str) -> None:
    with pytest.raises(ValueError, match="plain GET"):
        storages["default"].url(key, http_method="PUT")  # type: ignore[call-arg]


def test_a_public_file_is_readable_by_all_and_a_private_one_by_none(
    s3_config: StorageConfig, use: UseStorage, key: str, bucket: Bucket
) -> None:
    use(s3_config)
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket.name}/{key.rsplit('/', 1)[0]}/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    bucket.client().put_bucket_policy(Bucket=bucket.name, Policy=json.dumps(policy))
    storage.save_files([StoredFile(key, b"public")])
    storage.save_files([StoredFile(key, b"private")], alias="private")

    status, headers, body = http_get(storage.file_url(key))
    assert (status, body) == (HTTPStatus.OK, b"public")
    assert headers["Content-Type"] == "image/png"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"

    address = storage.file_url(key, alias="private")
    assert http_get(address.partition("?")[0])[0] == HTTPStatus.FORBIDDEN
    status, headers, body = http_get(address)
    assert (status, body) == (HTTPStatus.OK, b"private")
    assert headers["Cache-Control"] == "private, no-store"


def test_a_presigned_url_opens_one_file_of_a_private_bucket(
    private_bucket: StorageConfig, use: UseStorage, key: str
) -> None:
    use(private_bucket)
    other = key.replace("preview", "thumbnail")
    storage.save_files([StoredFile(key, b"mine"), StoredFile(other, b"other")])
    address = storage.file_url(key)

    assert http_get(address)[::2] == (HTTPStatus.OK, b"mine")
    assert http_get(address.partition("?")[0])[0] == HTTPStatus.FORBIDDEN
    assert http_get(address.replace("preview", "thumbnail"))[0] == HTTPStatus.FORBIDDEN
    assert http_get(address[:-4] + ("0000" if address[-4:] != "0000" else "1111"))[0] == HTTPStatus.FORBIDDEN
