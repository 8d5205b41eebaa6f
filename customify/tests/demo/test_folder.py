import stat
from pathlib import Path

import pytest

from customify.config.variable_types import parse_database_url
from customify.ops.demo.folder import DemoFolder, DemoIdentity, child_environment, write_private_json


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    identity = DemoIdentity.create_new()
    return DemoFolder(tmp_path / "a b+c%").build_environment(identity, web_port=8000, valkey_port=6379, workers=2)


def test_variables_of_a_deployment_do_not_reach_the_demos_processes(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3_BUCKET_NAME", "live")
    monkeypatch.setenv("DATABASE_URL", "postgres://live")
    monkeypatch.setenv("RENDER_LEASE_PREVIEW", "7")
    children = child_environment(environment)
    assert "S3_BUCKET_NAME" not in children
    assert children["DATABASE_URL"].startswith("sqlite:")
    assert children["RENDER_LEASE_PREVIEW"] == "7"


def test_a_folder_with_odd_characters_is_understood_by_the_settings(
    environment: dict[str, str], tmp_path: Path
) -> None:
    database = parse_database_url(environment["DATABASE_URL"])
    assert database["NAME"] == str(tmp_path / "a b+c%" / "db.sqlite3")


def test_an_identity_is_kept_for_the_next_start_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path)
    first = folder.load_identity()
    assert folder.load_identity() == first
    assert stat.S_IMODE(folder.identity.stat().st_mode) == 0o600


def test_a_private_file_replaces_one_that_others_could_read(tmp_path: Path) -> None:
    file = tmp_path / "demo.json"
    file.write_text("old")
    write_private_json(file, {"key": "new"})
    assert file.read_text() == '{\n  "key": "new"\n}\n'
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_opening_the_folder_removes_the_report_of_an_earlier_demo(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path)
    folder.report.write_text("{}")
    with folder.lock_folder():
        assert not folder.report.exists()
