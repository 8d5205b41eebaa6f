"""The backing services of one site. They are not shared with the run, because tests restart, wipe and break them."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import redis

from customify.ops.embedded import HOST, start_valkey, wait_for_valkey
from customify.ops.processes import (
    ChildProcess,
    ProcessUser,
    accepts_connections,
    free_ports,
    start_process,
    wait_until,
)
from customify.testing import environment
from customify.testing.chaos import database_templates
from customify.testing.chaos.proxy import ProxyControl
from customify.testing.fixtures import S3Server
from customify.testing.services import S3_IDENTITIES, S3_PORTS, PostgresServer, start_postgres, start_s3
from customify.testing.spawn import PROJECT

BUCKET = "chaos"


@dataclass(slots=True)
class Site:
    """The running services, their addresses, and the environment variables for processes that use them."""

    root: Path
    env: dict[str, str]
    keys: list[str] = field(default_factory=list)  # an API key of each owner
    postgres: PostgresServer | None = None
    valkey: ChildProcess | None = None
    valkey_port: int = 0
    store: S3Server | None = None
    control: ProxyControl | None = None  # of the proxy, if there is one

    def query_rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of one SELECT from PostgreSQL or SQLite, on a new connection."""
        url = self.env["DATABASE_URL"]
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)) as connection:
                return connection.execute(statement).fetchall()
        with closing(psycopg.connect(url, connect_timeout=5, autocommit=True)) as connection:
            return connection.execute(statement.encode()).fetchall()

    def execute_statement(self, statement: str) -> None:
        """Change rows in PostgreSQL directly, for example to move timestamps."""
        with closing(psycopg.connect(self.env["DATABASE_URL"], autocommit=True)) as connection:
            connection.execute(statement.encode())

    def restart_postgres(self) -> None:
        """Shut PostgreSQL down immediately, which aborts transactions, and start it again with the same data."""
        self.crash_postgres()
        self.start_postgres()

    def crash_postgres(self) -> None:
        """Shut PostgreSQL down immediately, which aborts transactions."""
        self._require_postgres().child.stop(stop_signal=signal.SIGQUIT)

    def start_postgres(self) -> None:
        """Start PostgreSQL again with the same data."""
        child = self._require_postgres().child
        root = child.log.parent
        owner = root.stat()
        user = ProcessUser(owner.st_uid, owner.st_gid) if os.geteuid() == 0 else None
        command = [str(part) for part in _to_list(child.popen.args)]
        again = start_process(child.name, command, log=child.log, cwd=root, user=user, death_signal=signal.SIGQUIT)
        self.postgres = PostgresServer(again, self._require_postgres().port)
        self.postgres.wait_until_ready(seconds=30)

    def set_postgres_paused(self, *, paused: bool) -> None:
        """Pause all processes of PostgreSQL, so that it does not answer, or resume them."""
        main = self._require_postgres().child.popen.pid
        serving = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        for pid in (main, *map(int, serving)):
            with suppress(ProcessLookupError):  # its client has disconnected meanwhile
                os.kill(pid, signal.SIGSTOP if paused else signal.SIGCONT)

    def _require_postgres(self) -> PostgresServer:
        if self.postgres is None:
            raise ValueError("This site has no PostgreSQL server.")
        return self.postgres

    def stop_postgres(self) -> None:
        """Stop PostgreSQL, if the site has one."""
        if self.postgres is not None:
            self.postgres.stop()

    def wipe_valkey(self) -> None:
        """Delete all data in Valkey; connections stay open."""
        with closing(redis.Redis.from_url(self.env["REDIS_URL"])) as client:
            client.flushall()

    def restart_valkey(self) -> None:
        """Kill Valkey and start an empty one on the same port."""
        self.stop_valkey()
        self.start_valkey()

    def stop_valkey(self) -> None:
        """Kill Valkey."""
        if self.valkey is not None:
            self.valkey.stop(stop_signal=signal.SIGKILL)

    def start_valkey(self) -> None:
        """Start an empty Valkey on the site's port."""
        self.valkey = start_valkey(self.root / "valkey", self.valkey_port, persistent=False)
        wait_for_valkey(self.valkey, self.valkey_port)

    def set_valkey_paused(self, *, paused: bool) -> None:
        """Pause Valkey, so that it accepts connections and does not answer, or resume it."""
        if self.valkey is not None:
            self.valkey.popen.send_signal(signal.SIGSTOP if paused else signal.SIGCONT)


