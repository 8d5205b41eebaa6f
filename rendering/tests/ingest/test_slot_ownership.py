"""A slot belongs to one user and to the process that took it, not to a fork of it."""

import os
import signal
import tempfile
from pathlib import Path

import pytest

from rendering.ingest.clean import PictureRefused
from rendering.ingest.slots import DecoderBusy, hold_slot
from rendering.ingest.temporary import TemporaryFilesUnusable
from rendering.tests.support import image_files
from rendering.tests.support.decoding import decode


def test_a_file_refused_by_its_header_waits_for_no_slot() -> None:
    with hold_slot(2, 0), hold_slot(2, 0), pytest.raises(PictureRefused):
        decode(image_files.jpeg()[:300])


def test_a_forked_process_does_not_hold_the_slot() -> None:
    with hold_slot(1, 0):
        child = os.fork()
        if not child:
            signal.pause()
    try:
        assert os.waitpid(child, os.WNOHANG) == (0, 0)  # it is alive, with a copy of the locked descriptor
        with hold_slot(1, 0), pytest.raises(DecoderBusy), hold_slot(1, 0):
            pytest.fail("the only slot was free while it was held")
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_a_folder_that_others_may_write_to_is_not_used() -> None:
    folder = Path(tempfile.gettempdir()) / f"customify-decoding-{os.geteuid()}"
    folder.mkdir()
    folder.chmod(0o777)

    with pytest.raises(TemporaryFilesUnusable, match="private folder"), hold_slot(1, 0):
        pass
