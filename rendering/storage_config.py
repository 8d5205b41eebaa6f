"""The storage part of the settings: builds Django's ``STORAGES`` from plain values, and reports problems with them.

The settings import this module, so it may not import Django's models or apps, nor create a client.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ConfigProblem = tuple[str, str, str]
"""The environment variable, what is wrong with it, and how to fix it."""

PUBLIC_CACHE_CONTROL = "public, max-age=31536000, immutable"
# A shared cache must not serve a file after its signed URL has expired.
SIGNED_CACHE_CONTROL = "private, max-age=31536000, immutable"
PRIVATE_CACHE_CONTROL = "private, no-store"
DEFAULT_REGION = "us-east-1"
MIN_SIGNED_URL_SECONDS = 60
MAX_SIGNED_URL_SECONDS = 7 * 24 * 3600
"""Seconds; SigV4 presigned URLs cannot live longer than a week."""

_BUCKET_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_REGION_PATTERN = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+")
_DOMAIN_PATTERN = re.compile(r"(?!-)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?")


@dataclass(frozen=True)
class StorageConfig:
    """Where files are stored and how their URLs are made; ``docs/storage.md`` describes each mode."""

    use_local: bool = True
    root: Path = Path("storage")
    media_url: str = "/media/"
    private_url: str = "/files/"
    bucket: str = ""
    region: str = ""
    access_key: str = ""
    secret_key: str = field(default="", repr=False)  # keeps secrets out of tracebacks
    endpoint_url: str = ""
    public_url: str = ""  # of the endpoint, for browsers
    public_bucket: bool = True
    cloudfront_domain: str = ""
    cloudfront_key_id: str = ""
    cloudfront_private_key: str = field(default="", repr=False)
    signed_url_seconds: int = 3600
    session_token: str = field(default="", repr=False)


def storages_setting(config: StorageConfig) -> dict[str, dict[str, Any]]:
    """Return Django's ``STORAGES`` entries ``default`` (renditions) and ``private`` (assets, print files)."""
    if config.use_local:
        backend = "rendering.storage.local.LocalStorage"
        default = {"location": str(config.root), "base_url": config.media_url, "prefix": "designs/"}
        private = {
            "location": str(config.root / "private"),
            "base_url": config.private_url,
            "private": True,
            "expires": config.signed_url_seconds,
        }
    else:
        backend = "rendering.storage.s3.S3Storage"
        default = _s3_options(config) | {
            "querystring_auth": not config.public_bucket,
            "custom_domain": config.cloudfront_domain or None,
            "cloudfront_signing_key_id": config.cloudfront_key_id,
            "cloudfront_signing_key": config.cloudfront_private_key,
            "prefix": "designs/",
            "cache_control": SIGNED_CACHE_CONTROL if _is_signed(config) else PUBLIC_CACHE_CONTROL,
        }
        # Always presigned for S3 itself: private files never pass through the CDN, whatever it may read.
        private = _s3_options(config) | {"location": "private", "cache_control": PRIVATE_CACHE_CONTROL}
    return {"default": {"BACKEND": backend, "OPTIONS": default}, "private": {"BACKEND": backend, "OPTIONS": private}}


def _is_signed(config: StorageConfig) -> bool:
    """Tell whether readers need a signature; CloudFront's keys have no effect without its domain."""
    return bool(config.cloudfront_key_id) if config.cloudfront_domain else not config.public_bucket


def public_bucket_url(config: StorageConfig) -> str:
    """Return the URL of the bucket for browsers, as `bucket_url`."""
    return bucket_url(config.bucket, config.region, config.public_url or config.endpoint_url)


def bucket_url(bucket: str, region: str, endpoint_url: str) -> str:
    """Return the URL under which a bucket's keys lie, without a slash at its end."""
    if endpoint_url:
        return f"{endpoint_url.rstrip('/')}/{bucket}"
    region = region or DEFAULT_REGION
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://{bucket}.s3.{region}.{suffix}"


def _s3_options(config: StorageConfig) -> dict[str, Any]:
    # None instead of "" for a missing value, so that boto3 uses its own chain (profile, container or instance role).
    return {
        "bucket_name": config.bucket,
        "region_name": config.region or DEFAULT_REGION,
        "access_key": config.access_key or None,
        "secret_key": config.secret_key or None,
        "security_token": config.session_token or None,
        "endpoint_url": config.endpoint_url.rstrip("/") or None,
        "public_url": config.public_url or config.endpoint_url,
        "querystring_expire": config.signed_url_seconds,
    }


def read_private_key(value: str) -> str:
    r"""Return the PEM text of CLOUDFRONT_PRIVATE_KEY, which is that text (``\n`` for line ends) or the path of a file.

    Raises OSError if the file cannot be read.
    """
    text = value.strip().replace("\\n", "\n")
    return text if text.startswith("-----BEGIN") else Path(text).expanduser().read_text(encoding="ascii")


def find_problems(config: StorageConfig) -> list[ConfigProblem]:
    """Return every problem of the configuration.

    Checks values, local folders and key files; never opens a connection.
    """
    if config.use_local:
        return list(_local_problems(config))
    return [*_bucket_problems(config), *_credential_problems(config), *_cloudfront_problems(config)]


