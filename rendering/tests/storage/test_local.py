"""Local disk: a file is complete or absent, and deleting leaves nothing behind."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

import pytest

from rendering import keys, storage
from rendering.storage import StorageUnavailable, StoredFile
from rendering.storage.folders import PARTIAL_SUFFIX
from rendering.storage.local import LocalStorage


def visible(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and path.name[0] != ".")


def hidden(root: Path) -> list[Path]:
    return [path for path in root.rglob(".*") if path.is_file()]


def kill_during_save(root: Path, names: list[str]) -> None:
    """Save files in another process that never finishes the last one, and kill it with SIGKILL."""
    program = textwrap.dedent(
        """
        import os, sys, threading
        from pathlib import Path
        from rendering.storage.files import StoredFile
        from rendering.storage.local import LocalStorage
        from django.conf import settings
        settings.configure()
        root, *names = sys.argv[1:]
        pipe = Path(root) / "source.pipe"
        os.mkfifo(pipe)
        files = [StoredFile(name, b"whole") for name in names[:-1]] + [StoredFile(names[-1], pipe)]
        threading.Thread(target=LocalStorage(location=root).save_files, args=[files], daemon=True).start()
        with pipe.open("wb") as source:          # opens once the storage reads
            source.write(b"half" * 1_000_000)    # returns once all but a pipe's buffer has been taken
            source.flush()
            print("half", flush=True)
            threading.Event().wait()
        """
    )
    process = subprocess.Popen([sys.executable, "-c", program, root, *names], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    (root / "source.pipe").unlink()


def test_a_kill_during_a_save_leaves_no_visible_file(tmp_path: Path, local: LocalStorage, design_id: UUID) -> None:
    root = Path(local.location)
    root.mkdir()
    names = [keys.rendition_key(design_id, 1, 1, name) for name in ("preview.png", "thumbnail.png", "preview.webp")]

    kill_during_save(root, names)

    assert visible(root) == []
    assert hidden(root), "the kill came before anything was written"
    assert not any(storage.file_exists(name) for name in names)

    storage.delete_files(names)
    assert list(root.iterdir()) == []


def test_leftovers_of_a_kill_do_not_disturb_the_next_save(local: LocalStorage, design_id: UUID) -> None:
    root = Path(local.location)
    root.mkdir()
    names = [keys.rendition_key(design_id, 1, 1, "preview.png")]
    kill_during_save(root, names)

    storage.save_files([StoredFile(names[0], b"whole")])

    assert storage.read_file(names[0]).data == b"whole"
    storage.delete_files(names)
    assert list(root.iterdir()) == []


def test_files_get_their_names_only_once_all_are_on_the_disk(
    local: LocalStorage, design_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, seen, flush = Path(local.location), [], os.fsync

    def watched(descriptor: int) -> None:
        flush(descriptor)
        if Path(f"/dev/fd/{descriptor}").is_file():
            seen.append(visible(root))

    monkeypatch.setattr(os, "fsync", watched)
    names = [keys.rendition_key(design_id, 1, 1, name) for name in ("preview.png", "thumbnail.png")]
    storage.save_files([StoredFile(name, b"x") for name in names])

    assert seen == [[], []]
    assert visible(root) == names


def test_a_failed_save_leaves_nothing(local: LocalStorage, design_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageUnavailable, match=r"No space left on device.*STORAGE_ROOT has free space"):
        storage.save_files([StoredFile(keys.rendition_key(design_id, 1, 1, "preview.png"), b"x")])

    root = Path(local.location)
    assert visible(root) == []
    assert hidden(root) == []


def test_a_full_disk_is_an_unavailable_storage(local: LocalStorage, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not os.access("/dev/full", os.W_OK):
        pytest.skip("this system has no /dev/full to write to")

    def full(self: Path, mode: str = "r", buffering: int = -1) -> BinaryIO:
        return open("/dev/full", "wb", buffering=0)  # noqa: PTH123

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(StorageUnavailable, match="No space left on device"):
        storage.save_files([StoredFile(key, b"x")])


def test_a_root_that_is_a_file_is_an_unavailable_storage(local: LocalStorage, key: str) -> None:
    Path(local.location).touch()

    with pytest.raises(StorageUnavailable, match="Not a directory"):
        storage.save_files([StoredFile(key, b"x")])


def test_deleting_removes_the_emptied_folders_and_no_others(local: LocalStorage, design_id: UUID) -> None:
    root = Path(local.location)
    first, second = (keys.rendition_key(design_id, 1, attempt, "preview.png") for attempt in (1, 2))
    storage.save_files([StoredFile(first, b"x"), StoredFile(second, b"x")])

    storage.delete_files([first])
    assert [path.name for path in (root / "designs" / str(design_id)).iterdir()] == ["1-2"]

    storage.delete_files([second])
    assert root.is_dir()
    assert list(root.iterdir()) == []


def test_deleting_one_file_spares_the_one_being_written_beside_another(local: LocalStorage, design_id: UUID) -> None:
    kept, doomed = (keys.rendition_key(design_id, 1, 1, name) for name in ("preview.png", "thumbnail.png"))
    storage.save_files([StoredFile(kept, b"x"), StoredFile(doomed, b"x")])
    being_written = Path(local.path(kept)).with_name(f".preview.webp.0{PARTIAL_SUFFIX}")
    being_written.touch()

    storage.delete_files([doomed])

    assert being_written.exists()


def test_a_purge_deletes_all_of_a_design_and_nothing_else(local: LocalStorage, design_id: UUID) -> None:
    other = keys.rendition_key(uuid4(), 1, 1, "preview.png")
    own = [keys.rendition_key(design_id, 1, attempt, "preview.png") for attempt in (1, 2, 3)]
    storage.save_files([StoredFile(key, b"x") for key in [*own, other]])

    assert storage.purge_design_files(design_id) == 3
    assert storage.purge_design_files(design_id) == 0
    assert visible(Path(local.location)) == [other]


def test_a_saved_file_can_be_read_by_the_web_server(local: LocalStorage, key: str) -> None:
    storage.save_files([StoredFile(key, b"x")])

    assert Path(local.path(key)).stat().st_mode & 0o777 == 0o644


def test_a_name_longer_than_its_column_is_refused(local: LocalStorage, key: str) -> None:
    from django.core.exceptions import SuspiciousFileOperation

    with pytest.raises(SuspiciousFileOperation, match="longer than the 10"):
        local.get_available_name(key, max_length=10)
