"""The demo's folder: its data, its lock, its credentials and its report for other programs."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

# Variables of a deployment, which the demo must not use.
FOREIGN_PREFIXES = ("AWS_", "S3_", "CLOUDFRONT_", "DATABASE_", "REDIS_")
FOREIGN_NAMES = ("TRUST_PROXY", "SIGNED_URL_SECONDS", "DEBUG")


class DemoError(Exception):
    """The demo cannot start or continue; the message is one line with the reason and the fix."""


@dataclass(frozen=True, slots=True)
class DemoIdentity:
    """Credentials that later starts use again: the site's secret key, the staff user and the API key."""

    secret_key: str
    username: str
    password: str
    key: str = ""

    @classmethod
    def create_new(cls) -> DemoIdentity:
        """Return new random credentials, still without an API key: the database issues it."""
        return cls(secrets.token_urlsafe(50), "admin", secrets.token_urlsafe(12))

    @classmethod
    def read_file(cls, file: Path) -> DemoIdentity:
        """Read credentials from a file. Raises DemoError if it is damaged."""
        try:
            return cls(**json.loads(file.read_text()))
        except (TypeError, ValueError) as error:
            raise DemoError(f"{file} is damaged ({error}). Remove it: the demo creates a new one.") from error

    def write_file(self, file: Path) -> None:
        """Write the credentials to a file that only its owner can read."""
        write_private_json(file, asdict(self))

    def with_key(self, key: str) -> DemoIdentity:
        """Return a copy with another API key."""
        return replace(self, key=key)


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """The paths below the demo's folder."""

    root: Path

    @property
    def storage(self) -> Path:
        """The folder of rendered files."""
        return self.root / "storage"

    @property
    def orders(self) -> Path:
        """The folder of the files that the example shop keeps."""
        return self.root / "orders"

    @property
    def valkey(self) -> Path:
        """The folder of Valkey's data."""
        return self.root / "valkey"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "db.sqlite3"

    @property
    def identity(self) -> Path:
        """The file with the credentials."""
        return self.root / "identity.json"

    @property
    def report(self) -> Path:
        """The file that describes a running demo to other programs; it exists once the demo is ready."""
        return self.root / "demo.json"

    def log_file(self, name: str) -> Path:
        """Return the log file of one process."""
        return self.root / "logs" / f"{name.replace(' ', '-')}.log"

    def lock_folder(self) -> TextIO:
        """Create the folder and lock it for this process; the lock is held until the returned file is closed.

        Raises DemoError: the folder is not writable, or another demo uses it.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            for folder in (self.storage, self.valkey, self.root / "logs"):
                folder.mkdir(exist_ok=True)
            self.root.chmod(0o700)  # it contains keys and a password
            lock = (self.root / "lock").open("a")
        except OSError as error:
            reason = error.strerror or str(error)
            raise DemoError(f"The folder {self.root} cannot be used: {reason}. Choose another: --data DIR") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise DemoError(
                f"Another demo is using {self.root}. Stop it, or choose another folder: --data DIR"
            ) from error
        # An old report would look as if the new demo were ready, and old logs as if it had written them.
        for old in (self.report, *(self.root / "logs").glob("*.log")):
            old.unlink(missing_ok=True)
        return lock

    def load_identity(self) -> DemoIdentity:
        """Return the credentials of an earlier start, or create and store new ones."""
        if not self.identity.exists():
            DemoIdentity.create_new().write_file(self.identity)
        return DemoIdentity.read_file(self.identity)

    def build_environment(
        self, identity: DemoIdentity, *, web_port: int, valkey_port: int, workers: int
    ) -> dict[str, str]:
        """Return the environment variables with which `manage.py` commands use this demo."""
        return {
            "ENV_FILE": "",
            "SECRET_KEY": identity.secret_key,
            "PUBLIC_URL": f"http://127.0.0.1:{web_port}",
            "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
            "DATABASE_URL": f"sqlite:///{quote(str(self.database))}",
            "REDIS_URL": f"redis://127.0.0.1:{valkey_port}/0",
            "USE_LOCAL_STORAGE": "true",
            "STORAGE_ROOT": str(self.storage),
            "RENDER_WORKERS": str(workers),
        }


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return this process' environment with the demo's variables, and without those of other deployments."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(FOREIGN_PREFIXES) and name not in FOREIGN_NAMES
    }
    return {**inherited, **environment, "PYTHONUNBUFFERED": "1"}


def write_private_json(file: Path, content: Mapping[str, Any]) -> None:
    """Write JSON atomically to a file that only its owner can read."""
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(content, out, indent=2)
        out.write("\n")
    new.replace(file)
