"""Starts the designer session that a request asks for. Sessions belong to the platform; a setting names its class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string
from rest_framework.request import Request

from designs.models import Design


class SessionStarter(Protocol):
    """Checks what a request asks for when it is made, before anything is stored, and starts the session later."""

    def __init__(self, request: Request, wanted: Mapping[str, Any], pointer: str = "#") -> None: ...

    def start(self, design: Design) -> dict[str, Any]:
        """Start a session for a design and return it as a JSON object, with its token."""


def prepare_session(request: Request, wanted: Mapping[str, Any]) -> SessionStarter:
    """Return what starts the session; PermissionDenied without an API key, InvalidInput for unknown assets."""
    starter = cast("type[SessionStarter]", import_string(settings.SESSION_STARTER))
    return starter(request, wanted, "#/session")
