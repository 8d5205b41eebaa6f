"""Owner and live/test mode."""

from __future__ import annotations

from typing import NamedTuple


class Tenant(NamedTuple):
    """A user, by id, in live or in test mode: what live keys made and what test keys made never mix."""

    owner_id: int
    is_test: bool = False
