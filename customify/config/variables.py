"""Every environment variable of the service: its type, bounds and default. `.env.example` explains each to operators.

Settings import this module, so nothing here may import models or apps.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from customify.config.env import Environment, EnvProblem, find_unknown, read_environment
from customify.config.variable_types import (
    DatabaseUrl,
    Flag,
    Hosts,
    LogLevel,
    MetadataNames,
    Number,
    OptionalFlag,
    OptionalPath,
    OptionalWords,
    ProxyTrust,
    RedisUrl,
    SiteUrl,
    TextOrDefault,
    WatermarkPlace,
    Whole,
)

MIN_SECRET_LENGTH = 32  # characters
OWN_PREFIX = "RENDER_"  # whatever else begins so is a misspelt variable of ours


class Variables(Environment):
    """The variables; numbers named …SECONDS, LEASE, KEEP and the like are in s."""

    # The site
    SECRET_KEY: str = Field("", repr=False)
    SECRET_KEY_FILE: OptionalPath = None
    DEBUG: Flag = False
    PUBLIC_URL: SiteUrl = "http://127.0.0.1:8000"
    ALLOWED_HOSTS: Hosts = ["127.0.0.1", "localhost", "[::1]"]
    TRUST_PROXY: ProxyTrust = False
    LOGIN_TRIES: Whole = Field(10, ge=1, le=1_000)
    API_RATE: Whole = Field(600, ge=0, le=1_000_000)

    # Data
    DATABASE_URL: DatabaseUrl = Field("", repr=False)
    DATABASE_POOL_SIZE: Whole = Field(10, ge=1, le=200)
    DATABASE_PGBOUNCER: Flag = False
    REDIS_URL: RedisUrl = Field("redis://127.0.0.1:6379/0", repr=False)

    # Storage
    USE_LOCAL_STORAGE: Flag = True
    STORAGE_ROOT: OptionalPath = None
    S3_BUCKET_NAME: str = ""
    AWS_REGION: str = ""
    AWS_ACCESS_KEY_ID: str = ""
    AWS_SECRET_ACCESS_KEY: str = Field("", repr=False)
    AWS_SESSION_TOKEN: str = Field("", repr=False)
    S3_ENDPOINT_URL: str = ""
    S3_PUBLIC_URL: str = ""
    S3_PUBLIC_BUCKET: Flag = True
    SIGNED_URL_SECONDS: Whole = Field(3600, ge=60, le=604_800)
    CLOUDFRONT_DOMAIN: str = ""
    CLOUDFRONT_KEY_ID: str = ""
    CLOUDFRONT_PRIVATE_KEY: str = Field("", repr=False)

    # Rendering
    RENDER_WORKERS: Whole = Field(2, ge=1, le=1000)
    RENDER_LEASE_PREVIEW: Number = Field(60, ge=1, le=3600)
    RENDER_LEASE_MOCKUP: Number = Field(120, ge=1, le=3600)
    RENDER_LEASE_PRINT: Number = Field(600, ge=1, le=7200)
    IDEMPOTENCY_KEEP: Number = Field(604_800, ge=60, le=31_536_000)
    RENDER_CLAIM_SIZE: Whole = Field(16, ge=1, le=64)
    RENDER_BACKOFF_MAX: Number = Field(60, ge=0.1, le=3600)
    RENDER_RETRY_FOR: Number = Field(86_400, ge=1, le=2_592_000)
    RENDER_RECONCILE_INTERVAL: Number = Field(5, ge=0.1, le=300)
    RENDER_KEEP_OLD: Number = Field(86_400, ge=0, le=31_536_000)
    RENDER_GRACE: Number = Field(60, ge=1, le=86_400)
    RENDER_SWEEP_AGAIN: Number = Field(86_400, ge=1, le=2_592_000)
    RENDER_RAISE_AFTER: Number = Field(600, ge=1, le=86_400)
    RENDER_MAX_LAYERS: Whole = Field(100, ge=1, le=100)
    RENDER_MAX_CODE_POINTS: Whole = Field(2000, ge=1, le=2000)
    RENDER_MAX_MEGAPIXELS: Whole = Field(60, ge=1, le=200)
    RENDER_PREVIEW_THREADS: Whole = Field(2, ge=1, le=64)
    RENDER_PREVIEW_SECONDS: Number = Field(5, ge=0.1, le=60)
    RENDER_PREVIEW_BUDGET: Whole = Field(120, ge=0, le=100_000)
    RENDER_CACHE_MEGABYTES: Whole = Field(64, ge=0, le=10_000)
    RENDER_EMOJI_FONT: OptionalPath = None
    RENDER_WATERMARK: str = ""
    RENDER_WATERMARK_PICTURE: OptionalPath = None
    RENDER_WATERMARK_FONT: TextOrDefault = "Roboto-Bold"
    RENDER_WATERMARK_PLACE: WatermarkPlace = "corner"
    RENDER_WATERMARK_OPACITY: Number = Field(0.6, ge=0.05, le=1)
    RENDER_WATERMARK_SCALE: Number = Field(0.3, ge=0.05, le=1)
    PRINT_PROFILE: OptionalPath = None
    PRINT_MAX_INK: Number = Field(300, ge=100, le=400)
    RENDER_OUTPUTS: OptionalWords = None  # None: the standard outputs of rendering.engine.encode.outputs

    # Uploads and quotas (0 is no limit)
    ASSET_MAX_BYTES: Whole = Field(40_000_000, ge=100_000, le=200_000_000)
    ASSET_MAX_MEGAPIXELS: Whole = Field(0, ge=0, le=100)  # 0: what customify.config.memory allows
    ASSET_SIDE_MIN: Whole = Field(50, ge=1, le=1_000)
    ASSET_SIDE_MAX: Whole = Field(12_000, ge=1_000, le=30_000)
    ASSET_MAX_ASPECT: Number = Field(20, ge=1, le=1_000)
    SESSION_UPLOADS: Whole = Field(50, ge=1, le=10_000)
    REFUSED_UPLOADS: Whole = Field(60, ge=0, le=1_000_000)
    ASSET_DECODERS: Whole = Field(2, ge=1, le=64)
    QUOTA_DESIGNS: Whole = Field(100_000, ge=0, le=2_000_000_000)
    QUOTA_RENDERS: Whole = Field(5_000, ge=0, le=1_000_000)
    QUOTA_GIGABYTES: Number = Field(100, ge=0, le=1_000_000)
    QUOTA_TEST_DESIGNS: Whole = Field(1_000, ge=0, le=2_000_000_000)
    QUOTA_TEST_RENDERS: Whole = Field(100, ge=0, le=1_000_000)
    QUOTA_TEST_GIGABYTES: Number = Field(1, ge=0, le=1_000_000)
    QUOTA_DRAFTS: Whole = Field(10_000, ge=0, le=1_000_000)
    QUOTA_TEST_DRAFTS: Whole = Field(100, ge=0, le=1_000_000)
    DRAFT_KEEP_DAYS: Number = Field(0, ge=0, le=3_650)  # 0: for ever
    METADATA_FILTERS: MetadataNames = []
    TEST_KEEP_DAYS: Number = Field(30, ge=0.01, le=3_650)

    # Live progress
    EVENTS_HEARTBEAT: Number = Field(15, ge=0.1, le=300)
    EVENTS_STREAM_SECONDS: Number = Field(600, ge=1, le=86_400)

    # Health checks
    HEARTBEAT_FILE: OptionalPath = None

    # Logs
    LOG_LEVEL: LogLevel = "INFO"
    LOG_JSON: OptionalFlag = None  # JSON unless DEBUG


def read_variables() -> tuple[Variables, list[EnvProblem]]:
    """Return the variables and every problem with them, misspelt ones among them."""
    variables, problems = read_environment(Variables)
    if not variables.SECRET_KEY and variables.SECRET_KEY_FILE is not None:
        secret, more = _read_secret(variables.SECRET_KEY_FILE)
        variables, problems = variables.model_copy(update={"SECRET_KEY": secret}), [*problems, *more]
    return variables, [*problems, *_secret_problems(variables), *find_unknown(Variables, OWN_PREFIX)]


def _read_secret(file: Path) -> tuple[str, list[EnvProblem]]:
    try:
        return file.read_text(encoding="utf-8").strip(), []
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        message = f"{file} cannot be read: {reason}."
        return "", [EnvProblem("SECRET_KEY_FILE", message, "Correct the path or its permissions, or set SECRET_KEY.")]


def _secret_problems(variables: Variables) -> Iterator[EnvProblem]:
    if not variables.SECRET_KEY:
        hint = "Set SECRET_KEY to 50 random characters: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
        yield EnvProblem("SECRET_KEY", "It is not set; sessions and signed links need it.", hint)
    elif len(variables.SECRET_KEY) < MIN_SECRET_LENGTH and not variables.DEBUG:
        message = f"It is shorter than {MIN_SECRET_LENGTH} characters."
        yield EnvProblem("SECRET_KEY", message, "Make one: secrets.token_urlsafe(50)")
