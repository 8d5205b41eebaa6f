"""What every storage does, on local disk and on the real S3 server."""

import hashlib
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from pytest_django import Settings

from rendering import keys, storage
from rendering.storage import StorageUnavailable, StoredFile
from rendering.storage_config import StorageConfig
from rendering.tests.support.storage import FILE_NAMES, Bucket

pytestmark = pytest.mark.usefixtures("configured")
ALIASES = pytest.mark.parametrize("alias", ["default", "private"])


def set_of(design_id: UUID, attempt: int = 1) -> list[StoredFile]:
    return [StoredFile(keys.rendition_key(design_id, 1, attempt, name), name.encode() * 50) for name in FILE_NAMES]


def stored_keys(config: StorageConfig, bucket: Bucket, design_id: UUID) -> list[str]:
    """Return the keys of all public files of a design, as the storage itself lists them."""
    prefix = f"designs/{design_id}/"
    if not config.use_local:
        return bucket.keys(prefix)
    return sorted(str(path.relative_to(config.root)) for path in config.root.rglob("*.*") if prefix in str(path))


@ALIASES
def test_a_set_is_read_back_as_saved(design_id: UUID, alias: str) -> None:
    files = set_of(design_id)
    storage.save_files(files, alias=alias)

    for file in files:
        found = storage.read_file(file.key, alias=alias)
        assert found.data == file.content
        assert found.content_type == keys.get_content_type(file.key)
        assert found.metadata == {"design_id": str(design_id), "type": keys.parse_key(file.key).kind}


def test_the_two_storages_do_not_see_each_others_files(key: str) -> None:
    storage.save_files([StoredFile(key, b"secret")], alias="private")

    assert not storage.file_exists(key)
    assert storage.file_exists(key, alias="private")


def test_the_public_storage_refuses_the_private_ones_keys(key: str) -> None:
    storage.save_files([StoredFile(key, b"secret")], alias="private")

    for ask in (storage.read_file, storage.file_exists, storage.file_url, lambda name: storage.delete_files([name])):
        with pytest.raises(SuspiciousFileOperation):
            ask(f"private/{key}")
    assert storage.file_exists(key, alias="private")


@pytest.mark.parametrize("key", ["designs/../private/a.png", "/etc/passwd.png", "designs//a.png", "designs/.a.png"])
def test_a_key_that_could_leave_its_root_is_refused(key: str) -> None:
    for ask in (storage.read_file, storage.file_exists, storage.file_url, lambda name: storage.delete_files([name])):
        with pytest.raises(SuspiciousFileOperation):
            ask(key)
    with pytest.raises(SuspiciousFileOperation):
        storage.save_files([StoredFile(key, b"x")])


def test_a_large_file_is_streamed_from_its_path(key: str, tmp_path: Path) -> None:
    source = tmp_path / "drawn.png"
    source.write_bytes(b"0123456789abcdef" * 200_000)

    storage.save_files([StoredFile(key, source)])

    assert hashlib.sha256(storage.read_file(key).data).digest() == hashlib.sha256(source.read_bytes()).digest()
    assert source.exists()


def test_a_missing_source_is_not_a_storage_failure(key: str, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        storage.save_files([StoredFile(key, tmp_path / "nowhere.png")])

    assert not storage.file_exists(key)


def test_an_empty_file_exists(key: str) -> None:
    storage.save_files([StoredFile(key, b"")])

    assert storage.file_exists(key)
    assert storage.read_file(key).data == b""


def test_a_missing_file_is_distinguished_from_an_unavailable_storage(key: str) -> None:
    assert not storage.file_exists(key)
    with pytest.raises(FileNotFoundError):
        storage.read_file(key)


def test_deleting_is_repeatable_and_leaves_other_attempts_alone(design_id: UUID) -> None:
    first, second = set_of(design_id, 1), set_of(design_id, 2)
    storage.save_files(first + second)

    for _ in range(2):
        storage.delete_files(file.key for file in first)

    assert not any(storage.file_exists(file.key) for file in first)
    assert all(storage.file_exists(file.key) for file in second)


def test_a_design_is_deleted_by_its_keys(design_id: UUID) -> None:
    files = set_of(design_id, 1) + set_of(design_id, 2)
    storage.save_files(files)

    storage.delete_design_files(design_id, [file.key for file in files])

    assert not any(storage.file_exists(file.key) for file in files)


def test_deleting_a_design_refuses_keys_of_other_designs_before_anything_is_deleted(design_id: UUID) -> None:
    own, other = set_of(design_id), set_of(uuid4())
    storage.save_files(own + other)

    with pytest.raises(ValueError, match="nothing was deleted"):
        storage.delete_design_files(design_id, [own[0].key, other[0].key])

    assert storage.file_exists(own[0].key)
    assert storage.file_exists(other[0].key)


def test_saving_nothing_and_deleting_nothing_changes_nothing(
    design_id: UUID, configured: StorageConfig, bucket: Bucket
) -> None:
    files = set_of(design_id)
    storage.save_files(files)
    before = stored_keys(configured, bucket, design_id)
    assert before == sorted(file.key for file in files)

    storage.save_files([])
    storage.delete_files([])

    assert stored_keys(configured, bucket, design_id) == before
    assert [storage.read_file(file.key).data for file in files] == [file.content for file in files]


def test_before_each_is_called_for_every_file(design_id: UUID) -> None:
    asked: list[None] = []

    storage.save_files(set_of(design_id), before_each=lambda: asked.append(None))

    assert len(asked) == len(FILE_NAMES)


def test_an_error_in_before_each_stops_the_save_and_is_raised(design_id: UUID) -> None:
    class OutOfTime(Exception):
        pass

    def stop() -> None:
        raise OutOfTime

    files = set_of(design_id)
    with pytest.raises(OutOfTime):
        storage.save_files(files, before_each=stop)

    assert not any(storage.file_exists(file.key) for file in files)


def test_an_unknown_type_of_file_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="no media type"):
        storage.save_files([StoredFile(key.replace(".png", ".js"), b"1")])

    assert not storage.file_exists(key.replace(".png", ".js"))


def test_djangos_own_storage_interface_works_too(key: str) -> None:
    used = storages["default"]

    assert used.save(key, ContentFile(b"one")) == key
    assert used.size(key) == 3
    with used.open(key) as file:
        assert file.read() == b"one"
    assert used.save(key, ContentFile(b"two")) == key
    assert storage.read_file(key).data == b"two"
    used.delete(key)
    used.delete(key)
    assert not used.exists(key)
    with pytest.raises(FileNotFoundError):
        used.size(key)
    with pytest.raises(FileNotFoundError):
        used.open(key)


def test_a_storage_of_another_class_is_refused_by_name(settings: Settings, key: str) -> None:
    settings.STORAGES = {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}

    with pytest.raises(ImproperlyConfigured, match="InMemoryStorage"):
        storage.file_exists(key)


def test_the_error_for_failures_is_one_class() -> None:
    assert issubclass(StorageUnavailable, Exception)
    assert not issubclass(StorageUnavailable, OSError)
