"""The words of errors that Django REST framework writes: what is wrong, and how to correct it. Codes stay its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import ceil
from typing import Any

from django import forms
from django.conf import settings
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

KEY_EXAMPLE = "Authorization: Bearer cfy_live_…"
_FORM_MESSAGES = {
    "max_length": "This may have at most %(limit_value)d characters.",
    "null_characters_not_allowed": "This contains U+0000, which cannot be stored.",
}
_SCHEME = re.compile(r"[A-Za-z][\w.-]{0,19}:?")  # short enough that it is no key
_NO_KEY = f"Send an API key: {KEY_EXAMPLE}"
_MEDIA_TYPE_HINTS = {
    "application/json": "Send JSON, with the header Content-Type: application/json.",
    "multipart/form-data": "Send the file as multipart/form-data, in a field called file.",
}


def explain_form_field(field: forms.Field) -> dict[str, str]:
    """Return the messages of a query parameter, as templates of Django's forms."""
    messages = dict(_FORM_MESSAGES)
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        values = [str(value) for value, _ in choices if value not in {"", None}]
        messages["invalid_choice"] = f"This must be one of {', '.join(values)}."
    elif isinstance(field, forms.DateTimeField):
        messages["invalid"] = "This must be a time such as 2026-11-25T09:30:00Z (RFC 3339)."
    elif isinstance(field, forms.UUIDField):
        messages["invalid"] = "This must be an id, such as 0198c2f4-7c1e-7b3a-9a52-3f1d5c6e7a81."
    return messages


def explain(error: exceptions.APIException, request: Request, view: APIView) -> str:
    """Return the text of an error: our own for one that the framework writes, else what it says itself."""
    explain_kind = _EXPLANATIONS.get(type(error))
    return (explain_kind(error, request, view) if explain_kind else None) or str(error.detail)


def _explain_missing_key(_: Any, request: Request, __: APIView) -> str:
    sent = request.headers.get("Authorization", "").strip()
    scheme, _, rest = sent.partition(" ")
    if sent.lower().startswith("cfy_"):
        return f"The header Authorization holds a key alone. Write Bearer before it: {KEY_EXAMPLE}"
    if rest and _SCHEME.fullmatch(scheme):
        return f"The header Authorization begins with {scheme}; it must be Bearer: {KEY_EXAMPLE}"
    if sent:
        return f"The header Authorization must be Bearer and a key: {KEY_EXAMPLE}"
    if "X-API-Key" in request.headers:
        return f"The key belongs into another header than X-API-Key: {KEY_EXAMPLE}"
    return _NO_KEY


def _explain_refusal(error: exceptions.PermissionDenied, _: Request, __: APIView) -> str | None:
    if str(error.detail).startswith("CSRF Failed"):
        return (
            "The CSRF token is missing or old. Pages send the value of the cookie csrftoken in the header X-CSRFToken; "
            f"programs send an API key instead: {KEY_EXAMPLE}"
        )
    if error.detail == exceptions.PermissionDenied.default_detail:
        return "You do not have permission to do this. Ask an administrator for it."
    return None


def _explain_missing(error: exceptions.NotFound, _: Request, view: APIView) -> str | None:
    if error.detail != exceptions.NotFound.default_detail:
        return None
    if getattr(view, "kwargs", None):
        return (
            "This does not exist, or is not yours. Check the id, and the key: another user's key does not find it, nor "
            "a test key what a live key made, nor the reverse."
        )
    return "There is nothing here."


def _explain_method(error: exceptions.MethodNotAllowed, request: Request, view: APIView) -> str | None:
    if error.detail != str(exceptions.MethodNotAllowed.default_detail).format(method=request.method):
        return None
    methods = [name for name in view.allowed_methods if name not in {"OPTIONS", "HEAD"}]
    return f"This address does not take {request.method}; it takes {_join_or(methods)}."


def _explain_format(_: Any, __: Request, ___: APIView) -> str:
    return "The header Accept allows nothing that there is here. Send Accept: application/json, or leave it out."


def _explain_waiting(error: Any, _: Request, __: APIView) -> str:
    seconds = max(1, ceil(error.wait or 1))
    unit = "second" if seconds == 1 else "seconds"
    return (
        f"These are too many requests: more than {settings.API_RATE:,} in a minute. Try again in {seconds:,} {unit}, "
        "as Retry-After says."
    )


def _explain_media_type(error: exceptions.UnsupportedMediaType, request: Request, view: APIView) -> str:
    supported = view.parser_classes[0].media_type
    hint = _MEDIA_TYPE_HINTS.get(str(supported), "")
    sent = request.content_type or ""
    if str(error.detail) != str(exceptions.UnsupportedMediaType.default_detail).format(media_type=sent):
        return f"{error.detail} {hint}".strip()
    what = f"{sent[:100]} is not taken here." if sent else "The body has no media type."
    return f"{what} {hint}".strip()


def _join_or(words: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]])) or "no method"


_EXPLANATIONS: dict[type[exceptions.APIException], Callable[[Any, Request, APIView], str | None]] = {
    exceptions.NotAuthenticated: _explain_missing_key,
    exceptions.PermissionDenied: _explain_refusal,
    exceptions.NotFound: _explain_missing,
    exceptions.MethodNotAllowed: _explain_method,
    exceptions.NotAcceptable: _explain_format,
    exceptions.Throttled: _explain_waiting,
    exceptions.UnsupportedMediaType: _explain_media_type,
}
