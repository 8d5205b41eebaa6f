"""Whose something is."""

from __future__ import annotations

from typing import NamedTuple


class Tenant(NamedTuple):
    """A user by id, and whether what their test keys made is meant: live and test things never see each other."""

    owner_id: int
    is_test: bool = False
