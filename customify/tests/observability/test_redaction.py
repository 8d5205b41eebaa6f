from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.core import mail
from django.test import RequestFactory
from django.views.debug import technical_500_response
from hypothesis import given
from hypothesis import strategies as st

from customify.observability import logs
from customify.observability.redaction import REDACTED, RedactingFilter, RedactingMailHandler, redact_text
from rendering.storage_config import StorageConfig

START = "cfy_live_AbCdEf"
SECRET = "GhIjKlMnOpQrStUvWxYz0123456789-_abcde"
KEY = START + SECRET
PASSWORDS = [f"hunter{number}" * 2 for number in (2, 3, 4)]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (KEY, f"{START}{REDACTED}"),
        (KEY.replace("live", "test"), f"cfy_test_AbCdEf{REDACTED}"),
        (f"?api_key={KEY}&x=1", f"?api_key={REDACTED}&x=1"),
        (f"/cfy%5Flive%5f{KEY[9:]}/", f"/cfy%5Flive%5fAbCdEf{REDACTED}/"),
        ("Authorization: Bearer abc", f"Authorization: Bearer {REDACTED}"),
        ('{"authorization": "Basic dXNlcjpwYXNz"}', f'{{"authorization": "Basic {REDACTED}"}}'),
        ("'HTTP_AUTHORIZATION': 'Token abc',", f"'HTTP_AUTHORIZATION': 'Token {REDACTED}',"),
        (
            "HTTP_AUTHORIZATION&#x27;: &#x27;Bearer abc&#x27;",
            f"HTTP_AUTHORIZATION&#x27;: &#x27;Bearer {REDACTED}&#x27;",
        ),
        ("a bearer eyJhbGciOiJIUzI1NiJ9.e30.x", f"a bearer {REDACTED}"),
        ("postgres://shop:hunter2@db:5432/shop", f"postgres://shop:{REDACTED}@db:5432/shop"),
        ("rediss://:hunter2@cache:6379/0", f"rediss://:{REDACTED}@cache:6379/0"),
        ("host=db password=hunter2 dbname=shop", f"host=db password={REDACTED} dbname=shop"),
        ("StorageConfig(secret_key='hunter2', x=1)", f"StorageConfig(secret_key='{REDACTED}', x=1)"),
        ('"aws_secret_access_key": "hunter2"', f'"aws_secret_access_key": "{REDACTED}"'),
        ("/files/a.png?until=1&signature=hunter2 x", f"/files/a.png?until=1&signature={REDACTED} x"),
        ("https://b.s3/x?X-Amz-Signature=hunter2&amp;y=1", f"https://b.s3/x?X-Amz-Signature={REDACTED}&amp;y=1"),
    ],
)
def test_a_secret_is_removed_and_the_rest_is_kept(text: str, cleaned: str) -> None:
    assert redact_text(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        START,  # the public beginning of a key
        "GET /api/v1/designs?cursor=cD0yMDI2 200",
        "http://localhost:8000/admin/",
        "the bearer of this",
        "redis://cache:6379/0 did not answer",
        "Basic instructions: see docs",
        "password too short",
    ],
)
def test_text_without_secrets_is_kept(text: str) -> None:
    assert redact_text(text) == text


@given(st.text(), st.text())
def test_a_key_is_found_in_any_surrounding_text(before: str, after: str) -> None:
    assert SECRET not in redact_text(f"{before}{KEY}{after}")


def test_a_long_line_is_cleaned_quickly() -> None:
    import time

    begun = time.process_time()
    for text in ("a" * 200_000, "://" * 70_000, "authorization" * 15_000, "password" * 25_000, "cfy_live_" * 20_000):
        redact_text(text)
    assert time.process_time() - begun < 2


@pytest.fixture(params=[True, False], ids=["json", "console"])
def line(request: pytest.FixtureRequest) -> Any:
    """The lines that our formatter writes for the logger `redaction-test`."""
    config = logs.configure_logging("DEBUG", as_json=request.param)["formatters"]["structlog"]
    formatter = config.pop("()")(**config)
    written: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(formatter.format(record))

    handler = Keep()
    root = logging.getLogger("redaction-test")
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


