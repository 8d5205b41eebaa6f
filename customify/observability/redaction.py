"""Removes secrets from log lines, error pages and error mails.

Written by hand because Django's filter hides values by the names of variables only: it does not see a key or a password
inside a URL, a message, a form or a log line. These rules find them by their form, in any text.
"""

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
    """Return a pattern for a text in a URL, where any character may be written as %XX."""
    return "".join(f"(?:{character}|%{ord(character):02x})" for character in text)


_KEY_CHARACTER = r"(?:[\w-]|%[0-9a-f]{2})"
_KEY_KINDS = "|".join(map(_percent_encoded_pattern, ("live", "test", "session")))
# An API key, or the token of a session. Its first characters stay: they are not secret, and name the key to revoke.
KEY_PATTERN = re.compile(
    f"({_percent_encoded_pattern('cfy_')}(?:{_KEY_KINDS}){_percent_encoded_pattern('_')}{_KEY_CHARACTER}{{6}})"
    f"{_KEY_CHARACTER}+",
    re.IGNORECASE,
)
_REDACTION_RULES = (
    (KEY_PATTERN, rf"\1{REDACTED}"),
    # An Authorization header, written as a header, an entry of a dict, JSON or HTML.
    (
        re.compile(r"(authorization(?:\W|x27;|quot;){0,20}(?:bearer|basic|token)\s+)[^\s'\"&,;]+", re.IGNORECASE),
        rf"\1{REDACTED}",
    ),
    (re.compile(r"(bearer\s+)[\w.~+/=-]{16,}", re.IGNORECASE), rf"\1{REDACTED}"),
    # The password of a URL; it is percent-encoded there.
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
    # Anyone with a signed URL may read the file.
    (re.compile(r"((?:[?&]|&amp;)(?:x-amz-)?signature=)[^\s&'\"]+", re.IGNORECASE), rf"\1{REDACTED}"),
)
_REPR_WIDTH = 1_000_000  # characters, so that pformat breaks no line: a secret cut in two would not be recognised


def redact_text(text: str) -> str:
    """Return the text with its secrets replaced."""
    for pattern, replacement in _REDACTION_RULES:
        text = pattern.sub(replacement, text)
    return text


def redact_line(logger: Any, name: str, line: Any) -> Any:  # noqa: ARG001
    """Redact a log line; the last of structlog's processors."""
    return redact_text(line) if isinstance(line, str) else line


class RedactedValue:
    """A value in an error report, already formatted and redacted."""

    def __init__(self, value: object) -> None:
        try:
            self._text = redact_text(pformat(value, width=_REPR_WIDTH))
        except Exception as error:  # noqa: BLE001  # a failing repr must not hide the reported error
            self._text = f"({type(value).__name__} cannot be shown: {type(error).__name__})"

    def __repr__(self) -> str:
        return self._text


class RedactingFilter(SafeExceptionReporterFilter):
    """Hides secrets by name, as Django does for settings, also in local variables and dataclasses."""

    def cleanse_setting(self, key: Any, value: Any) -> Any:
        """Return the value of a setting, header or variable without secrets."""
        if is_dataclass(value) and not isinstance(value, type):
            value = asdict(value)
        return super().cleanse_setting(key, value)

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> ItemsView[str, Any]:
        """Return a frame's variables without secrets, also for the page that DEBUG shows."""
        variables = super().get_traceback_frame_variables(request, tb_frame)
        return {name: RedactedValue(self.cleanse_setting(name, value)) for name, value in variables}.items()


class RedactingReporter(ExceptionReporter):
    """Writes error reports without secrets, also in URLs, messages and forms."""

    def get_traceback_html(self) -> SafeString:
        """Return the report as HTML."""
        return SafeString(redact_text(super().get_traceback_html()))

    def get_traceback_text(self) -> SafeString:
        """Return the report as text."""
        return SafeString(redact_text(super().get_traceback_text()))


class RedactingMailHandler(AdminEmailHandler):
    """Mails errors to ADMINS; the subject contains the requested URL and is redacted too."""

    def format_subject(self, subject: str) -> str:
        """Return the redacted subject."""
        return redact_text(super().format_subject(subject))

    def format(self, record: logging.LogRecord) -> str:
        """Return the redacted line above the report."""
        return redact_text(super().format(record))
