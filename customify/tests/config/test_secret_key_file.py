"""SECRET_KEY_FILE holds the secret for every process and command, so that a shell in a container has it too."""

from pathlib import Path

import pytest

from customify.config.variables import read_variables

SECRET = "s" * 60


@pytest.fixture(autouse=True)
def no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "")


def test_the_file_is_read_where_the_variable_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret_key"
    file.write_text(f"{SECRET}\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(file))
    variables, problems = read_variables()
    assert (variables.SECRET_KEY, problems) == (SECRET, [])
    monkeypatch.setenv("SECRET_KEY", "v" * 60)
    assert read_variables()[0].SECRET_KEY == "v" * 60


def test_a_missing_file_is_named_with_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "none"))
    problems = {problem.variable: problem for problem in read_variables()[1]}
    assert "No such file" in problems["SECRET_KEY_FILE"].message
    assert "permissions" in problems["SECRET_KEY_FILE"].hint


def test_a_file_that_is_no_text_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "binary"))
    assert "SECRET_KEY_FILE" in {problem.variable for problem in read_variables()[1]}
