"""No secret in a log line, an error page or an error mail: whatever writes one of these passes through here."""

from __future__ import annotations

import logging
import re
from collections.abc import ItemsView
from dataclasses import asdict, is_dataclass
from pprint import pformat
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.utils.log import AdminEmailHandler
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

REDACTED = "[redacted]"


def _percent_encoded_pattern(text: str) -> str:
    """Return a pattern for a text of which an address may spell any character as %XX."""
    return "".join(f"(?:{character}|%{ord(character):02x})" for character in text)


_KEY_CHARACTER = r"(?:[\w-]|%[0-9a-f]{2})"
# An API key, or a session's token. The first characters are no secret (they name a key in lists, for whoever must
# revoke it) and stay.
KEY_PATTERN = re.compile(
    f"({_percent_encoded_pattern('cfy_')}(?:{_percent_encoded_pattern('live')}|{_percent_encoded_pattern('test')}|{_percent_encoded_pattern('session')}){_percent_encoded_pattern('_')}{_KEY_CHARACTER}{{6}}){_KEY_CHARACTER}+",
    re.IGNORECASE,
)
_REDACTION_RULES = (
    (KEY_PATTERN, rf"\1{REDACTED}"),
    # An Authorization header, however it was written down: as a header, a dict's entry, JSON, HTML.
    (
        re.compile(r"(authorization(?:\W|x27;|quot;){0,20}(?:bearer|basic|token)\s+)[^\s'\"&,;]+", re.IGNORECASE),
        rf"\1{REDACTED}",
    ),
    (re.compile(r"(bearer\s+)[\w.~+/=-]{16,}", re.IGNORECASE), rf"\1{REDACTED}"),
    # The password of a URL, which urllib and every client want percent-encoded.
    (re.compile(r"(://[^\s:/@]*:)[^\s/@]+(?=@)"), rf"\1{REDACTED}"),
    # password='…', "secret_key": "…", password=… host=…
    (
        re.compile(
            r"((?:password|passwd|secret_key|secret_access_key|private_key|session_token|api_key)"
            r"(?:['\"]|&#x27;|&quot;)?\s*[:=]\s*b?(?:['\"]|&#x27;|&quot;)?)[^\s'\"&,;)]+",
            re.IGNORECASE,
        ),
        rf"\1{REDACTED}",
    ),
    # Whoever has a signed address may read the file.
    (re.compile(r"((?:[?&]|&amp;)(?:x-amz-)?signature=)[^\s&'\"]+", re.IGNORECASE), rf"\1{REDACTED}"),
)
_REPR_WIDTH = 1_000_000  # characters: broken into lines, bytes would be cut amid a secret, and half of it stay


def redact_text(text: str) -> str:
    """Return the text without the secrets in it."""
    for pattern, put in _REDACTION_RULES:
        text = pattern.sub(put, text)
    return text


def redact_line(logger: Any, name: str, line: Any) -> Any:  # noqa: ARG001
    """Clean a log line: structlog's last processor."""
    return redact_text(line) if isinstance(line, str) else line


class RedactedValue:
    """A value in an error report, already written out."""

    def __init__(self, value: object) -> None:
        try:
            self._text = redact_text(pformat(value, width=_REPR_WIDTH))
        except Exception as error:  # noqa: BLE001  # a broken repr must not hide the error that is reported
            self._text = f"({type(value).__name__} cannot be shown: {type(error).__name__})"

    def __repr__(self) -> str:
        return self._text


class RedactingFilter(SafeExceptionReporterFilter):
    """Hides secrets by their names, as Django does for settings, among local variables and in dataclasses too."""

    def cleanse_setting(self, key: Any, value: Any) -> Any:
        """Return a setting's or a header's value as it may be shown."""
        if is_dataclass(value) and not isinstance(value, type):
            value = asdict(value)
        return super().cleanse_setting(key, value)

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> ItemsView[str, Any]:
        """Return a frame's variables as they may be shown, also on the page that DEBUG shows."""
        found = super().get_traceback_frame_variables(request, tb_frame)
        return {name: RedactedValue(self.cleanse_setting(name, value)) for name, value in found}.items()


class RedactingReporter(ExceptionReporter):
    """Writes reports without secrets, also where they stand in an address, a message or a form."""

    def get_traceback_html(self) -> SafeString:
        """Return the report as a page."""
        return SafeString(redact_text(super().get_traceback_html()))

    def get_traceback_text(self) -> SafeString:
        """Return the report as text."""
        return SafeString(redact_text(super().get_traceback_text()))


class RedactingMailHandler(AdminEmailHandler):
    """Mails errors to ADMINS; the subject holds the address that was asked for."""

    def format_subject(self, subject: str) -> str:
        """Return the subject in one line."""
        return redact_text(super().format_subject(subject))

    def format(self, record: logging.LogRecord) -> str:
        """Return the line that stands above the report."""
        return redact_text(super().format(record))
