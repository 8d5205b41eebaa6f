"""Errors of drawings."""

from __future__ import annotations


class UndrawableError(Exception):
    """The design can never be drawn as it is; `code` says why for machines, the text for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
