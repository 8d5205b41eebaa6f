"""An installation decodes a limited number of images at a time on a machine, over all its processes."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from customify.testing.spawn import PROJECT
from rendering.ingest.slots import DecoderBusy, hold_slot
from rendering.ingest.temporary import TemporaryFilesUnusable
from rendering.tests.support import image_files
from rendering.tests.support.decoding import decode

# Holds the only slot until it reads a line.
HOLDER = """
import sys
from rendering.ingest.slots import hold_slot
with hold_slot(1, 0.0):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)


@contextmanager
def running_holder(program: str = HOLDER) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a process that holds the only slot; it releases it once its standard input is closed."""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield holder


def test_one_more_than_the_slots_is_refused() -> None:
    with ExitStack() as held:
        held.enter_context(hold_slot(2, 0.0))
        held.enter_context(hold_slot(2, 0.0))
        with pytest.raises(DecoderBusy), hold_slot(2, 0.05):
            pytest.fail("a third one got in")
    with hold_slot(2, 0.0), hold_slot(2, 0.0):
        pass  # both are free again


def test_another_process_counts_and_frees_its_slot_by_dying() -> None:
    with running_holder() as holder:
        with pytest.raises(DecoderBusy), hold_slot(1, 0.0):
            pytest.fail("two at once")
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with hold_slot(1, 0.0):
            pass


def test_a_waiting_caller_gets_the_next_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    sleep, pauses = time.sleep, list[float]()

    def sleep_and_end_the_holder(seconds: float) -> None:
        assert holder.stdin is not None
        holder.stdin.close()
        pauses.append(seconds)
        sleep(seconds)

    with running_holder() as holder:
        monkeypatch.setattr(time, "sleep", sleep_and_end_the_holder)
        with hold_slot(1, 30.0):
            assert pauses  # the slot was taken at first, and the holder released it meanwhile


def test_a_failed_image_frees_its_slot() -> None:
    for _ in range(3):
        with pytest.raises(ValueError, match="damaged"):
            decode(image_files.encode(image_files.scene(), "JPEG")[:300])
    with hold_slot(2, 0.0), hold_slot(2, 0.0):
        pass


def test_a_folder_prepared_by_another_user_is_not_used(tmp_path: Path) -> None:
    with hold_slot(1, 0.0):
        pass
    (folder,) = tmp_path.glob("customify-decoding-*")
    assert folder.stat().st_mode & 0o077 == 0
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    folder.symlink_to("/")
    with pytest.raises(TemporaryFilesUnusable, match="not this user's"), hold_slot(1, 0.0):
        pytest.fail("another user's folder was used")


def test_another_installation_has_slots_of_its_own() -> None:
    with ExitStack() as held:
        for name in ("one", "other", ""):
            held.enter_context(hold_slot(1, 0.0, installation=name))
        with pytest.raises(DecoderBusy), hold_slot(1, 0.0, installation="one"):
            pytest.fail("two at once")


def test_a_holder_gets_no_more_than_its_share() -> None:
    with hold_slot(3, 0.0, holder="a", most=2), hold_slot(3, 0.0, holder="a", most=2):
        with pytest.raises(DecoderBusy), hold_slot(3, 0.0, holder="a", most=2):
            pytest.fail("a third one got in")
        with hold_slot(3, 0.0, holder="b", most=2):
            pass
        with hold_slot(3, 0.0, holder="a"):  # without a limit
            pass


def test_a_slot_that_was_left_is_not_counted() -> None:
    for _ in range(3):
        with hold_slot(2, 0.0, holder="a", most=1):
            pass
    with hold_slot(2, 0.0, holder="b"), hold_slot(2, 0.0, holder="a", most=1):
        pass


def test_another_process_counts_for_the_share() -> None:
    with running_holder(HOLDER.replace("hold_slot(1, 0.0)", "hold_slot(2, 0.0, holder='a')")):
        with pytest.raises(DecoderBusy), hold_slot(2, 0.0, holder="a", most=1):
            pytest.fail("two at once")
        with hold_slot(2, 0.0, holder="b", most=1):
            pass