def _local_problems(config: StorageConfig) -> Iterator[ConfigProblem]:
    if not re.fullmatch(r"(/|https?://).*/|/", config.media_url):
        yield "MEDIA_URL", f"{config.media_url!r} must begin and end with a slash.", "Use /media/."
    root = config.root.absolute()
    if root.exists() and not root.is_dir():
        yield "STORAGE_ROOT", f"{root} is a file, not a folder.", "Set it to a folder that this user may write to."
        return
    folder = next(folder for folder in (root, *root.parents) if folder.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        hint = f"Run: mkdir -p {root} && chown {os.getuid()} {root}, or set another folder."
        yield "STORAGE_ROOT", f"this user may not write to {folder}.", hint


def _bucket_problems(config: StorageConfig) -> Iterator[ConfigProblem]:
    if not config.bucket:
        yield (
            "S3_BUCKET_NAME",
            "is empty although USE_LOCAL_STORAGE is false.",
            "Set the name of the bucket, or set USE_LOCAL_STORAGE=true.",
        )
    elif not _BUCKET_PATTERN.fullmatch(config.bucket):
        hint = "3 to 63 lower-case letters, digits and hyphens; no dots, since HTTPS certificates do not cover them."
        yield "S3_BUCKET_NAME", f"{config.bucket!r} is not a usable bucket name.", hint
    if not config.region and not config.endpoint_url:
        yield "AWS_REGION", "is empty.", "Set the region of the bucket, such as eu-central-1."
    elif config.region and config.region != "auto" and not _REGION_PATTERN.fullmatch(config.region):
        yield "AWS_REGION", f"{config.region!r} is not the name of a region.", "Use a name such as eu-central-1."
    for variable, url in (("S3_ENDPOINT_URL", config.endpoint_url), ("S3_PUBLIC_URL", config.public_url)):
        if url and not re.fullmatch(r"https?://[^/?#\s]+/?", url):
            hint = "Give scheme and host only, such as https://s3.example.com; the bucket's name is added to it."
            yield variable, f"{url!r} is not the URL of an S3 endpoint.", hint
    if config.public_url and not config.endpoint_url:
        hint = "Set S3_ENDPOINT_URL to the store's address for this process, or leave S3_PUBLIC_URL empty."
        yield "S3_PUBLIC_URL", "is set although S3_ENDPOINT_URL is empty.", hint
    if not MIN_SIGNED_URL_SECONDS <= config.signed_url_seconds <= MAX_SIGNED_URL_SECONDS:
        hint = f"Use {MIN_SIGNED_URL_SECONDS} to {MAX_SIGNED_URL_SECONDS} seconds (a week is the maximum of S3)."
        yield "SIGNED_URL_SECONDS", f"{config.signed_url_seconds} is out of range.", hint


def _credential_problems(config: StorageConfig) -> Iterator[ConfigProblem]:
    hint = "Set both, or neither to use a role or profile that boto3 finds itself."
    if config.access_key and not config.secret_key:
        yield "AWS_SECRET_ACCESS_KEY", "is empty although AWS_ACCESS_KEY_ID is set.", hint
    if config.secret_key and not config.access_key:
        yield "AWS_ACCESS_KEY_ID", "is empty although AWS_SECRET_ACCESS_KEY is set.", hint


def _cloudfront_problems(config: StorageConfig) -> Iterator[ConfigProblem]:
    domain, key_id, private_key = config.cloudfront_domain, config.cloudfront_key_id, config.cloudfront_private_key
    if domain and not _DOMAIN_PATTERN.fullmatch(domain):
        hint = "Give the host only, such as d111111abcdef8.cloudfront.net: no scheme, no slash."
        yield "CLOUDFRONT_DOMAIN", f"{domain!r} is not a host name.", hint
    if key_id and not private_key:
        hint = "Set the private key that belongs to it (PEM text or a path), or leave both empty for unsigned URLs."
        yield "CLOUDFRONT_PRIVATE_KEY", "is empty although CLOUDFRONT_KEY_ID is set.", hint
    if private_key and not key_id:
        hint = "Set the ID of the public key in the distribution's key group, or leave both empty for unsigned URLs."
        yield "CLOUDFRONT_KEY_ID", "is empty although CLOUDFRONT_PRIVATE_KEY is set.", hint
    if (key_id or private_key) and not domain:
        hint = "Set the distribution's host, or leave key and key ID empty."
        yield "CLOUDFRONT_DOMAIN", "is empty although a key pair for signed URLs is set.", hint
    if private_key and (message := _private_key_fault(private_key)):
        hint = "Create one with `openssl genrsa -out private_key.pem 2048`; set its path or text (\\n for line ends)."
        yield "CLOUDFRONT_PRIVATE_KEY", message, hint


def _private_key_fault(value: str) -> str:
    # Imported here because only this setting needs it, and every command reads the settings.
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        key = load_pem_private_key(read_private_key(value).encode("ascii"), password=None)
    except OSError as error:
        return f"is neither PEM text nor the path of a readable file ({error.strerror})."
    except (ValueError, TypeError):
        return "is not an unencrypted private key in PEM form."
    return "" if isinstance(key, RSAPrivateKey) and key.key_size == 2048 else "must be an RSA key of 2048 bits."
