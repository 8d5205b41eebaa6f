"""A machine decodes so many pictures at a time, whichever processes ask."""

import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from rendering.ingest import slots
from rendering.ingest.slots import DecoderBusy, hold_slot
from rendering.tests.support import image_files
from rendering.tests.support.decoding import decode

ROOT = Path(slots.__file__).parents[2]
HOLDER = """
import time
from rendering.ingest.slots import hold_slot
with hold_slot(1, 0.0):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)


def test_one_more_than_the_slots_is_refused() -> None:
    with ExitStack() as held:
        held.enter_context(hold_slot(2, 0.0))
        held.enter_context(hold_slot(2, 0.0))
        with pytest.raises(DecoderBusy), hold_slot(2, 0.05):
            pytest.fail("a third one got in")
    with hold_slot(2, 0.0), hold_slot(2, 0.0):
        pass  # both are free again


def test_another_process_counts_and_frees_its_slot_by_dying() -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], cwd=ROOT, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(DecoderBusy), hold_slot(1, 0.0):
        pytest.fail("two at once")
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    with hold_slot(1, 0.0):
        pass


def test_a_waiting_caller_gets_the_next_slot() -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER.replace("sleep(60)", "sleep(0.3)")], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    begun = time.monotonic()
    with hold_slot(1, 30.0):
        assert time.monotonic() > begun
    holder.wait()
    holder.stdout.close()


def test_a_failed_picture_frees_its_slot() -> None:
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
    with pytest.raises(PermissionError, match="not this user's"), hold_slot(1, 0.0):
        pytest.fail("a stranger's folder was used")
