"""The image's entry point: it makes the secret key, and checks the settings before a web server starts."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from customify.testing.spawn import PROJECT

ENTRYPOINT = PROJECT / "deploy/entrypoint.sh"


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with a `python` whose checks end with CHECK_STATUS, and an `uvicorn` that says that it runs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    python = '#!/bin/sh\nif [ "$1" != manage.py ]; then echo key; exit; fi\n'
    python += 'echo "checked $2"; echo cause >&2; exit "$CHECK_STATUS"\n'
    for name, text in {"python": python, "uvicorn": '#!/bin/sh\necho "serving $*"\n'}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return folder


def run(programs: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": f"{programs}:{os.environ['PATH']}", "CHECK_STATUS": "0", **variables}
    return subprocess.run([ENTRYPOINT, *command], env=env, capture_output=True, text=True, check=False)


def test_a_web_server_starts_after_the_checks(programs: Path) -> None:
    done = run(programs, "uvicorn", "application", "--workers", "2")
    assert (done.returncode, done.stdout) == (0, "serving application --workers 2\n")


def test_a_web_server_does_not_start_in_a_wrong_environment(programs: Path) -> None:
    """uvicorn would start its dying processes again for ever."""
    done = run(programs, "uvicorn", "application", CHECK_STATUS="1")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "cause\n")


def test_other_commands_check_by_themselves(programs: Path) -> None:
    assert run(programs, "python", "manage.py", "rqworker").stdout == "checked rqworker\n"


def test_the_secret_key_is_made_once_for_its_owner_alone(programs: Path, tmp_path: Path) -> None:
    file = tmp_path / "secret_key"
    run(programs, "true", SECRET_KEY_FILE=str(file))
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("key\n", 0o600)
    file.write_text("kept")
    run(programs, "true", SECRET_KEY_FILE=str(file))
    assert file.read_text() == "kept"


def test_no_file_is_made_beside_a_secret_key(programs: Path, tmp_path: Path) -> None:
    run(programs, "true", SECRET_KEY="given", SECRET_KEY_FILE=str(tmp_path / "secret_key"))
    assert not (tmp_path / "secret_key").exists()
