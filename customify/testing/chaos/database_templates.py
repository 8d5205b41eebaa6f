"""Databases with tables, owners and API keys, prepared once a run and copied for each site: migrating takes seconds."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from customify.testing import environment
from customify.testing.services import start_postgres
from customify.testing.spawn import PROJECT


def prepare_postgres(root: Path, port: int, env: Mapping[str, str], owners: int) -> list[str]:
    """Copy a stopped cluster's files to `root` and return a key of each owner; `port` is used while preparing."""

    def make(template: Path) -> list[str]:
        server = start_postgres(template, port)
        try:
            server.wait_until_ready()
            return _run_prepare({**env, "DATABASE_URL": server.url}, owners)
        finally:
            server.stop()

    return _copy_template(f"postgres-{owners}", root, make)


def prepare_sqlite(root: Path, env: Mapping[str, str], owners: int) -> list[str]:
    """Copy a database file, db.sqlite3, to `root` and return a key of each owner."""

    def make(template: Path) -> list[str]:
        template.mkdir()
        return _run_prepare({**env, "DATABASE_URL": f"sqlite:///{template / 'db.sqlite3'}"}, owners)

    return _copy_template(f"sqlite-{owners}", root, make)


def _copy_template(name: str, root: Path, make: Callable[[Path], list[str]]) -> list[str]:
    template = Path(os.environ[environment.ROOT_VARIABLE], f"template-{name}")
    keys = template.with_suffix(".json")
    with template.with_suffix(".lock").open("w") as lock:  # other workers of the run may prepare the same one
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not keys.exists():
            shutil.rmtree(template, ignore_errors=True)
            keys.write_text(json.dumps(make(template)))
    # cp keeps the owner of the files, the user PostgreSQL runs as; Python's copies would belong to us.
    subprocess.run(["cp", "-a", str(template), str(root)], check=True)  # noqa: S603, S607
    result: list[str] = json.loads(keys.read_text())
    return result


def _run_prepare(env: Mapping[str, str], owners: int) -> list[str]:
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "customify.testing.chaos.prepare", str(owners)],
        env=dict(env),
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        check=True,
    )
    keys: list[str] = json.loads(done.stdout)
    return keys
