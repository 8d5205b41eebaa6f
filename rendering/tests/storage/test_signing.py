"""Signed URLs: equal within a window, valid for at least half their lifetime, refused afterwards."""

import base64
import json
import time
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.credentials import ReadOnlyCredentials
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st

from rendering import storage
from rendering.storage import StoredFile
from rendering.storage.signing import presign_url, sign_cloudfront_url
from rendering.storage.signing_windows import window_start
from rendering.storage_config import StorageConfig
from rendering.tests.support.http import http_get
from rendering.tests.support.storage import UseStorage

KEYS = ReadOnlyCredentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None)
ADDRESS = "https://cdn.example.com/designs/a/1-1/preview.png"
NOON = 1_800_000_000.0


@given(st.floats(1, 4e9), st.integers(1, 604_800))
def test_a_url_always_has_half_its_lifetime_left(now: float, expires: int) -> None:
    left = window_start(now, expires) + expires - now

    assert expires / 2 - 1 <= left <= expires
    assert left > 0


def test_presigned_urls_are_equal_within_a_window() -> None:
    first, same, later = (
        presign_url(ADDRESS, KEYS, region="eu-central-1", expires=3600, now=NOON + s) for s in (0.0, 1799.9, 1800.0)
    )

    assert first == same
    assert first != later
    assert parse_qs(urlsplit(first).query)["X-Amz-Date"] == [f"{datetime.fromtimestamp(NOON, UTC):%Y%m%dT%H%M%SZ}"]


def test_cloudfront_urls_are_equal_within_a_window(rsa_pem: str) -> None:
    first, same, later = (
        sign_cloudfront_url(ADDRESS, "K1", rsa_pem, expires=3600, now=NOON + s) for s in (0.0, 1799.9, 1800.0)
    )

    assert first == same
    assert first != later


def test_the_cloudfront_signature_signs_the_canned_policy(rsa_pem: str) -> None:
    query = parse_qs(urlsplit(sign_cloudfront_url(ADDRESS, "K1", rsa_pem, expires=3600, now=NOON)).query)
    resource = {"Resource": ADDRESS, "Condition": {"DateLessThan": {"AWS:EpochTime": int(NOON) + 3600}}}
    policy = json.dumps({"Statement": [resource]}, separators=(",", ":")).encode()
    signature = base64.b64decode(query["Signature"][0].translate(str.maketrans("-_~", "+=/")))
    key = load_pem_private_key(rsa_pem.encode(), None)
    assert isinstance(key, RSAPrivateKey)

    key.public_key().verify(signature, policy, PKCS1v15(), SHA1())
    with pytest.raises(InvalidSignature):
        key.public_key().verify(signature, policy.replace(b"preview", b"printed"), PKCS1v15(), SHA1())
    assert query["Expires"] == [str(int(NOON) + 3600)]
    assert query["Key-Pair-Id"] == ["K1"]


def test_urls_of_temporary_credentials_have_their_token() -> None:
    temporary = ReadOnlyCredentials("ASIA", "secret", "session-token")
    query = parse_qs(urlsplit(presign_url(ADDRESS, temporary, region="eu-central-1", expires=60)).query)

    assert query["X-Amz-Security-Token"] == ["session-token"]


def test_the_server_accepts_a_url_until_it_expires(s3_config: StorageConfig, use: UseStorage, key: str) -> None:
    use(s3_config)
    storage.save_files([StoredFile(key, b"mine")])
    plain = storage.signed_file_url(key, 600).partition("?")[0]
    credentials = ReadOnlyCredentials(s3_config.access_key, s3_config.secret_key, None)

    def signed_at(moment: float) -> str:
        return presign_url(plain, credentials, region=s3_config.region, expires=600, now=moment)

    now = time.time()
    assert http_get(storage.signed_file_url(key, 600))[::2] == (HTTPStatus.OK, b"mine")
    assert http_get(signed_at(now - 200))[0] == HTTPStatus.OK
    assert http_get(signed_at(now - 1000))[0] == HTTPStatus.FORBIDDEN
