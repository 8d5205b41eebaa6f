"""The servers of one test run: started and stopped together, with all data in one temporary folder."""

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

    PostgreSQL's initdb runs while the others start. SeaweedFS is the slowest by far and few tests need it, so only the
    fixture `s3_server` waits for it.
    """

    def __init__(self) -> None:
        self.root = _temporary_root()
        self._lock = _lock_folder(self.root)
        self._valkey: ChildProcess | None = None
        self._postgres: PostgresServer | None = None
        self._s3: SeaweedServer | None = None
        atexit.register(self.stop_all)

    def start_all(self) -> dict[str, str]:
        """Start all servers and return the environment variables with their addresses.

        Raises StartError: a server did not start; the message contains the end of its log. The others are stopped.
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
        """Stop all servers and remove their data; a second call does nothing."""
        atexit.unregister(self.stop_all)
        servers, self._s3, self._postgres, self._valkey = (self._s3, self._postgres, self._valkey), None, None, None
        for server in servers:
            if server is not None:
                server.stop()
        self._lock.close()
        shutil.rmtree(self.root, ignore_errors=True)


def _temporary_root() -> Path:
    """Create the run's folder where the user nobody can enter it, and remove the folders of killed runs."""
    places = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108 - mkdtemp chooses the name
    open_to_all = [place for place in places if all(p.stat().st_mode & 0o001 for p in (place, *place.parents))]
    place = (open_to_all or places)[0]
    for old in place.glob(f"{PREFIX}*"):
        _remove_if_abandoned(old)
    root = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    root.chmod(0o711)
    return root


def _lock_folder(root: Path) -> TextIO:
    """Lock the folder for the life of this process; child processes do not inherit the descriptor."""
    lock = (root / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return lock


def _remove_if_abandoned(folder: Path) -> None:
    """Remove the folder of a killed run: nobody holds its lock."""
    try:
        if folder.stat().st_uid != os.geteuid():
            return
        with (folder / "lock").open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return  # in use, being created, or already removed
    shutil.rmtree(folder, ignore_errors=True)
