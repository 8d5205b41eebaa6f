"""A PgBouncer in transaction mode, from Debian's package, in front of the run's PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from customify.ops.processes import ProcessUser, accepts_connections, free_ports, start_process, wait_until

HOST = "127.0.0.1"


def find_pgbouncer() -> str:
    """Return the program's path; without it the test is skipped."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("pgbouncer is not installed: apt-get install pgbouncer")
    return program


@contextmanager
def run_pgbouncer(database_url: str, *, role: str, log: Path, pool_size: int = 2) -> Iterator[str]:
    """Run PgBouncer with few server connections, as `role`, until the end of the block; give the database's URL."""
    program, (port,) = find_pgbouncer(), free_ports(1)
    parts = urlsplit(database_url)
    with tempfile.TemporaryDirectory(prefix="customify-pgbouncer-") as folder:  # pytest's own are closed to others
        config = Path(folder) / "pgbouncer.ini"
        config.write_text(
            f"[databases]\n* = host={parts.hostname} port={parts.port} user={role}\n[pgbouncer]\n"
            f"listen_addr = {HOST}\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
            f"pool_mode = transaction\ndefault_pool_size = {pool_size}\nmax_client_conn = 500\n"
        )
        user = None
        if os.geteuid() == 0:  # it refuses to run as root
            nobody = pwd.getpwnam("nobody")
            user = ProcessUser(nobody.pw_uid, nobody.pw_gid)
            config.parent.chmod(0o755)
        child = start_process("PgBouncer", [program, config], log=log, cwd=config.parent, user=user)
        try:
            wait_until(lambda: accepts_connections(HOST, port), child, seconds=10)
            yield f"postgres://{role}@{HOST}:{port}{parts.path}"
        finally:
            child.stop(stop_signal=signal.SIGKILL)
