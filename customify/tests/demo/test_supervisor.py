import signal
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from customify.ops.demo.supervisor import Supervisor, describe_exit
from customify.ops.processes import ChildProcess, start_process
from customify.testing.spawn import eventually_true


@pytest.fixture
def messages() -> list[str]:
    return []


@pytest.fixture
def supervisor(messages: list[str]) -> Iterator[Supervisor]:
    supervisor = Supervisor(messages.append)
    yield supervisor
    supervisor.kill_all()


def starter(folder: Path, *command: str, children: list[ChildProcess]) -> Callable[[], ChildProcess]:
    def begin() -> ChildProcess:
        children.append(start_process("sleeper", command, log=folder / "log"))
        return children[-1]

    return begin


def watch_until(supervisor: Supervisor, holds: Callable[[], bool]) -> bool:
    def look() -> bool:
        supervisor.restart_ended()
        return holds()

    return eventually_true(look)


def test_a_killed_process_is_restarted_with_one_message(
    supervisor: Supervisor, messages: list[str], tmp_path: Path
) -> None:
    children: list[ChildProcess] = []
    first = supervisor.start_and_watch("sleeper", starter(tmp_path, "sleep", "60", children=children))
    supervisor.restart_ended()
    assert messages == []
    first.popen.kill()
    assert watch_until(supervisor, lambda: len(children) == 2)
    assert children[1].is_running
    assert messages == [
        f"The sleeper was killed (SIGKILL); it is restarted in 0.5 s. Its log: {tmp_path / 'log'}",
    ]


def test_restarts_of_a_failing_process_wait_longer_each_time(
    supervisor: Supervisor, messages: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = count()
    monkeypatch.setattr("customify.ops.demo.supervisor.time.monotonic", lambda: next(clock) * 10.0)
    children: list[ChildProcess] = []
    supervisor.start_and_watch("failing", starter(tmp_path, "sh", "-c", "exit 3", children=children))
    while len(messages) < 9:
        children[-1].popen.wait()
        supervisor.restart_ended()
    delays = [line.split(" in ")[1].split(" s.")[0] for line in messages]
    assert delays == ["0.5", "1", "2", "4", "8", "16", "30", "30", "30"]
    assert messages[0].startswith("The failing ended with exit code 3;")


def test_stopping_ends_the_processes_in_reverse_order(supervisor: Supervisor, tmp_path: Path) -> None:
    order = tmp_path / "order"
    children: list[ChildProcess] = []
    script = "trap 'echo {} >> \"$0\"; exit' TERM; echo ready; while :; do sleep 0.02; done"
    for name in ("store", "worker"):
        log = tmp_path / name
        command = ("sh", "-c", script.format(name), str(order))
        children.append(supervisor.start_and_watch(name, partial(start_process, "sh", command, log=log)))
    assert eventually_true(lambda: all("ready" in child.log.read_text() for child in children))
    supervisor.stop_all()
    assert order.read_text().split() == ["worker", "store"]
    assert not any(child.is_running for child in children)


def test_the_end_of_a_process_is_described_in_words() -> None:
    assert describe_exit(1) == "ended with exit code 1"
    assert describe_exit(-signal.SIGTERM) == "was killed (SIGTERM)"
    assert describe_exit(-64 - 100) == "was killed (signal 164)"
