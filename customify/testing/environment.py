"""The environment variables of tests, set before Django reads its settings."""

import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path

# Variables of deployments in the developer's shell, which must not reach a test.
FOREIGN_PREFIXES = ("AWS_", "S3_", "CLOUDFRONT_", "RENDER_", "DJANGO_", "CUSTOMIFY_", "LOG_", "DATABASE_", "REDIS_")
FOREIGN_NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SENTRY_DSN", "PUBLIC_URL", "TRUST_PROXY", "LOGIN_TRIES")
KEPT_NAMES = ("DJANGO_SETTINGS_MODULE",)

ROOT_VARIABLE = "CUSTOMIFY_TEST_ROOT"
REDIS_VARIABLE = "CUSTOMIFY_TEST_VALKEY"
POSTGRES_VARIABLE = "CUSTOMIFY_TEST_POSTGRES"


def remove_foreign(environ: MutableMapping[str, str]) -> None:
    """Remove variables of deployments and of proxies from `environ`."""
    for name in list(environ):
        is_foreign = name.startswith(FOREIGN_PREFIXES) or name.upper() in FOREIGN_NAMES
        if is_foreign and name not in KEPT_NAMES:
            del environ[name]


def base_variables(root: Path) -> dict[str, str]:
    """Return the variables that every test process needs, independent of the servers."""
    return {
        ROOT_VARIABLE: str(root),
        "ENV_FILE": "",
        "SECRET_KEY": "test-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
        "DEBUG": "false",
        # No limits; tests of a limit set their own.
        "API_RATE": "0",
        "RENDER_PREVIEW_BUDGET": "0",
        "REFUSED_UPLOADS": "0",
        "ALLOWED_HOSTS": "*",
        "USE_LOCAL_STORAGE": "true",
        "AWS_EC2_METADATA_DISABLED": "true",  # else boto3 looks for a role at a link-local address
        # Used while no servers run (as with --collect-only); nothing listens there.
        "DATABASE_URL": "sqlite://:memory:",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }


def process_variables(root: Path, worker: int, redis_server: str | None) -> dict[str, str]:
    """Return the variables that differ between test processes: storage folder and Redis database.

    `worker` is 0 in a run without xdist; xdist's workers count from 1.
    """
    folder = root / f"storage-{worker}"
    folder.mkdir(exist_ok=True)
    variables = {"STORAGE_ROOT": str(folder)}
    if redis_server:
        variables["REDIS_URL"] = f"{redis_server}/{worker}"
    return variables


def worker_number(environ: Mapping[str, str] = os.environ) -> int | None:
    """Return the number of this xdist worker, from 1; None in the controlling process."""
    name = environ.get("PYTEST_XDIST_WORKER")
    return int(name.removeprefix("gw")) + 1 if name else None
