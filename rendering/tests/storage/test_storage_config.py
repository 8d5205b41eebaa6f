"""An invalid storage setting is named with its fix before anything is tried."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from rendering.storage_config import StorageConfig, find_problems, read_private_key
from rendering.tests.support.storage import to_pem

S3 = StorageConfig(use_local=False, bucket="shop-files", region="eu-central-1")
CLOUDFRONT = replace(S3, cloudfront_domain="d111111abcdef8.cloudfront.net")


def named(config: StorageConfig) -> list[str]:
    found = find_problems(config)
    assert all(message and hint for _, message, hint in found)
    return [variable for variable, _, _ in found]


def test_local_defaults_are_right(tmp_path: Path) -> None:
    assert named(StorageConfig(root=tmp_path / "not" / "yet" / "there")) == []


def test_a_bucket_and_a_region_are_enough() -> None:
    assert named(S3) == []


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        ({"bucket": ""}, "S3_BUCKET_NAME"),
        ({"bucket": "Shop_Files"}, "S3_BUCKET_NAME"),
        ({"bucket": "shop.files"}, "S3_BUCKET_NAME"),
        ({"region": ""}, "AWS_REGION"),
        ({"region": "Frankfurt"}, "AWS_REGION"),
        ({"access_key": "AKIA"}, "AWS_SECRET_ACCESS_KEY"),
        ({"secret_key": "s"}, "AWS_ACCESS_KEY_ID"),
        ({"endpoint_url": "s3.example.com"}, "S3_ENDPOINT_URL"),
        ({"endpoint_url": "https://s3.example.com/bucket"}, "S3_ENDPOINT_URL"),
        ({"endpoint_url": "http://s3:8333", "public_url": "files.example.com"}, "S3_PUBLIC_URL"),
        ({"public_url": "https://files.example.com"}, "S3_PUBLIC_URL"),
        ({"signed_url_seconds": 5}, "SIGNED_URL_SECONDS"),
        ({"signed_url_seconds": 8 * 24 * 3600}, "SIGNED_URL_SECONDS"),
        ({"cloudfront_domain": "https://cdn.example.com"}, "CLOUDFRONT_DOMAIN"),
        ({"cloudfront_domain": "cdn.example.com/"}, "CLOUDFRONT_DOMAIN"),
        ({"cloudfront_domain": "cdn"}, "CLOUDFRONT_DOMAIN"),
    ],
)
def test_a_wrong_value_is_named(change: dict[str, Any], variable: str) -> None:
    assert named(replace(S3, **change)) == [variable]


def test_another_store_needs_no_region() -> None:
    assert named(replace(S3, region="", endpoint_url="https://s3.example.com")) == []


def test_the_region_may_be_auto() -> None:
    assert named(replace(S3, region="auto", endpoint_url="https://s3.example.com/")) == []


def test_a_key_pair_needs_both_halves(rsa_pem: str) -> None:
    assert named(replace(CLOUDFRONT, cloudfront_key_id="K1")) == ["CLOUDFRONT_PRIVATE_KEY"]
    assert named(replace(CLOUDFRONT, cloudfront_private_key=rsa_pem)) == ["CLOUDFRONT_KEY_ID"]


def test_a_key_pair_needs_a_domain(rsa_pem: str) -> None:
    config = replace(S3, cloudfront_key_id="K1", cloudfront_private_key=rsa_pem)

    assert named(config) == ["CLOUDFRONT_DOMAIN"]


@pytest.mark.parametrize("text", ["nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "/"])
def test_an_invalid_private_key_is_named(text: str) -> None:
    assert named(replace(CLOUDFRONT, cloudfront_key_id="K1", cloudfront_private_key=text)) == ["CLOUDFRONT_PRIVATE_KEY"]


def test_a_key_that_is_not_2048_bit_rsa_is_named() -> None:
    for key in (ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 1024)):
        config = replace(CLOUDFRONT, cloudfront_key_id="K1", cloudfront_private_key=to_pem(key))
        assert named(config) == ["CLOUDFRONT_PRIVATE_KEY"]


def test_a_private_key_may_be_text_one_line_or_a_file(rsa_pem: str, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(rsa_pem)

    for value in (rsa_pem, rsa_pem.replace("\n", "\\n"), str(tmp_path / "key.pem")):
        assert read_private_key(value).strip() == rsa_pem.strip()
        assert named(replace(CLOUDFRONT, cloudfront_key_id="K1", cloudfront_private_key=value)) == []


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "store").touch()

    assert named(StorageConfig(root=tmp_path / "store")) == ["STORAGE_ROOT"]
    assert named(StorageConfig(root=tmp_path / "store" / "below")) == ["STORAGE_ROOT"]


def test_a_folder_that_may_not_be_written_to_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere

    assert named(StorageConfig(root=tmp_path / "store")) == ["STORAGE_ROOT"]


def test_a_media_url_without_slashes_is_named(tmp_path: Path) -> None:
    assert named(StorageConfig(root=tmp_path, media_url="media")) == ["MEDIA_URL"]


def test_settings_of_the_other_kind_of_storage_are_ignored(tmp_path: Path) -> None:
    assert named(StorageConfig(root=tmp_path, cloudfront_domain="https://x/")) == []
    assert named(replace(S3, root=Path("/dev/null/nowhere"))) == []


def test_several_problems_are_reported_at_once() -> None:
    config = StorageConfig(use_local=False, access_key="A")

    assert named(config) == [
        "S3_BUCKET_NAME",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
    ]


def test_a_configurations_repr_holds_no_secret() -> None:
    secrets = {"secret_key": "planted-1", "session_token": "planted-2", "cloudfront_private_key": "planted-3"}
    assert "planted" not in repr(replace(S3, **secrets))
