from __future__ import annotations

import re

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from customify.checks import is_for_others, is_guessable
from customify.testing.environment import base
from customify.testing.spawning import PROJECT, Spawn

GOOD = "kP3vX9qLr7TzW2mNc8BdF5hJ1sYuE6gAoQiR4wVx0nZtMbCy"
OURS = ("customify.E004", "customify.E005", "customify.E006")


@pytest.fixture
def production(settings: Settings) -> Settings:
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://shop.example.com", ["shop.example.com"]
    settings.SECRET_KEY, settings.DEBUG = GOOD, False
    return settings


def said() -> list[str]:
    return [str(message) for message in run_checks() if message.id in OURS]


def test_a_well_made_production_starts(production: Settings) -> None:
    assert said() == []


@pytest.mark.parametrize(
    ("variable", "value", "mend"),
    [
        ("DEBUG", True, "Set DEBUG=false"),
        ("SECRET_KEY", "django-insecure-" + GOOD, "secrets.token_urlsafe(50)"),
        ("ALLOWED_HOSTS", ["shop.example.com", "*"], "Set ALLOWED_HOSTS=shop.example.com"),
    ],
)
def test_what_only_a_developer_may_have_is_named_with_its_mend(
    production: Settings, variable: str, value: object, mend: str
) -> None:
    setattr(production, variable, value)
    (message,) = said()
    assert f"{variable}: It is" in message
    assert mend in message
    assert GOOD not in message


def test_on_a_developers_machine_all_of_it_is_allowed(production: Settings) -> None:
    production.PUBLIC_URL, production.ALLOWED_HOSTS = "http://127.0.0.1:8000", ["*"]
    production.SECRET_KEY, production.DEBUG = "changeme", True
    assert said() == []


@pytest.mark.parametrize(
    "url", ["https://localhost", "http://192.168.1.5:8000", "http://shop", "http://localhost.evil"]
)
def test_a_site_that_others_reach_is_production(url: str) -> None:
    assert is_for_others(url)


@pytest.mark.parametrize(
    "url", ["http://localhost:8000", "http://127.8.9.1", "http://[::1]:8000", "http://a.localhost"]
)
def test_a_site_of_one_machine_is_not(url: str) -> None:
    assert not is_for_others(url)


@pytest.mark.parametrize(
    "secret",
    [
        "x" * 50, "0123456789" * 5, "abcdefghijklmnopqrstuvwx" * 2, "changeme" * 7, "Change-Me-" + GOOD,
        "your-secret-" + GOOD, "please-put-a-secret-key-here-" + GOOD, base(PROJECT)["SECRET_KEY"],
        "benchmark-" + "0" * 50, "ci-" + "x" * 60,
    ],
)  # fmt: skip
def test_a_secret_that_others_know_is_found(secret: str) -> None:
    assert is_guessable(secret)


def test_random_secrets_pass() -> None:
    import secrets

    assert not any(is_guessable(secrets.token_urlsafe(50)) for _ in range(1000))
    assert not any(is_guessable(secrets.token_hex(32)) for _ in range(1000))


def test_a_server_refuses_to_start_and_names_all_three(spawn: Spawn) -> None:
    env = {"PUBLIC_URL": "https://shop.example.com", "DEBUG": "true", "SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "*"}
    with spawn("check", env=env) as process:
        assert process.wait_for_exit() == 1
        named = re.findall(r"^\?: \(customify\.E00[456]\) (\w+): .+\n\s*HINT: .+$", process.read_output(), re.MULTILINE)
    assert named == ["DEBUG", "SECRET_KEY", "ALLOWED_HOSTS"]
