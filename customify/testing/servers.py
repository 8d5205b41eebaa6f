"""The servers of one test run: started together, stopped together, nothing left behind."""

import atexit
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import TextIO

from customify.ops.embedded import start_valkey, wait_for_valkey
from customify.ops.processes import ChildProcess, free_ports
from customify.testing import environment
from customify.testing.services import S3_IDENTITIES, S3_PORTS, PostgresServer, SeaweedServer, start_postgres, start_s3

PREFIX = "customify-test-"


class BackingServers:
    """Valkey, PostgreSQL and SeaweedFS with their data in one temporary folder.

    PostgreSQL's initdb runs while the others come up. SeaweedFS is the slowest by far and few tests need it: it is
    started but not waited for; the fixture `s3_server` does that.
    """

    def __init__(self) -> None:
        self.root = _temporary_root()
        self._lock = _lock_folder(self.root)
        self._valkey: ChildProcess | None = None
        self._postgres: PostgresServer | None = None
        self._s3: SeaweedServer | None = None
        atexit.register(self.stop_all)

    def start_all(self) -> dict[str, str]:
        """Start everything and return the variables that lead to it.

        Raises:
            StartError: a server did not start; the message holds its log's end, and the others are stopped.
        """
        try:
            return self._start_servers()
        except BaseException:
            self.stop_all()
            raise

    def _start_servers(self) -> dict[str, str]:
        valkey_port, postgres_port, *s3_ports = free_ports(2 + S3_PORTS)
        self._s3 = start_s3(self.root / "s3", s3_ports)
        self._valkey = start_valkey(self.root / "valkey", valkey_port, persistent=False)
        self._postgres = start_postgres(self.root / "postgres", postgres_port)
        wait_for_valkey(self._valkey, valkey_port)
        self._postgres.wait_until_ready()
        key, secret, _ = S3_IDENTITIES["limited"]
        admin_key, admin_secret, _ = S3_IDENTITIES["admin"]
        return {
            "DATABASE_URL": self._postgres.url,
            environment.POSTGRES_VARIABLE: self._postgres.url,
            environment.REDIS_VARIABLE: f"redis://127.0.0.1:{valkey_port}",
            "S3_TEST_ENDPOINT": self._s3.endpoint,
            "S3_TEST_FILER": self._s3.filer,
            "S3_TEST_KEY": key,
            "S3_TEST_SECRET": secret,
            "S3_TEST_ADMIN_KEY": admin_key,
            "S3_TEST_ADMIN_SECRET": admin_secret,
        }

    def stop_all(self) -> None:
        """Stop what runs and remove its data; a second call does nothing."""
        atexit.unregister(self.stop_all)
        servers, self._s3, self._postgres, self._valkey = (self._s3, self._postgres, self._valkey), None, None, None
        for server in servers:
            if server is not None:
                server.stop()
        self._lock.close()
        shutil.rmtree(self.root, ignore_errors=True)


def _temporary_root() -> Path:
    """Make the run's folder where the user nobody can enter it too, and sweep up what killed runs have left."""
    places = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108 - mkdtemp makes the name
    open_to_all = [place for place in places if all(p.stat().st_mode & 0o001 for p in (place, *place.parents))]
    place = (open_to_all or places)[0]
    for old in place.glob(f"{PREFIX}*"):
        _remove_if_abandoned(old)
    root = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    root.chmod(0o711)
    return root


def _lock_folder(root: Path) -> TextIO:
    """Lock the folder for as long as this process lives (child processes do not inherit the descriptor)."""
    lock = (root / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return lock


def _remove_if_abandoned(folder: Path) -> None:
    """Remove the folder of a run that was killed: its lock can be had."""
    try:
        if folder.stat().st_uid != os.geteuid():
            return
        with (folder / "lock").open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return  # in use, just being made, or gone
    shutil.rmtree(folder, ignore_errors=True)
