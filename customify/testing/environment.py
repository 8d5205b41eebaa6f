"""The environment that tests run in, made before Django reads its settings."""

import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path

# Whatever the developer's shell says about deployments must not reach a test.
FOREIGN_PREFIXES = ("AWS_", "S3_", "CLOUDFRONT_", "RENDER_", "DJANGO_", "CUSTOMIFY_", "LOG_", "DATABASE_", "REDIS_")
FOREIGN_NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SENTRY_DSN", "PUBLIC_URL", "TRUST_PROXY", "LOGIN_TRIES")
KEPT_NAMES = ("DJANGO_SETTINGS_MODULE",)

ROOT_VARIABLE = "CUSTOMIFY_TEST_ROOT"
REDIS_VARIABLE = "CUSTOMIFY_TEST_VALKEY"
POSTGRES_VARIABLE = "CUSTOMIFY_TEST_POSTGRES"


def remove_foreign(environ: MutableMapping[str, str]) -> None:
    """Remove the variables of real deployments, and proxies, from `environ`."""
    for name in list(environ):
        foreign = name.startswith(FOREIGN_PREFIXES) or name.upper() in FOREIGN_NAMES
        if foreign and name not in KEPT_NAMES:
            del environ[name]


def base_variables(root: Path) -> dict[str, str]:
    """Return the variables every test process needs, whichever servers run."""
    return {
        ROOT_VARIABLE: str(root),
        "ENV_FILE": "",
        "SECRET_KEY": "test-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
        "DEBUG": "false",
        "API_RATE": "0",  # tests of the limit set their own; the others ask as fast as they can
        "ALLOWED_HOSTS": "*",
        "USE_LOCAL_STORAGE": "true",
        "AWS_EC2_METADATA_DISABLED": "true",  # boto3 would look for a role at a link-local address
        # Until the servers are known (as for --collect-only), nothing listens where these point.
        "DATABASE_URL": "sqlite://:memory:",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }


def process_variables(root: Path, worker: int, redis_server: str | None) -> dict[str, str]:
    """Return what differs from one test process to the next: storage folder and Redis database.

    `worker` is 0 for the only process of a run without xdist, and counts from 1 in xdist's workers.
    """
    folder = root / f"storage-{worker}"
    folder.mkdir(exist_ok=True)
    own = {"STORAGE_ROOT": str(folder)}
    if redis_server:
        own["REDIS_URL"] = f"{redis_server}/{worker}"
    return own


def worker_number(environ: Mapping[str, str] = os.environ) -> int | None:
    """Return xdist's worker as a number from 1, or nothing in the controlling process."""
    name = environ.get("PYTEST_XDIST_WORKER")
    return int(name.removeprefix("gw")) + 1 if name else None
