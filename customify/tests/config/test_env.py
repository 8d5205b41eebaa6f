from pathlib import Path
from typing import Any

import pytest

from customify.config.env import EnvProblem, EnvReader, load_env_file

DEFAULT_DATABASE = "sqlite:///file.sqlite3"


@pytest.fixture
def reader() -> EnvReader:
    return EnvReader()


def only_problem(reader: EnvReader) -> EnvProblem:
    (problem,) = reader.problems
    assert problem.variable == "X"
    return problem


@pytest.mark.parametrize(
    ("raw", "value"),
    [("true", True), ("1", True), ("YES", True), (" on ", True), ("false", False), ("0", False), ("", False)],
)
def test_a_flag_is_a_known_word(raw: str, value: bool, reader: EnvReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", raw)
    assert reader.read_flag("X", default=not value) is value
    assert reader.problems == []


def test_an_unset_flag_has_its_default(reader: EnvReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("X", raising=False)
    assert reader.read_flag("X", default=True)
    assert not reader.read_flag("X", default=False)


@pytest.mark.parametrize("raw", ["2", "maybe", "truee", "none"])
def test_an_unknown_word_is_not_a_flag(raw: str, reader: EnvReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", raw)
    assert reader.read_flag("X", default=True)
    assert only_problem(reader).hint == "Set X=true or X=false."


@pytest.mark.parametrize(("raw", "value"), [("", 5), ("1", 1), ("10", 10), ("2.5", 2.5), (" 3 ", 3), ("1e1", 10)])
def test_a_number_within_its_bounds_is_accepted(
    raw: str, value: float, reader: EnvReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X", raw)
    assert reader.read_number("X", 5, minimum=1, maximum=10) == value
    assert reader.problems == []


@pytest.mark.parametrize("raw", ["0.99", "10.01", "-3", "nan", "inf", "-inf", "ten", "1,5", "0x5"])
def test_a_number_out_of_bounds_is_refused(raw: str, reader: EnvReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", raw)
    assert reader.read_number("X", 5, minimum=1, maximum=10) == 5
    assert only_problem(reader).hint == "Set X to a number from 1 to 10; 5 is the default."


def test_a_whole_number_has_no_fraction(reader: EnvReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "2.5")
    assert reader.read_integer("X", 5, minimum=1, maximum=10) == 5
    assert "2.5 is not a whole number" in only_problem(reader).message


def test_words_are_separated_by_commas(reader: EnvReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", " a, b,,c ")
    assert reader.read_list("X") == ["a", "b", "c"]
    monkeypatch.delenv("X")
    assert reader.read_list("X", ("d", "e")) == ["d", "e"]


@pytest.mark.parametrize(("raw", "value"), [("debug", "DEBUG"), ("Info", "INFO"), (None, "INFO")])
def test_a_choice_is_one_of_its_words_in_any_case(
    raw: str | None, value: str, reader: EnvReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("X", raising=False)
    if raw is not None:
        monkeypatch.setenv("X", raw)
    assert reader.read_choice("X", "INFO", ("DEBUG", "INFO")) == value
    assert reader.problems == []


@pytest.mark.parametrize("raw", ["LOUD", "", "INFO DEBUG"])
def test_an_unknown_word_is_not_a_choice(raw: str, reader: EnvReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", raw)
    assert reader.read_choice("X", "INFO", ("DEBUG", "INFO")) == "INFO"
    assert "is none of DEBUG, INFO" in only_problem(reader).message


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", {"ENGINE": "django.db.backends.sqlite3", "NAME": "file.sqlite3"}),
        ("sqlite:////var/lib/db.sqlite3", {"NAME": "/var/lib/db.sqlite3"}),
        ("postgres://u:p%40w@db:5433/shop", {"USER": "u", "PASSWORD": "p@w", "HOST": "db", "PORT": 5433}),
        ("postgresql://db/shop", {"ENGINE": "django.db.backends.postgresql", "NAME": "shop"}),
    ],
)
def test_a_database_is_sqlite_or_postgresql(
    raw: str, expected: dict[str, Any], reader: EnvReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X", raw)
    found = reader.read_database("X", DEFAULT_DATABASE)
    assert {name: found[name] for name in expected} == expected
    assert reader.problems == []


@pytest.mark.parametrize(
    "raw", ["mysql://u:hunter2@db/shop", "db.sqlite3", "postgres://u:hunter2@db:port/shop", "postgres://u:hunter2@db/"]
)
def test_an_unknown_database_is_refused_without_printing_its_password(
    raw: str, reader: EnvReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X", raw)
    assert reader.read_database("X", DEFAULT_DATABASE)["ENGINE"]
    problem = only_problem(reader)
    assert "hunter2" not in f"{problem}"
    assert "Set X=postgres://USER:PASSWORD@HOST:5432/NAME" in problem.hint


@pytest.mark.parametrize(
    "raw", ["redis://cache", "rediss://:pw@cache:6380/1", "unix:///run/redis.sock", "redis://[::1]:1/0"]
)
def test_a_url_has_a_known_scheme_and_a_host(raw: str, reader: EnvReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", raw)
    assert reader.read_url("X", "redis://127.0.0.1/0", ("redis", "rediss", "unix")) == raw
    assert reader.problems == []


@pytest.mark.parametrize(
    "raw",
    [
        "cache:6379",
        "http://:hunter2@cache",
        "redis://",
        "redis:///0",
        "redis://:hunter2@cache:port/0",
        "redis://[::1/0",
        "unix://",
    ],
)
def test_an_unknown_url_is_refused_without_printing_its_password(
    raw: str, reader: EnvReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X", raw)
    assert reader.read_url("X", "redis://127.0.0.1/0", ("redis", "rediss", "unix")) == "redis://127.0.0.1/0"
    problem = only_problem(reader)
    assert problem.message == "It is no usable URL with redis or rediss or unix."
    assert problem.hint == "Set X to a URL such as redis://127.0.0.1/0."


def test_a_file_sets_variables_that_the_environment_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: EnvReader
) -> None:
    (tmp_path / ".env").write_text("X=from file\nY=from file\n")
    monkeypatch.delenv("ENV_FILE", raising=False)
    monkeypatch.setenv("X", "from environment")
    monkeypatch.setenv("Y", "")
    monkeypatch.delenv("Y")
    load_env_file(tmp_path)
    assert (reader.read_text("X"), reader.read_text("Y")) == ("from environment", "from file")


def test_no_file_is_read_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: EnvReader) -> None:
    (tmp_path / ".env").write_text("X=from file\n")
    monkeypatch.setenv("ENV_FILE", "")
    monkeypatch.delenv("X", raising=False)
    load_env_file(tmp_path)
    assert reader.read_text("X") == ""
