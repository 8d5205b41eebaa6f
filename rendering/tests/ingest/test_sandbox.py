"""The sandbox of the decoder child, probed from inside after it has decoded an image."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from customify.testing.spawn import eventually_true
from rendering.ingest import clean
from rendering.ingest.clean import IngestLimits
from rendering.tests.support import decoder_children, heic_files, image_files

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has it")
NO_LANDLOCK = sys.platform != "linux" or ctypes.CDLL(None).syscall(444, None, 0, 1) < 1
LANDLOCK = pytest.mark.skipif(NO_LANDLOCK, reason="this kernel has no Landlock")
GOOD = {"jpeg": image_files.jpeg(), "png": image_files.png(), "webp": image_files.webp(), "heic": heic_files.HEIC}

Look = Callable[..., Any]


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Run a probe at the end of a real child; return the `result` it sets."""

    def run(probe: str, before: str = "", kind: str = "jpeg") -> Any:
        decoder_children.replace_child(decoder_children.probing_child(probe, before), tmp_path, monkeypatch)
        with clean._to_temporary_file([GOOD[kind]]) as file:
            answer = clean.decode_in_child(file, kind, IngestLimits()).answer
        assert b'"sizes"' in answer, answer[:300]
        return json.loads(answer.rpartition(b"\n---")[2])

    return run


def attempt(code: str) -> str:
    """Return a probe that gives the errno with which `code` fails, or 0."""
    return f"try:\n    {code}\n    result = 0\nexcept OSError as error:\n    result = error.errno"


@pytest.mark.parametrize("kind", GOOD)
def test_no_project_django_or_database_module_is_loaded(look: Look, kind: str) -> None:
    loaded = {name.partition(".")[0] for name in look("result = list(sys.modules)", kind=kind)}

    assert "PIL" in loaded
    assert not loaded & {
        "django",
        "rendering",
        "designs",
        "customify",
        "rest_framework",
        "rq",
        "redis",
        "boto3",
        "psycopg",
    }
    assert not loaded & {"socket", "_socket", "ssl", "sqlite3", "http"}


def test_no_socket_can_be_made(look: Look) -> None:
    assert look(attempt("socket.socket(socket.AF_INET)"), "import socket") != 0
    assert look(attempt("socket.socket(socket.AF_UNIX)"), "import socket") != 0


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_no_process_can_be_started(look: Look, kind: str) -> None:
    assert look(attempt("os.fork() or leave(0)"), kind=kind) != 0


def test_only_the_image_the_answer_and_its_own_status_are_open(look: Look) -> None:
    probe = "result = [fd for fd in range(200) if not fstat_fails(fd)]"
    before = """
def fstat_fails(fd):
    try:
        os.fstat(fd)
    except OSError:
        return True
"""
    assert (
        len(look(probe, before)) <= 5
    )  # standard input, output and error, the pipe that signals its end, its own status


@LINUX
def test_memory_is_bounded(look: Look) -> None:
    assert (
        look("try:\n    bytearray(500 << 20)\n    result = 'had'\nexcept MemoryError:\n    result = 'refused'")
        == "refused"
    )


@LINUX
def test_cpu_time_is_bounded_by_the_size_of_the_image(look: Look) -> None:
    soft, hard = look("result = resource.getrlimit(resource.RLIMIT_CPU)", "import resource")
    assert soft <= 6
    assert hard == 31


@pytest.mark.skipif(os.geteuid() != 0, reason="who is not root has nothing to give up")
def test_root_privileges_are_dropped(look: Look) -> None:
    assert look("result = [*os.getresuid(), *os.getresgid(), *os.getgroups()]") == [65534] * 6
    assert look(attempt("os.setuid(0)")) != 0


@LINUX
def test_privileges_cannot_be_regained_and_the_child_dies_with_its_parent(look: Look) -> None:
    probe = (
        "death = ctypes.c_int()\nlibc.prctl(2, ctypes.byref(death))\nresult = [libc.prctl(39, 0, 0, 0, 0), death.value]"
    )

    assert look(probe, "import ctypes\nlibc = ctypes.CDLL(None)") == [1, signal.SIGKILL]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everyone may write to."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        (folder / "file").write_text("kept")
        folder.chmod(0o777)
        (folder / "file").chmod(0o666)
        yield folder


@LANDLOCK
@pytest.mark.parametrize(
    "deed",
    [
        "os.unlink(file)",
        "os.rename(file, file + '2')",
        "os.truncate(file, 0)",
        "os.mkdir(file + '2')",
        "os.symlink(file, file + '2')",
    ],
)
def test_no_file_can_be_changed_by_path(look: Look, open_folder: Path, deed: str) -> None:
    assert look(attempt(deed), f"file = {str(open_folder / 'file')!r}") != 0

    assert [(file.name, file.read_text()) for file in open_folder.iterdir()] == [("file", "kept")]


@LANDLOCK
def test_no_program_can_be_run(look: Look) -> None:
    assert look(attempt("os.execv('/bin/true', ['true'])")) != 0


@LINUX
def test_no_other_process_can_be_signalled(look: Look) -> None:
    assert look(attempt(f"os.kill({os.getpid()}, 0)")) != 0


@LINUX
def test_a_child_ends_with_its_parent(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    child = decoder_children.probing_child(
        "time.sleep(60)", f"import time\nopen({str(pid_file)!r}, 'w').write(str(os.getpid()))"
    )
    (tmp_path / "child.py").write_text(child)
    parent = f"""
from pathlib import Path
from rendering.ingest import clean
from rendering.tests.support import image_files
clean.CHILD_PROGRAM = Path({str(tmp_path / "child.py")!r})
clean.ingest_picture(image_files.jpeg())
"""
    with subprocess.Popen([sys.executable, "-c", parent]) as process:
        assert eventually_true(lambda: pid_file.exists() and _state(pid_file.read_text()) == "S")
        process.kill()
    assert eventually_true(lambda: _state(pid_file.read_text()) in {"Z", "X", ""})


def _state(pid: str) -> str:
    """Return a process' state in the kernel's letters (proc(5)); "" where there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return ""
