"""SQLite writes times shorter than Django does: a page must not repeat the last row of the page before."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from designs.api import keyset
from designs.api.keyset import KeysetQuery


class RecordingRows:
    """Records the filter it is given."""

    def filter(self, **conditions: Any) -> dict[str, Any]:
        return conditions


@pytest.mark.parametrize(
    ("vendor", "lookup", "place", "asked"),
    [
        ("sqlite", "created_at__lt", "2026-01-01 00:00:00.123000+00:00", "2026-01-01 00:00:00.122999+00:00"),
        ("sqlite", "created_at__lt", "2026-01-01 00:00:00.123456+00:00", "2026-01-01 00:00:00.123456+00:00"),
        ("sqlite", "created_at__gt", "2026-01-01 00:00:00.123000+00:00", "2026-01-01 00:00:00.123001+00:00"),
        ("sqlite", "created_at__gt", "2026-01-01 00:00:05+00:00", "2026-01-01 00:00:05.000001+00:00"),
        ("sqlite", "number__lt", "7", "7"),
        ("postgresql", "created_at__lt", "2026-01-01 00:00:00.123000+00:00", "2026-01-01 00:00:00.123000+00:00"),
    ],
)
def test_a_cursor_compares_times_as_each_database_does(
    monkeypatch: pytest.MonkeyPatch, vendor: str, lookup: str, place: str, asked: str
) -> None:
    monkeypatch.setattr(keyset, "connection", SimpleNamespace(vendor=vendor))
    assert KeysetQuery(RecordingRows()).filter(**{lookup: place}).rows == {lookup: asked}
