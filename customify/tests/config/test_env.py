import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field, create_model

from customify.config.env import Environment, EnvProblem, find_unknown, load_env_file, read_environment
from customify.config.variable_types import (
    DatabaseUrl,
    Flag,
    Hosts,
    LogLevel,
    Number,
    OptionalWords,
    RedisUrl,
    Whole,
    parse_database_url,
)

DEFAULT_DATABASE = "sqlite:///file.sqlite3"


def read(kind: object, default: object) -> tuple[Any, list[EnvProblem]]:
    """Return the variable X of a type, and the problems with it."""
    variables, problems = read_environment(create_model("Sample", __base__=Environment, X=(kind, default)))
    return getattr(variables, "X"), problems  # noqa: B009  # the field is not known to mypy


def read_valid(kind: object, default: object) -> Any:
    value, problems = read(kind, default)
    assert problems == []
    return value


def read_unusable(kind: object, default: object) -> EnvProblem:
    """Return the only problem with X, for which its default stands in."""
    value, (problem,) = read(kind, default)
    expected = default if not hasattr(default, "default") else default.default
    assert value == expected
    assert problem.variable == "X"
    return problem


@pytest.mark.parametrize(
    ("raw", "value"),
    [("true", True), ("1", True), ("YES", True), (" on ", True), ("false", False), ("0", False), ("", False)],
)
def test_a_flag_is_a_known_word(raw: str, value: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", raw)
    assert read_valid(Flag, default=not value) is value


def test_an_unset_flag_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("X", raising=False)
    assert read_valid(Flag, default=True) is True
    assert read_valid(Flag, default=False) is False


@pytest.mark.parametrize("raw", ["2", "maybe", "truee", "none"])
def test_an_unknown_word_is_not_a_flag(raw: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", raw)
    assert read_unusable(Flag, default=True).hint == "Set X=true or X=false."


@pytest.mark.parametrize(("raw", "value"), [("", 5), ("1", 1), ("10", 10), ("2.5", 2.5), (" 3 ", 3), ("1e1", 10)])
def test_a_number_within_its_bounds_is_accepted(raw: str, value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", raw)
    assert read_valid(Number, Field(5, ge=1, le=10)) == value


@pytest.mark.parametrize("raw", ["0.99", "10.01", "-3", "nan", "inf", "-inf", "ten", "1,5", "0x5"])
def test_a_number_out_of_bounds_is_refused(raw: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", raw)
    assert read_unusable(Number, Field(5, ge=1, le=10)).hint == "Set X to a number from 1 to 10; 5 is the default."


def test_a_whole_number_has_no_fraction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "2.5")
    problem = read_unusable(Whole, Field(5, ge=1, le=10))
    assert problem.message == "2.5 is not a whole number from 1 to 10."
    assert problem.hint == "Set X to a whole number from 1 to 10; 5 is the default."


@pytest.mark.parametrize(("raw", "value"), [("", 5), ("7", 7), ("7.0", 7), ("1e1", 10)])
def test_a_whole_number_may_be_written_in_several_ways(raw: str, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", raw)
    number = read_valid(Whole, Field(5, ge=1, le=10))
    assert (number, type(number)) == (value, int)


@pytest.mark.parametrize("raw", ["0", "11", "inf", "nan", "ten"])
def test_a_whole_number_out_of_bounds_is_refused(raw: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", raw)
    assert "is not a whole number from 1 to 10." in read_unusable(Whole, Field(5, ge=1, le=10)).message


def test_words_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", " a, b,,c ")
    assert read_valid(OptionalWords, None) == ["a", "b", "c"]
    monkeypatch.setenv("X", "")
    assert read_valid(OptionalWords, None) == []
    monkeypatch.delenv("X")
    assert read_valid(OptionalWords, None) is None


def test_hosts_are_names_and_empty_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", " shop.example.com, [::1] ")
    assert read_valid(Hosts, ["localhost"]) == ["shop.example.com", "[::1]"]
    monkeypatch.setenv("X", " ")
    assert read_valid(Hosts, ["localhost"]) == ["localhost"]
    monkeypatch.setenv("X", "a,https://b/")
    assert read_unusable(Hosts, ["localhost"]).message == "'https://b/' is not a host name."


@pytest.mark.parametrize(("raw", "value"), [("debug", "DEBUG"), (" Info", "INFO"), (None, "INFO")])
def test_a_choice_is_one_of_its_words_in_any_case(raw: str | None, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("X", raising=False)
    if raw is not None:
        monkeypatch.setenv("X", raw)
    assert read_valid(LogLevel, "INFO") == value


@pytest.mark.parametrize("raw", ["LOUD", "", "INFO DEBUG"])
def test_an_unknown_word_is_not_a_choice(raw: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", raw)
    problem = read_unusable(LogLevel, "INFO")
    assert "is not one of 'DEBUG', 'INFO'" in problem.message
    assert problem.hint == "Set X=INFO, or another of these."


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
    raw: str, expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X", raw)
    database = parse_database_url(read_valid(DatabaseUrl, DEFAULT_DATABASE))
    assert {name: database[name] for name in expected} == expected


@pytest.mark.parametrize(
    "raw", ["mysql://u:hunter2@db/shop", "db.sqlite3", "postgres://u:hunter2@db:port/shop", "postgres://u:hunter2@db/"]
)
def test_an_unknown_database_is_refused_without_printing_its_password(
    raw: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X", raw)
    problem = read_unusable(DatabaseUrl, DEFAULT_DATABASE)
    assert "hunter2" not in f"{problem}"
    assert "Set X=postgres://USER:PASSWORD@HOST:5432/NAME" in problem.hint


@pytest.mark.parametrize(
    "raw",
    [
        "redis://cache",
        "rediss://:pw@cache:6380/1",
        "unix:///run/redis.sock",
        "redis://[::1]:1/0",
        "redis+sentinel://a:1,b:2/m/0",
    ],
)
def test_a_url_has_a_known_scheme_and_a_host(raw: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", raw)
    assert read_valid(RedisUrl, "redis://127.0.0.1/0") == raw


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
        "redis+sentinel://:hunter2@cache",
    ],
)
def test_an_unknown_url_is_refused_without_printing_its_password(raw: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", raw)
    problem = read_unusable(RedisUrl, "redis://127.0.0.1/0")
    assert problem.message.startswith("It is not a usable URL with redis or rediss or unix")
    assert "hunter2" not in f"{problem}"
    assert problem.hint == "Set X to a URL such as redis://127.0.0.1/0."


def test_a_file_sets_variables_that_the_environment_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("X=from file\nY=from file\n")
    monkeypatch.delenv("ENV_FILE", raising=False)
    monkeypatch.setenv("X", "from environment")
    monkeypatch.setenv("Y", "")
    monkeypatch.delenv("Y")
    load_env_file(tmp_path)
    assert (os.environ["X"], read_valid(str, "")) == ("from environment", "from environment")
    assert os.environ["Y"] == "from file"


def test_no_file_is_read_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("X=from file\n")
    monkeypatch.setenv("ENV_FILE", "")
    monkeypatch.delenv("X", raising=False)
    load_env_file(tmp_path)
    assert "X" not in os.environ


def test_a_misspelt_variable_is_named_with_the_one_it_resembles(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sample(Environment):
        X_LEASE: str = ""

    monkeypatch.setenv("X_LEASE", "known")
    monkeypatch.setenv("X_LAESE", "misspelt")
    monkeypatch.setenv("X_QQQQ", "unlike any")
    hints = {problem.variable: problem.hint for problem in find_unknown(Sample, "X_")}
    assert hints.pop("X_LAESE") == "Did you mean X_LEASE?"
    assert "Remove it" in hints.pop("X_QQQQ")
    assert hints == {}
