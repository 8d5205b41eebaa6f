"""The decoder child has none of our modules, opens nothing, and ends when it uses too much."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from customify.testing.spawn import eventually_true
from rendering.ingest import clean
from rendering.ingest.child_answer import verify_answer
from rendering.ingest.clean import CHILD_PROGRAM, IngestLimits, PictureRefused
from rendering.tests.support import image_files
from rendering.tests.support.decoding import decode

PROBE = """
import json, os, runpy, socket, sys
names = runpy.run_path({child!r}, run_name="probe")
limits = json.loads(sys.argv[1])
names["Image"].preinit()
names["drop_privileges"](limits)
report = {{"modules": sorted(sys.modules), "environment": dict(os.environ), "uid": os.geteuid()}}
def tries(name, call):
    try:
        call()
        report[name] = "done"
    except BaseException as error:
        report[name] = type(error).__name__
tries("file", lambda: open("/etc/passwd"))
tries("socket", lambda: socket.socket())
tries("pipe", os.pipe)
tries("fork", os.fork)
tries("memory", lambda: bytearray(2_000_000_000))
print(json.dumps(report))
"""


@pytest.fixture(scope="module")
def report() -> dict[str, object]:
    asked = {"memory": 1_000_000_000, "seconds": 5, "answer": 1_000_000, "kind": "jpeg", "threads": 0}
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROBE.format(child=str(CHILD_PROGRAM)), json.dumps(asked)],
        env={}, capture_output=True, check=False, cwd="/",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_the_child_loads_no_project_or_network_module(report: dict[str, object]) -> None:
    loaded = {str(name).partition(".")[0] for name in report["modules"]}  # type: ignore[attr-defined]
    foreign = {
        "django",
        "rendering",
        "designs",
        "customify",
        "psycopg",
        "redis",
        "boto3",
        "rq",
        "requests",
        "urllib3",
    }
    assert not loaded & foreign
    assert "PIL" in loaded


def test_the_child_opens_no_file_and_no_socket_and_starts_no_process(report: dict[str, object]) -> None:
    assert {name: report[name] for name in ("file", "socket", "pipe")} == dict.fromkeys(
        ("file", "socket", "pipe"), "OSError"
    )
    assert report["fork"] == "BlockingIOError"
    assert report["memory"] == "MemoryError"


def test_the_child_is_unprivileged_and_has_no_environment(report: dict[str, object]) -> None:
    assert report["uid"] != 0
    assert set(report["environment"]) <= {"LC_CTYPE"}  # type: ignore[call-overload]  # Python's own


def test_the_child_is_started_without_our_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text("import json, os; print(json.dumps({'refused': 'damaged', 'cause': dict(os.environ)}))")
    monkeypatch.setenv("SECRET_KEY", "not for the child")
    monkeypatch.setattr(clean, "CHILD_PROGRAM", spy)
    with tempfile.TemporaryFile() as file:
        answer = json.loads(clean.decode_in_child(file, "jpeg", IngestLimits()).answer)
    assert not [value for value in answer["cause"].values() if "not for the child" in value]


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import time; time.sleep(60)", "too_complex"),
        ("import os; os.abort()", "too_complex"),
        ("while True: pass", "too_complex"),
        ("import sys; sys.exit(3)", "too_complex"),
        ("print('x' * 10_000)", "too_complex"),
        ("print('nonsense')", "damaged"),
        ("print('{}')", "damaged"),
        ("print('[]')", "damaged"),
        ("""print('{"refused": "no such code"}')""", "damaged"),
        ("""print('{"format": "jpeg", "sizes": [[9, 9]], "lengths": [3], "colors": []}\\nabc', end='')""", "damaged"),
        ("""print('{"format": "gif", "sizes": [[9, 9]], "lengths": [3], "colors": []}\\nabc', end='')""", "damaged"),
        ("""print('{"format": "png", "sizes": [[9, 9]], "lengths": [-1], "colors": []}\\n', end='')""", "damaged"),
        ("""print('{"format": "png", "sizes": [], "lengths": [], "colors": []}\\n', end='')""", "damaged"),
    ],
)
def test_a_child_that_hangs_dies_or_lies_is_a_refusal(
    program: str, code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    liar = tmp_path / "liar.py"
    liar.write_text(program)
    monkeypatch.setattr(clean, "CHILD_PROGRAM", liar)
    with pytest.raises(PictureRefused) as refused:
        decode(image_files.encode(image_files.scene(), "JPEG"), IngestLimits(seconds=1.0))
    assert refused.value.code == code


def test_an_answer_with_another_size_than_claimed_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    picture = image_files.encode(image_files.scene(), "JPEG")
    head = {"format": "jpeg", "sizes": [[96, 65]], "lengths": [len(picture)], "colors": []}
    liar = tmp_path / "liar.py"
    liar.write_text(f"import sys; sys.stdout.buffer.write({json.dumps(head).encode()!r} + b'\\n' + {picture!r})")
    monkeypatch.setattr(clean, "CHILD_PROGRAM", liar)
    with pytest.raises(PictureRefused):
        decode(picture)


def test_too_little_memory_is_reported_as_too_complex() -> None:
    photo = image_files.encode(image_files.scene(4_000, 3_000), "JPEG")
    with pytest.raises(PictureRefused) as refused:
        verify_answer(_with_memory(photo, 100_000_000), IngestLimits())
    assert refused.value.code == "too_complex"


def _with_memory(data: bytes, memory: int) -> bytes:
    class Tight(IngestLimits):
        @property
        def memory(self) -> int:
            return memory

    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        return clean.decode_in_child(file, "jpeg", Tight()).answer


def test_no_process_is_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    parent = tmp_path / "parent.py"
    note = tmp_path / "pid"
    parent.write_text(
        f"import os, time, pathlib; pid = os.fork()\nif pid: pathlib.Path({str(note)!r}).write_text(str(pid))\n"
        "time.sleep(60)"
    )
    monkeypatch.setattr(clean, "CHILD_PROGRAM", parent)
    with pytest.raises(PictureRefused):
        decode(image_files.encode(image_files.scene(), "JPEG"), IngestLimits(seconds=1.0))
    state = Path(f"/proc/{note.read_text()}/stat")
    # It was killed already, but the kernel may not have ended it yet.
    assert eventually_true(lambda: not state.exists() or state.read_text().split()[2] == "Z")
