"""`manage.py smoke_storage` on both kinds of storage."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from rendering import storage
from rendering.storage import FetchedFile, StorageUnavailable
from rendering.storage_config import StorageConfig
from rendering.tests.support.storage import UseStorage

LAST_LINES = [
    "✅ Image created (600x600)",
    "✅ Preview uploaded",
    "✅ Thumbnail created (200x200)",
    "✅ Thumbnail uploaded",
    "✅ Assets deleted",
]


def run(alias: str = "default") -> tuple[list[str], str, int]:
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command("smoke_storage", alias=alias, stdout=out, stderr=err)
    except SystemExit as stop:
        status = int(stop.code or 0)
    return out.getvalue().splitlines(), err.getvalue(), status


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("alias", ["default", "private"])
def test_the_output_ends_with_sizes_and_five_ticks(alias: str) -> None:
    lines, errors, status = run(alias)

    assert (lines[-5:], errors, status) == (LAST_LINES, "", 0)
    assert any(line.split() == ["step", "bytes", "ms"] for line in lines)
    assert sum(line.startswith(("upload ", "read back ")) and line.split()[-1] != "…" for line in lines) == 4


def test_the_command_leaves_nothing_on_the_disk(local_config: StorageConfig, use: UseStorage) -> None:
    use(local_config)
    run()

    assert list(local_config.root.iterdir()) == []


def test_a_failure_names_cause_and_fix_and_exits_with_1(s3_config: StorageConfig, use: UseStorage) -> None:
    use(replace(s3_config, secret_key="wrong"))
    lines, errors, status = run()

    assert status == 1
    assert lines[-1] == "✅ Image created (600x600)"
    assert errors.startswith("❌ S3 bucket")
    assert "Set AWS_SECRET_ACCESS_KEY" in errors


@pytest.mark.parametrize(
    ("found", "cause"),
    [
        (FetchedFile(b"other", "image/png"), "came back changed"),
        (StorageUnavailable("The line is cut."), "The line is cut."),
    ],
)
def test_the_command_cleans_up_after_a_failure(
    local_config: StorageConfig,
    use: UseStorage,
    monkeypatch: pytest.MonkeyPatch,
    found: FetchedFile | StorageUnavailable,
    cause: str,
) -> None:
    def read_file(key: str, *, alias: str = "default") -> FetchedFile:
        assert Path(local_config.root, key).exists()
        if isinstance(found, Exception):
            raise found
        return found

    use(local_config)
    monkeypatch.setattr(storage, "read_file", read_file)
    _, errors, status = run()

    assert status == 1
    assert cause in errors
    assert list(local_config.root.iterdir()) == []


def test_a_lost_content_type_is_noticed(
    local_config: StorageConfig, use: UseStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(local_config)
    true = storage.read_file
    monkeypatch.setattr(
        storage, "read_file", lambda key, *, alias: replace(true(key, alias=alias), content_type="binary/octet-stream")
    )

    assert "came back as binary/octet-stream instead of image/png" in run()[1]
