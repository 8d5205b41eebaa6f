import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from customify.ops.embedded import start_valkey, wait_for_valkey
from customify.ops.processes import StartError, free_ports, is_port_free, start_process, wait_until
from customify.testing.spawn import PROJECT, eventually_true, find_processes, run_python

PARENT = """
import sys, time
from pathlib import Path
from customify.ops.processes import start_process
start_process("child", ["sleep", sys.argv[1]], log=Path(sys.argv[2]))
print("started", flush=True)
time.sleep(60)
"""


def test_a_child_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    mark = "61.0625"  # the child is found by the length of its sleep
    with run_python(["-c", PARENT, mark, tmp_path / "child.log"], log=tmp_path / "log") as parent:
        parent.wait_for_output("started")
        assert len(find_processes(f"sleep\0{mark}")) == 1
        parent.send_signal(signal.SIGKILL)
        assert eventually_true(lambda: find_processes(f"sleep\0{mark}") == [])


def test_leaving_the_block_ends_the_whole_process_group(tmp_path: Path) -> None:
    script = "import subprocess; subprocess.run(['sleep', '62.0625'])"
    with run_python(["-c", script], log=tmp_path / "log"):
        assert eventually_true(lambda: len(find_processes("sleep\00062.0625")) == 1)
    assert eventually_true(lambda: find_processes("sleep\00062.0625") == [])


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"mailer could not be started: .*no-such-program"):
        start_process("mailer", ["no-such-program"], log=tmp_path / "log")


def test_a_failed_start_shows_the_end_of_the_log(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = start_valkey(tmp_path, port, persistent=False)
        with pytest.raises(StartError, match=r"(?s)Valkey ended with exit code 1 .*Address already in use"):
            wait_for_valkey(server, port)


def test_a_start_that_takes_too_long_is_an_error_with_the_log(tmp_path: Path) -> None:
    script = "print('still thinking', flush=True); import time; time.sleep(60)"
    child = start_process("thinker", [sys.executable, "-c", script], log=tmp_path / "log")
    try:
        assert eventually_true(lambda: "thinking" in child.read_tail())
        with pytest.raises(StartError, match=r"(?s)thinker was not ready after 0 s\..*still thinking"):
            wait_until(lambda: False, child, seconds=0)
    finally:
        child.stop(stop_signal=signal.SIGKILL)


def test_a_process_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    command = ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"]
    child = start_process("deaf", command, log=tmp_path / "log")
    assert eventually_true(lambda: "ready" in child.read_tail())
    assert child.stop(grace_seconds=0.1) == -signal.SIGKILL


def test_free_ports_are_distinct_and_can_be_listened_on() -> None:
    ports = free_ports(5)
    assert len(set(ports)) == 5
    assert all(is_port_free("127.0.0.1", port) for port in ports)


def test_a_port_that_another_process_has_found_is_not_found_again() -> None:
    taken = set(free_ports(900))
    code = "from customify.ops.processes import free_ports; print(*(free_ports(1)[0] for _ in range(500)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    found = set(map(int, done.stdout.split()))
    assert found
    assert not found & taken


def test_a_child_that_has_ended_is_not_ready_although_another_answers(tmp_path: Path) -> None:
    child = start_process("a server", ["sh", "-c", "exit 3"], log=tmp_path / "log")
    child.popen.wait()
    with pytest.raises(StartError, match="ended with exit code 3"):
        wait_until(lambda: True, child, seconds=20)


def test_a_persistent_valkey_keeps_its_data(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    for expected in (b"+OK", b"$4\r\nkept"):
        server = start_valkey(tmp_path, port, persistent=True)
        try:
            wait_for_valkey(server, port)
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(b"SET a kept\r\n" if expected == b"+OK" else b"GET a\r\n")
                assert connection.recv(64).startswith(expected)
        finally:
            server.stop()
