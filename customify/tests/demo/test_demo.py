import json
import os
import re
import signal
import stat
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from customify.ops.demo.client import EXAMPLE_DESIGN, DemoClient
from customify.testing.spawn import SpawnedProcess, Spawner, eventually_true, find_processes

STANDARD_FILES = {
    *("preview.png", "preview.webp", "thumbnail.png", "thumbnail.webp", "thumbnail-100.webp", "thumbnail-400.webp"),
}


def test_the_demo_publishes_a_design_and_restarts_with_the_same_access(tmp_path: Path, spawn: Spawner) -> None:
    data = tmp_path / "data"
    with spawn("demo", "--once", "--port", "0", "--data", data) as demo:
        assert demo.wait_for_exit(120) == 0, demo.read_output()
    first = json.loads((data / "demo.json").read_text())
    assert {file.name for file in (data / "storage/designs" / first["design"]).rglob("*.*")} == STANDARD_FILES
    assert re.search(rf"{first['design']}/1-1-[0-9a-f]{{8}}/preview\.png", demo.read_output())
    assert first["key"] in demo.read_output()
    assert stat.S_IMODE((data / "demo.json").stat().st_mode) == 0o600
    assert find_processes(str(data)) == []

    with spawn("demo", "--port", "0", "--data", data) as demo:
        demo.wait_for_output("Ctrl-C stops the demo", 120)
        second = json.loads((data / "demo.json").read_text())
        assert (second["key"], second["admin"]["password"]) == (first["key"], first["admin"]["password"])
        assert (data / "storage/designs" / first["design"]).is_dir()
        a_killed_worker_is_started_again(demo, data, second)
        demo.send_signal(signal.SIGINT)
        assert demo.wait_for_exit(60) == 0, demo.read_output()
        assert "All processes of the demo have ended." in demo.read_output()
    assert find_processes(str(data)) == []


def a_killed_worker_is_started_again(demo: SpawnedProcess, data: Path, report: dict[str, str]) -> None:
    (worker,) = worker_of(data)
    os.kill(worker, signal.SIGKILL)
    demo.wait_for_output("The worker 1 was killed (SIGKILL); it is restarted in 0.5 s.")
    assert eventually_true(lambda: len(worker_of(data)) == 1)
    assert worker_of(data) != [worker]
    api = DemoClient(urlsplit(report["api"]).port or 0, report["key"])
    assert api.publish_design(EXAMPLE_DESIGN, seconds=60, meanwhile=lambda: None)["status"] == "published"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_demo_ended_while_it_starts_leaves_no_process(
    number: signal.Signals, code: int, tmp_path: Path, spawn: Spawner
) -> None:
    data = tmp_path / "data"
    with spawn("demo", "--port", "0", "--data", data) as demo:
        demo.wait_for_output("Valkey is up", 60)
        assert eventually_true(
            lambda: len(find_processes(str(data))) == len(("demo", "Valkey", "web server", "prepare"))
        )
        demo.send_signal(number)
        assert demo.wait_for_exit(60) == code, demo.read_output()
        assert eventually_true(lambda: find_processes(str(data)) == [])
    assert not (data / "demo.json").exists()


def worker_of(data: Path) -> list[int]:
    return [pid for pid in find_processes(f"STORAGE_ROOT={data}") if "rqworker" in command_of(pid)]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