def test_lines_of_standard_loggers_are_redacted(line: list[str]) -> None:
    log = logging.getLogger("redaction-test")
    log.warning("a key: %s, in %r", KEY, {"headers": [(b"authorization", f"Bearer {KEY}".encode())]})
    try:
        raise ValueError(f"no such key: {KEY}")
    except ValueError:
        log.exception("it failed for %s", KEY)
    assert len(line) == 2
    assert SECRET not in "".join(line)
    assert "".join(line).count(START) >= 4
    assert "ValueError" in line[1]


def test_lines_of_structlog_are_redacted(line: list[str]) -> None:
    log = structlog.wrap_logger(
        logging.getLogger("redaction-test"),
        processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    )
    log.warning("asked", request=f"GET /?k={KEY}", nested={"a": [KEY]}, url="redis://:hunter2@cache/0")
    assert SECRET not in line[0]
    assert "hunter2" not in line[0]
    assert START in line[0]


def fail(body: bytes, storage: StorageConfig, password: str) -> None:
    nested = {"scope": [(b"x" * 50, body), (b"authorization", b"Bearer " + body)]}
    raise LookupError(f"nothing for {body!r} in {len(nested)} places")


def report(debug: bool, accept: str = "text/html") -> str:
    """Return Django's debug page for an exception."""
    request = RequestFactory().post(
        f"/x/?k={KEY}", {"field": KEY}, headers={"Authorization": f"Bearer {KEY}", "X-Other": KEY, "Accept": accept}
    )
    storage = StorageConfig(secret_key=PASSWORDS[0], session_token=PASSWORDS[1])
    try:
        fail(b"y" * 60 + KEY.encode(), storage, PASSWORDS[2])
    except LookupError:
        return technical_500_response(request, *sys.exc_info()).content.decode()
    raise AssertionError


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("debug", [True, False])
def test_an_error_page_holds_no_secret(debug: bool, accept: str, settings: Any) -> None:
    settings.DEBUG = debug
    page = report(debug, accept)
    assert "LookupError" in page
    assert START in page
    # Not even the end of a secret may be shown.
    for secret in (SECRET, SECRET[:12], SECRET[-12:], *PASSWORDS):
        assert secret not in page


def test_settings_hide_the_storages_secrets(settings: Any) -> None:
    settings.STORAGE = StorageConfig(use_local=False, bucket="shop", secret_key="hunter2", cloudfront_private_key="h3")
    shown = repr(RedactingFilter().get_safe_settings()["STORAGE"])
    assert "hunter2" not in shown
    assert "'bucket': 'shop'" in shown


def test_a_mail_about_an_error_holds_no_secret(settings: Any) -> None:
    settings.ADMINS = [("Admin", "admin@shop.example")]
    request = RequestFactory().get(f"/{KEY}/?k={KEY}", headers={"Authorization": f"Bearer {KEY}"})
    handler = RedactingMailHandler(include_html=True)
    try:
        fail(KEY.encode(), StorageConfig(), "x")
    except LookupError:
        record = logging.LogRecord("django.request", logging.ERROR, "", 1, "Error: /%s", (KEY,), sys.exc_info())
    record.request = request
    handler.emit(record)
    (message,) = mail.outbox
    text = json.dumps([message.subject, message.body, message.alternatives])
    assert START in message.subject
    assert "LookupError" in message.body
    assert SECRET not in text
    assert SECRET[-12:] not in text


def test_django_is_configured_with_the_redacting_classes() -> None:
    assert (
        settings.LOGGING["handlers"]["mail_admins"]["class"] == "customify.observability.redaction.RedactingMailHandler"
    )
    assert settings.DEFAULT_EXCEPTION_REPORTER == "customify.observability.redaction.RedactingReporter"
    assert settings.DEFAULT_EXCEPTION_REPORTER_FILTER == "customify.observability.redaction.RedactingFilter"


def test_a_value_whose_repr_fails_hides_nothing_else() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise ZeroDivisionError

    from customify.observability.redaction import RedactedValue

    assert repr(RedactedValue(Broken())) == "(Broken cannot be shown: ZeroDivisionError)"