@contextmanager
def run_site(
    *,
    database: str = "postgres",
    storage: str = "s3",
    seed: int = 1,
    owners: int = 2,
    lock_timeout: str = "",
    variables: Mapping[str, str] | None = None,
) -> Iterator[Site]:
    """Run a site on `database` (postgres, sqlite) and `storage` (s3 behind the proxy, local, or a folder's path).

    `lock_timeout` of PostgreSQL, such as `5s`, replaces that of the service.
    """
    root = Path(tempfile.mkdtemp(prefix="chaos-", dir=os.environ[environment.ROOT_VARIABLE]))
    root.chmod(0o711)  # PostgreSQL runs as another user
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    made = Site(root, {**env, "PYTHONUNBUFFERED": "1", "LOG_LEVEL": "WARNING", **(variables or {})})
    with ExitStack() as stack:
        ports = free_ports(2 + 2 + S3_PORTS)
        if storage == "s3":
            _start_storage(made, ports[2:], seed, stack)
        else:
            folder = Path(storage) if storage != "local" else root / "storage"
            folder.mkdir(exist_ok=True)
            made.env.update(USE_LOCAL_STORAGE="true", STORAGE_ROOT=str(folder))
        _start_database(made, database, ports[0], owners, stack)
        if lock_timeout:
            made.env["DATABASE_URL"] += f"?options=-c%20lock_timeout%3D{lock_timeout}"
        made.valkey_port = ports[1]
        made.env["REDIS_URL"] = f"redis://{HOST}:{ports[1]}/0"
        made.start_valkey()
        stack.callback(made.stop_valkey)
        if made.postgres is not None:
            # Acknowledged transactions must survive a crash of PostgreSQL, as in production.
            with closing(psycopg.connect(made.env["DATABASE_URL"], autocommit=True)) as connection:
                connection.execute("ALTER DATABASE postgres SET synchronous_commit = on")
        if made.store is not None:
            made.store.make_bucket(BUCKET)
        yield made


def _start_database(made: Site, database: str, port: int, owners: int, stack: ExitStack) -> None:
    if database == "sqlite":
        made.keys = database_templates.prepare_sqlite(made.root / "database", made.env, owners)
        made.env["DATABASE_URL"] = f"sqlite:///{made.root / 'database' / 'db.sqlite3'}"
        return
    made.keys = database_templates.prepare_postgres(made.root / "postgres", port, made.env, owners)
    made.postgres = start_postgres(made.root / "postgres", port)
    made.postgres.wait_until_ready()
    made.env["DATABASE_URL"] = made.postgres.url
    stack.callback(made.stop_postgres)


def _start_storage(made: Site, ports: list[int], seed: int, stack: ExitStack) -> None:
    proxy_port, control_port, *s3_ports = ports
    server = start_s3(made.root / "s3", s3_ports)
    stack.callback(server.stop)
    proxy = start_process(
        "the storage proxy",
        [
            *(sys.executable, "-m", "customify.testing.chaos.proxy", "--port", str(proxy_port)),
            *("--control-port", str(control_port), "--upstream", str(s3_ports[-1]), "--seed", str(seed)),
            *("--filer", server.filer.rpartition(":")[2]),
        ],
        log=made.root / "proxy.log",
        env=made.env,
        cwd=PROJECT,
    )
    stack.callback(proxy.stop, stop_signal=signal.SIGKILL)
    wait_until(lambda: accepts_connections(HOST, proxy_port), proxy, seconds=20)
    server.wait_until_ready(seconds=60)
    key, secret, _ = S3_IDENTITIES["limited"]
    admin_key, admin_secret, _ = S3_IDENTITIES["admin"]
    made.store = S3Server(server.endpoint, server.filer, admin_key, admin_secret, key, secret)
    made.control = ProxyControl(control_port)
    made.env.update(
        USE_LOCAL_STORAGE="false",
        S3_BUCKET_NAME=BUCKET,
        AWS_REGION="us-east-1",
        S3_ENDPOINT_URL=f"http://{HOST}:{proxy_port}",
        AWS_ACCESS_KEY_ID=key,
        AWS_SECRET_ACCESS_KEY=secret,
    )


def _to_list(arguments: Any) -> list[Any]:
    """Return Popen's arguments, which may be any sequence, as a list."""
    return list(arguments)
