"""The demo's folder: where its data lies, who may use it, and what it leaves for others to read."""

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

# A demo works on its own data, whatever the shell or `.env` say about a deployment.
FOREIGN_PREFIXES = ("AWS_", "S3_", "CLOUDFRONT_", "DATABASE_", "REDIS_")
FOREIGN_NAMES = ("TRUST_PROXY", "SIGNED_URL_SECONDS", "DEBUG")


class DemoError(Exception):
    """The demo cannot start or go on; the message is one line that says why, and the mend."""


@dataclass(frozen=True, slots=True)
class DemoIdentity:
    """What a second start uses again: the site's secret, the staff user, the API key."""

    secret_key: str
    username: str
    password: str
    key: str = ""

    @classmethod
    def create_new(cls) -> DemoIdentity:
        """Invent one; the database gives out the key later."""
        return cls(secrets.token_urlsafe(50), "admin", secrets.token_urlsafe(12))

    @classmethod
    def read_file(cls, file: Path) -> DemoIdentity:
        """Read one back. Raises DemoError if the file is damaged."""
        try:
            return cls(**json.loads(file.read_text()))
        except (TypeError, ValueError) as error:
            raise DemoError(f"{file} is damaged ({error}). Remove it: the demo makes a new one.") from error

    def write_file(self, file: Path) -> None:
        """Keep it, readable for its owner alone."""
        write_private_json(file, asdict(self))

    def with_key(self, key: str) -> DemoIdentity:
        """Return the same with another API key."""
        return replace(self, key=key)


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """The paths below the demo's folder."""

    root: Path

    @property
    def storage(self) -> Path:
        """Where pictures lie."""
        return self.root / "storage"

    @property
    def valkey(self) -> Path:
        """Where the queues' append-only file lies."""
        return self.root / "valkey"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "db.sqlite3"

    @property
    def identity(self) -> Path:
        """The file with what a second start uses again."""
        return self.root / "identity.json"

    @property
    def report(self) -> Path:
        """The file for programs that work on a running demo; it is there when the demo is ready."""
        return self.root / "demo.json"

    def log_file(self, name: str) -> Path:
        """Return the log file of one process."""
        return self.root / "logs" / f"{name.replace(' ', '-')}.log"

    def lock_folder(self) -> TextIO:
        """Make the folder and take it for this process; keep what is returned for as long as that holds.

        Raises:
            DemoError: it cannot be written, or another demo runs on it.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            for folder in (self.storage, self.valkey, self.root / "logs"):
                folder.mkdir(exist_ok=True)
            self.root.chmod(0o700)  # keys and a password lie in it
            lock = (self.root / "lock").open("a")
        except OSError as error:
            reason = error.strerror or str(error)
            raise DemoError(f"The folder {self.root} cannot be used: {reason}. Name another: --data DIR") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise DemoError(
                f"Another demo already runs on {self.root}. Stop it, or name another: --data DIR"
            ) from error
        # An old report must not be taken for the new demo's readiness, nor old logs for its words.
        for old in (self.report, *(self.root / "logs").glob("*.log")):
            old.unlink(missing_ok=True)
        return lock

    def load_identity(self) -> DemoIdentity:
        """Return the identity of an earlier start, or a new one, kept for the next."""
        if not self.identity.exists():
            DemoIdentity.create_new().write_file(self.identity)
        return DemoIdentity.read_file(self.identity)

    def build_environment(
        self, identity: DemoIdentity, *, web_port: int, valkey_port: int, workers: int
    ) -> dict[str, str]:
        """Return the variables with which any `manage.py` command works on this demo."""
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
    """Lay the demo's variables over this process' own, less those of other deployments."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(FOREIGN_PREFIXES) and name not in FOREIGN_NAMES
    }
    return {**own, **environment, "PYTHONUNBUFFERED": "1"}


def write_private_json(file: Path, content: Mapping[str, Any]) -> None:
    """Write JSON that only its owner may read, whole or not at all."""
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(content, out, indent=2)
        out.write("\n")
    new.replace(file)
