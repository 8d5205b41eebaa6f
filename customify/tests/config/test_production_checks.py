from __future__ import annotations

import base64
import random
import re

import pytest
from pytest_django import Settings

from customify.checks import is_guessable_secret, is_production_url
from customify.testing.environment import base_variables
from customify.testing.spawn import PROJECT, Spawner
from customify.tests.support.checks import check_messages

GOOD = "kP3vX9qLr7TzW2mNc8BdF5hJ1sYuE6gAoQiR4wVx0nZtMbCy"


@pytest.fixture
def production(settings: Settings) -> Settings:
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://shop.example.com", ["shop.example.com"]
    settings.SECRET_KEY, settings.DEBUG = GOOD, False
    return settings


def messages() -> list[str]:
    return check_messages("customify.E004", "customify.E005", "customify.E006")


def test_valid_production_settings_pass(production: Settings) -> None:
    assert messages() == []


@pytest.mark.parametrize(
    ("variable", "value", "fix"),
    [
        ("DEBUG", True, "Set DEBUG=false"),
        ("SECRET_KEY", "django-insecure-" + GOOD, "secrets.token_urlsafe(50)"),
        ("ALLOWED_HOSTS", ["shop.example.com", "*"], "Set ALLOWED_HOSTS=shop.example.com"),
    ],
)
def test_a_development_setting_is_named_with_its_fix(
    production: Settings, variable: str, value: object, fix: str
) -> None:
    setattr(production, variable, value)
    (message,) = messages()
    assert f"{variable}: It " in message
    assert fix in message
    assert GOOD not in message


def test_development_settings_are_allowed_on_a_local_site(production: Settings) -> None:
    production.PUBLIC_URL, production.ALLOWED_HOSTS = "http://127.0.0.1:8000", ["*"]
    production.SECRET_KEY, production.DEBUG = "changeme", True
    assert messages() == []


@pytest.mark.parametrize(
    "url", ["https://localhost", "http://192.168.1.5:8000", "http://shop", "http://localhost.evil"]
)
def test_a_public_site_url_means_production(url: str) -> None:
    assert is_production_url(url)


@pytest.mark.parametrize(
    "url", ["http://localhost:8000", "http://127.8.9.1", "http://[::1]:8000", "http://a.localhost"]
)
def test_a_local_site_url_does_not_mean_production(url: str) -> None:
    assert not is_production_url(url)


@pytest.mark.parametrize(
    "secret",
    [
        "x" * 50, "0123456789" * 5, "abcdefghijklmnopqrstuvwx" * 2, "changeme" * 7, "Change-Me-" + GOOD,
        "your-secret-" + GOOD, "please-put-a-secret-key-here-" + GOOD, base_variables(PROJECT)["SECRET_KEY"],
        "benchmark-" + "0" * 50, "ci-" + "x" * 60,
    ],
)  # fmt: skip
def test_a_guessable_secret_is_found(secret: str) -> None:
    assert is_guessable_secret(secret)


def test_random_secrets_are_accepted() -> None:
    source = random.Random(1)
    tokens = [base64.urlsafe_b64encode(source.randbytes(50)).rstrip(b"=").decode() for _ in range(100_000)]
    assert [token for token in tokens if is_guessable_secret(token)] == []
    assert not any(is_guessable_secret(source.randbytes(32).hex()) for _ in range(1000))


def test_a_server_refuses_to_start_and_names_all_three(spawn: Spawner) -> None:
    env = {"PUBLIC_URL": "https://shop.example.com", "DEBUG": "true", "SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "*"}
    with spawn("check", env=env) as process:
        assert process.wait_for_exit() == 1
        named = re.findall(r"^\?: \(customify\.E00[456]\) (\w+): .+\n\s*HINT: .+$", process.read_output(), re.MULTILINE)
    assert named == ["DEBUG", "SECRET_KEY", "ALLOWED_HOSTS"]
