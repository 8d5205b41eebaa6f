"""A compiled query returns the same as the plain one, with new values each time."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import connection, models
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from designs.db.compiled import CompiledQuery, Parameter
from designs.models import Design
from designs.tests.support.fixture_types import MakeDesign

COLUMNS = ("id", "created_at", "metadata", "test", "external_id")


def test_a_compiled_query_takes_new_values_on_each_run(make_design: MakeDesign, user: User) -> None:
    written = []

    def write() -> QuerySet[Design, Any]:
        written.append(1)
        named = Parameter("number", models.CharField())
        return Design.objects.filter(owner=user, external_id=named).values_list(*COLUMNS)

    designs = {number: make_design(external_id=number, metadata={"n": [number, None]}) for number in ("a", "it's %s")}
    prepared = CompiledQuery(write)
    for number, design in designs.items():
        with CaptureQueriesContext(connection) as queries:
            rows = prepared.fetch_rows(number=number)
        assert rows == [list(row) for row in Design.objects.filter(pk=design.pk).values_list(*COLUMNS)]
        assert len(queries) == 1
    assert prepared.fetch_rows(number="b") == []
    assert written == [1]
